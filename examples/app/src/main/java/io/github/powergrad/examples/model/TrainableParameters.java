package io.github.powergrad.examples.model;

import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.graph.GraphVertex;
import org.deeplearning4j.nn.conf.graph.LayerVertex;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.Layer;

/**
 * Counts the parameters that training changes by gradients. Deeplearning4j's {@code numParams} also counts the running
 * means and variances of batch normalization.
 */
public final class TrainableParameters {

    private TrainableParameters() {}

    /** Returns the number of trainable parameters of a graph, which need not be initialized. */
    public static long of(ComputationGraphConfiguration graph) {
        long count = 0;
        for (GraphVertex vertex : graph.getVertices().values()) {
            count += vertex.numParams(true);
            if (vertex instanceof LayerVertex) {
                Layer layer = ((LayerVertex) vertex).getLayerConf().getLayer();
                if (layer instanceof BatchNormalization) {
                    count -= 2 * ((BatchNormalization) layer).getNOut();
                }
            }
        }
        return count;
    }
}
