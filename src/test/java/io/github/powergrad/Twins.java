package io.github.powergrad;

import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BatchNormalization;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.config.AMSGrad;
import org.nd4j.linalg.learning.config.AdaGrad;
import org.nd4j.linalg.learning.config.AdaMax;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nadam;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.RmsProp;
import org.nd4j.linalg.learning.config.Sgd;
import org.nd4j.linalg.lossfunctions.ILossFunction;
import org.nd4j.linalg.schedule.ExponentialSchedule;
import org.nd4j.linalg.schedule.ScheduleType;

/**
 * Networks that are trained with the transform, and their twins, which ordinary cross-entropy trains with the constants
 * that docs/theory.md tells.
 */
final class Twins {

    /** The optimizers; those after the second divide the gradient by its own size. */
    enum Optimizer {
        SGD, NESTEROVS, ADAM, NADAM, AMS_GRAD, ADA_MAX, ADA_GRAD, RMS_PROP;

        boolean followsTheGradient() {
            return this == SGD || this == NESTEROVS;
        }

        IUpdater with(Constants constants) {
            double rate = constants.rate;
            double epsilon = constants.epsilon;
            switch (this) {
                case SGD:
                    return new Sgd(rate);
                case NESTEROVS:
                    return new Nesterovs(new ExponentialSchedule(ScheduleType.ITERATION, rate, 0.99), 0.9);
                case ADAM:
                    return new Adam(rate, 0.9, 0.999, epsilon);
                case NADAM:
                    return new Nadam(rate, 0.9, 0.999, epsilon);
                case AMS_GRAD:
                    return new AMSGrad(rate, 0.9, 0.999, epsilon);
                case ADA_MAX:
                    return new AdaMax(rate, 0.9, 0.999, epsilon);
                case ADA_GRAD:
                    return new AdaGrad(rate, epsilon);
                default:
                    return new RmsProp(rate, 0.95, epsilon);
            }
        }
    }

    /** How the weights decay: in the gradient, which the optimizer then sees, or beside it. */
    enum Decay {
        NONE, L2, DECOUPLED_TIMES_RATE, DECOUPLED;

        void of(BaseLayer.Builder<?> layer, double decay) {
            if (this == L2) {
                layer.l2(decay).l2Bias(decay);
            } else if (this != NONE) {
                boolean timesRate = this == DECOUPLED_TIMES_RATE;
                layer.weightDecay(decay, timesRate).weightDecayBias(decay, timesRate);
            }
        }
    }

    /** What a layer is trained with. */
    static final class Constants {

        final double rate;
        final double decay;
        final double epsilon;

        Constants(double rate, double decay, double epsilon) {
            this.rate = rate;
            this.decay = decay;
            this.epsilon = epsilon;
        }

        Constants times(double rateFactor, double decayFactor, double epsilonFactor) {
            return new Constants(rate * rateFactor, decay * decayFactor, epsilon * epsilonFactor);
        }
    }

    final Optimizer optimizer;
    final Decay decay;
    final boolean batchNorm;

    Twins(Optimizer optimizer, Decay decay, boolean batchNorm) {
        this.optimizer = optimizer;
        this.decay = decay;
        this.batchNorm = batchNorm;
    }

    /** The constants of the last layer of the twin, from those of the layer that the transform trains. */
    Constants head(Constants transformed, double alpha) {
        return transformed.times(alpha, decay == Decay.DECOUPLED ? 1 : 1 / alpha, 1);
    }

    /** The constants of all other layers of the twin. */
    Constants rest(Constants transformed, double alpha) {
        boolean follows = optimizer.followsTheGradient();
        boolean decayIsInTheGradient = decay == Decay.L2 || follows && decay == Decay.DECOUPLED_TIMES_RATE;
        return transformed.times(follows ? 1 / alpha : 1, decayIsInTheGradient ? alpha : 1, alpha);
    }

    /** A small network in DOUBLE: two hidden layers, between them batch norm where there is any. */
    MultiLayerNetwork network(ILossFunction loss, Constants head, Constants rest) {
        NeuralNetConfiguration.ListBuilder layers = new NeuralNetConfiguration.Builder().seed(7)
                .dataType(DataType.DOUBLE).list();
        layers.layer(trained(new DenseLayer.Builder().nIn(4).nOut(6).activation(Activation.TANH), rest).build());
        if (batchNorm) {
            layers.layer(new BatchNormalization.Builder().nOut(6).updater(optimizer.with(rest)).build());
        }
        layers.layer(trained(new DenseLayer.Builder().nIn(6).nOut(5).activation(Activation.TANH), rest).build());
        layers.layer(trained(new OutputLayer.Builder(loss).nIn(5).nOut(3).activation(Activation.SOFTMAX), head)
                .build());
        MultiLayerNetwork network = new MultiLayerNetwork(layers.build());
        network.init();
        return network;
    }

    private <T extends BaseLayer.Builder<T>> T trained(T layer, Constants constants) {
        decay.of(layer, constants.decay);
        return layer.updater(optimizer.with(constants));
    }

    /** W x + b of the last layer, which the loss sees. */
    static double[] logits(MultiLayerNetwork network, INDArray features) {
        int last = network.getnLayers() - 1;
        INDArray x = network.feedForwardToLayer(last - 1, features, false).get(last);
        return x.mmul(network.getParam(last + "_W")).addiRowVector(network.getParam(last + "_b")).ravel()
                .toDoubleVector();
    }

    static double[] times(double factor, double[] numbers) {
        double[] product = new double[numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            product[i] = factor * numbers[i];
        }
        return product;
    }

    static double largestDifference(double[] one, double[] other) {
        double largest = 0;
        for (int i = 0; i < one.length; i++) {
            largest = Math.max(largest, Math.abs(one[i] - other[i]));
        }
        return largest;
    }


    @Override
    public String toString() {
        return optimizer + ", decay " + decay + (batchNorm ? ", batch norm" : "");
    }
}
