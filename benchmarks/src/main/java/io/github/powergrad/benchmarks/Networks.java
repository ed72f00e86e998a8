package io.github.powergrad.benchmarks;

import io.github.powergrad.examples.backend.FasterLayers;
import io.github.powergrad.examples.model.Architecture;
import io.github.powergrad.examples.model.NetworkShape;
import io.github.powergrad.examples.model.ResNet;
import io.github.powergrad.examples.model.ThreeConvolutionNetwork;
import java.util.Random;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/** The networks whose training is timed, each with a minibatch of noise: what the images show costs no time. */
final class Networks {

    static final String THREE_CONVOLUTIONS = "three-convolutions";

    private Networks() {}

    /** Images a step. */
    static int batch(String network) {
        return network.equals(THREE_CONVOLUTIONS) ? 128 : 64;
    }

    /** The same network, images and minibatch in the words of {@code peers/torch_training.py}. */
    static String peerCase(String network) {
        return network + "/" + (network.equals(THREE_CONVOLUTIONS) ? 28 : 32) + "/" + batch(network);
    }

    /** Returns what makes one step of training. Everything it needs is made here, on the calling thread. */
    static Runnable step(String network, ILossFunction loss) {
        if (network.equals(THREE_CONVOLUTIONS)) {
            MultiLayerNetwork net = new MultiLayerNetwork(new ThreeConvolutionNetwork(8, false, 28, 28, 10)
                    .trainable(loss, new Nesterovs(1e-3, 0.9), 5e-4, 1));
            net.init();
            INDArray images = Nd4j.randn(DataType.FLOAT, batch(network), 1, 28, 28);
            INDArray labels = labels(batch(network), 10);
            return () -> net.fit(images, labels);
        }
        return step(network, 32, batch(network), loss);
    }

    /** The same for a residual network, at an image size and a number of images per step of one's own. */
    static Runnable step(String network, int imageSize, int batch, ILossFunction loss) {
        int classes = network.equals("resnet20") ? 10 : 1000;
        ComputationGraph net = new ComputationGraph(ResNet.configuration(Architecture.named(network),
                new NetworkShape(3, imageSize, classes), new ResNet.Fitting()
                        .loss(loss).updater(new Nesterovs(1e-3, 0.9)).weightDecay(5e-4).type(DataType.FLOAT).seed(1)));
        net.init();
        FasterLayers.in(net.getLayers());
        INDArray[] images = {Nd4j.randn(DataType.FLOAT, batch, 3, imageSize, imageSize)};
        INDArray[] labels = {labels(batch, classes)};
        return () -> net.fit(images, labels);
    }

    private static INDArray labels(int examples, int classes) {
        Random random = new Random(1);
        INDArray labels = Nd4j.zeros(DataType.FLOAT, examples, classes);
        for (int n = 0; n < examples; n++) {
            labels.putScalar(n, random.nextInt(classes), 1);
        }
        return labels;
    }
}
