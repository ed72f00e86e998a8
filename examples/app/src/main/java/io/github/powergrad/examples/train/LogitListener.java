package io.github.powergrad.examples.train;

import io.github.powergrad.examples.model.NetworkBuilder;
import java.util.Map;
import java.util.function.BiConsumer;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.nd4j.linalg.api.ndarray.INDArray;

/** Reads the logits of each minibatch on their way to the loss. */
public final class LogitListener extends BaseTrainingListener {

    private final BiConsumer<INDArray, INDArray> measures;
    private INDArray labels;

    /** @param measures is given the logits and the labels of each minibatch */
    public LogitListener(BiConsumer<INDArray, INDArray> measures) {
        this.measures = measures;
    }

    /** Takes the labels of the minibatch that is trained on next. */
    public void expect(INDArray nextLabels) {
        labels = nextLabels;
    }

    @Override
    public void onForwardPass(Model model, Map<String, INDArray> activations) {
        measures.accept(activations.get(NetworkBuilder.LOGITS), labels);
    }
}
