package io.github.powergrad;

import static io.github.powergrad.SmallNetworks.params;
import static io.github.powergrad.SmallNetworks.settings;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ActivationLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.RnnOutputLayer;
import org.deeplearning4j.nn.conf.layers.recurrent.TimeDistributed;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/** A loss layer with identity behind a softmax, after applyTo, trains like softmax in the output or loss layer. */
class IdentityBehindSoftmaxTest {

    private static final double ALPHA = 0.25;
    private static final int CLASSES = 3;

    private final Random random = new Random(3);

    @Test
    void inSequencesBehindADenseLayer() {
        trainsLikeAnRnnOutputLayer(new DenseLayer.Builder().nOut(CLASSES).activation(Activation.SOFTMAX).build());
    }

    @Test
    void inSequencesBehindATimeDistributedDenseLayer() {
        trainsLikeAnRnnOutputLayer(new TimeDistributed(
                new DenseLayer.Builder().nOut(CLASSES).activation(Activation.SOFTMAX).build()));
    }

    /** DL4J's softmax runs along the last dimension, so behind an activation layer images must be NHWC. */
    @Test
    void inImagesBehindAnActivationLayer() {
        MultiLayerNetwork changed = network(InputType.convolutional(4, 4, 2, CNN2DFormat.NHWC),
                new ConvolutionLayer.Builder(1, 1).nOut(CLASSES).dataFormat(CNN2DFormat.NHWC)
                        .activation(Activation.IDENTITY).build(),
                new ActivationLayer(Activation.SOFTMAX),
                new CnnLossLayer.Builder(new LossMCXENT()).format(CNN2DFormat.NHWC).activation(Activation.IDENTITY)
                        .build());
        MultiLayerNetwork built = network(InputType.convolutional(4, 4, 2),
                new ConvolutionLayer.Builder(1, 1).nOut(CLASSES).activation(Activation.IDENTITY).build(),
                new CnnLossLayer.Builder(new LossPowerGrad(ALPHA)).activation(Activation.SOFTMAX).build());
        INDArray images = uniform(2, 2, 4, 4);
        INDArray labels = oneHot(2, CLASSES, 4, 4);

        assertThat(PowerGrad.applyTo(changed, ALPHA)).isEqualTo(1);
        changed.setParams(built.params().dup());
        changed.fit(images.permute(0, 2, 3, 1).dup('c'), labels.permute(0, 2, 3, 1).dup('c'));
        built.fit(images, labels);

        assertThat(params(changed)).containsExactly(params(built), within(1e-13));
    }

    private void trainsLikeAnRnnOutputLayer(Layer softmax) {
        MultiLayerNetwork changed = network(InputType.recurrent(4), softmax,
                new RnnLossLayer.Builder(new LossMCXENT()).activation(Activation.IDENTITY).build());
        MultiLayerNetwork built = network(InputType.recurrent(4), new RnnOutputLayer.Builder(new LossPowerGrad(ALPHA))
                .nOut(CLASSES).activation(Activation.SOFTMAX).build());
        INDArray sequences = uniform(2, 4, 5);
        INDArray labels = oneHot(2, CLASSES, 5);

        assertThat(PowerGrad.applyTo(changed, ALPHA)).isEqualTo(1);
        changed.setParams(built.params().dup());
        changed.fit(sequences, labels);
        built.fit(sequences, labels);

        assertThat(params(changed)).containsExactly(params(built), within(1e-13));
    }

    private static MultiLayerNetwork network(InputType input, Layer... layers) {
        MultiLayerNetwork network =
                new MultiLayerNetwork(settings().list(layers).setInputType(input).build());
        network.init();
        return network;
    }

    private INDArray uniform(long... shape) {
        INDArray array = Nd4j.create(DataType.DOUBLE, shape);
        for (long i = 0; i < array.length(); i++) {
            array.putScalar(i, random.nextDouble());
        }
        return array;
    }

    /** One class of dimension 1 at each place. */
    private INDArray oneHot(long... shape) {
        INDArray array = Nd4j.create(DataType.DOUBLE, shape);
        long places = shape.length == 3 ? shape[2] : shape[2] * shape[3];
        INDArray flat = array.reshape('c', shape[0], shape[1], places);
        for (int example = 0; example < shape[0]; example++) {
            for (int place = 0; place < places; place++) {
                flat.putScalar(new long[] {example, random.nextInt(CLASSES), place}, 1);
            }
        }
        return array;
    }
}
