package io.github.powergrad.examples.check;

import io.github.powergrad.LossPowerGrad;
import java.util.function.UnaryOperator;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.distribution.NormalDistribution;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.NoOp;

/**
 * The gradient of a small network, in DOUBLE, against finite differences. Below alpha = 1 the gradient is not that of
 * the score but of the surrogate S, which Java computes from the network's logits.
 */
final class SmallNetworkGradient {

    private static final double ALPHA = 0.3;
    private static final double SMOOTHING = 0.1;
    private static final double[] WEIGHTS = {0.5, 2, 1};
    private static final double STEP = 1e-5;
    /** Central differences with this step are right to about 1e-10. */
    private static final double BOUND = 1e-7;
    private static final int INPUTS = 4;
    private static final int EXAMPLES = 6;

    private SmallNetworkGradient() {}

    static void check(Report report, UnaryOperator<LossPowerGrad> losses) {
        ComputationGraph network = network(losses.apply(LossPowerGrad.builder().alpha(ALPHA).labelSmoothing(SMOOTHING)
                .weights(Nd4j.createFromArray(WEIGHTS)).build()));
        double[][] features = new double[EXAMPLES][INPUTS];
        double[][] labels = new double[EXAMPLES][WEIGHTS.length];
        for (int n = 0; n < EXAMPLES; n++) {
            labels[n][n % WEIGHTS.length] = 1;
            for (int i = 0; i < INPUTS; i++) {
                features[n][i] = Math.sin(1 + n * INPUTS + i);
            }
        }
        INDArray input = Nd4j.createFromArray(features);
        network.setInputs(input);
        network.setLabels(Nd4j.createFromArray(labels));
        network.computeGradientAndScore();
        double[] gradient = network.getFlattenedGradients().dup().ravel().toDoubleVector();
        double[] params = network.params().dup().ravel().toDoubleVector();
        report.compare(params.length + " parameters, two layers, DOUBLE", "finite differences of S", deviation -> {
            for (int i = 0; i < params.length; i++) {
                double difference = (surrogate(network, params, i, STEP, input, labels)
                        - surrogate(network, params, i, -STEP, input, labels)) / (2 * STEP);
                deviation.compare("parameter " + i, gradient[i], difference, BOUND * Math.max(1, Math.abs(difference)));
            }
        });
    }

    private static ComputationGraph network(LossPowerGrad loss) {
        ComputationGraph network = new ComputationGraph(new NeuralNetConfiguration.Builder()
                .dataType(DataType.DOUBLE).seed(7).updater(new NoOp()).weightInit(new NormalDistribution(0, 1))
                .graphBuilder().addInputs("features")
                .addLayer("hidden", dense(INPUTS, 5, Activation.TANH), "features")
                .addLayer("logits", dense(5, WEIGHTS.length, Activation.IDENTITY), "hidden")
                .addLayer("loss", new LossLayer.Builder(loss).activation(Activation.SOFTMAX).build(), "logits")
                .setOutputs("loss").build());
        network.init();
        return network;
    }

    private static DenseLayer dense(int inputs, int outputs, Activation activation) {
        return new DenseLayer.Builder().nIn(inputs).nOut(outputs).activation(activation).build();
    }

    private static double surrogate(ComputationGraph network, double[] params, int moved, double step, INDArray input,
            double[][] labels) {
        double[] beside = params.clone();
        beside[moved] += step;
        network.setParams(Nd4j.createFromArray(beside).reshape(network.params().shape()));
        double[][] logits = network.feedForward(input, false).get("logits").toDoubleMatrix();
        double sum = 0;
        for (int n = 0; n < logits.length; n++) {
            sum += Formulas.surrogate(logits[n], Formulas.smoothed(labels[n], SMOOTHING), ALPHA, WEIGHTS);
        }
        return sum;
    }
}
