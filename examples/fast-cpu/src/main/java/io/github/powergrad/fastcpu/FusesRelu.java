package io.github.powergrad.fastcpu;

import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.linalg.api.ndarray.INDArray;

/** A layer or vertex that can compute the ReLU behind it in its own pass. */
interface FusesRelu {

    /** Says whether one ReLU, and nobody else, reads the result. */
    void reluFollows(boolean only);

    /**
     * Returns the result of the ReLU behind the last forward pass of training, if it was computed there.
     *
     * @param activations what came out of this layer
     * @return the same array if nobody sees it, another if somebody does; null if the ReLU is a pass of its own
     */
    INDArray withRelu(INDArray activations);

    /**
     * Computes the backward pass of the ReLU and, in the same pass, its own.
     *
     * @return the gradient of what came in, or null if the backward pass of the ReLU is a pass of its own
     */
    INDArray backwardThroughRelu(INDArray epsilon, LayerWorkspaceMgr workspaces);
}
