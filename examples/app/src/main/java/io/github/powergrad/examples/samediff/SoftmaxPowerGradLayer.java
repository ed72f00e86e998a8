package io.github.powergrad.examples.samediff;

import io.github.powergrad.SDPowerGrad;
import java.util.Map;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.samediff.SDLayerParams;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffOutputLayer;
import org.deeplearning4j.nn.weights.WeightInit;
import org.nd4j.autodiff.loss.LossReduce;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/**
 * A softmax output layer written in SameDiff that trains with the PowerGrad Transform: what an
 * {@code OutputLayer} with {@code LossPowerGrad} does, as a starting point for output layers that DL4J does not have.
 *
 * <pre>{@code
 * new NeuralNetConfiguration.Builder().updater(new Nesterovs(0.1, 0.9)).list()
 *         .layer(new DenseLayer.Builder().nOut(64).activation(Activation.RELU).build())
 *         .layer(new SoftmaxPowerGradLayer(64, 10, 0.25))
 *         .setInputType(InputType.feedForward(784)).build();
 * }</pre>
 *
 * <p>Features are [examples, inputs], labels [examples, classes]; parameters are W [inputs, classes] and b [1,
 * classes], with the data type of the network.
 */
public class SoftmaxPowerGradLayer extends SameDiffOutputLayer {

    private static final long serialVersionUID = 1L;

    private static final String WEIGHTS = "W";
    private static final String BIASES = "b";

    @JsonProperty
    private int inputs;
    @JsonProperty
    private int classes;
    @JsonProperty
    private double alpha;

    /** For Jackson, which reads saved networks. */
    protected SoftmaxPowerGradLayer() {}

    /**
     * The layer with its size and the exponent of the transform.
     *
     * @param inputs number of features
     * @param classes number of classes
     * @param alpha in [0, 1]; 1 is ordinary cross-entropy
     */
    public SoftmaxPowerGradLayer(int inputs, int classes, double alpha) {
        this.inputs = inputs;
        this.classes = classes;
        this.alpha = alpha;
    }

    @Override
    public SDVariable defineLayer(SameDiff sd, SDVariable input, SDVariable labels, Map<String, SDVariable> parameters) {
        SDVariable logits = input.mmul(parameters.get(WEIGHTS)).add(parameters.get(BIASES));
        sd.nn().softmax(activationsVertexName(), logits, 1);
        // The sum: DL4J divides score and gradients by the size of the minibatch
        return SDPowerGrad.softmaxCrossEntropy(sd, "loss", labels, logits, alpha, 0, LossReduce.SUM);
    }

    @Override
    public String activationsVertexName() {
        return "probabilities";
    }

    @Override
    public void defineParameters(SDLayerParams parameters) {
        parameters.addWeightParam(WEIGHTS, inputs, classes);
        parameters.addBiasParam(BIASES, 1, classes);
    }

    @Override
    public void initializeParameters(Map<String, INDArray> parameters) {
        initWeights(inputs, classes, WeightInit.XAVIER, parameters.get(WEIGHTS));
        parameters.get(BIASES).assign(0);
    }

    @Override
    public InputType getOutputType(int layerIndex, InputType inputType) {
        return InputType.feedForward(classes);
    }
}
