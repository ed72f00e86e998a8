package io.github.powergrad.benchmarks;

import io.github.powergrad.examples.backend.FastLayers;
import io.github.powergrad.examples.model.Architecture;
import io.github.powergrad.examples.model.NetworkBuilder;
import io.github.powergrad.examples.model.NetworkShape;
import java.util.Random;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
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
            return step(Architecture.threeConvolutions(8, false), new NetworkShape(1, 28, 10), batch(network), loss);
        }
        return step(network, 32, batch(network), loss);
    }

    /** The same for a residual network, at an image size and a number of images per step of one's own. */
    static Runnable step(String network, int imageSize, int batch, ILossFunction loss) {
        int classes = network.equals("resnet20") ? 10 : 1000;
        return step(Architecture.named(network), new NetworkShape(3, imageSize, classes), batch, loss);
    }

    private static Runnable step(Architecture architecture, NetworkShape shape, int batch, ILossFunction loss) {
        ComputationGraph net = new ComputationGraph(NetworkBuilder.configuration(architecture, shape,
                new NeuralNetConfiguration.Builder()
                        .updater(new Nesterovs(1e-3, 0.9)).l2(5e-4).dataType(DataType.FLOAT).seed(1), loss, false));
        net.init();
        FastLayers.installIn(net);
        INDArray[] images = {Nd4j.randn(DataType.FLOAT, batch, shape.channels, shape.height, shape.width)};
        INDArray[] labels = {labels(batch, shape.classes)};
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
