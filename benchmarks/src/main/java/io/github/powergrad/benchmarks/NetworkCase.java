package io.github.powergrad.benchmarks;

import io.github.powergrad.examples.backend.FastLayers;
import io.github.powergrad.examples.model.Architecture;
import io.github.powergrad.examples.model.NetworkBuilder;
import io.github.powergrad.examples.model.NetworkShape;
import java.util.Random;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/**
 * A network whose speed is measured, with a minibatch of noise: what the images show costs no time. Its name is that of
 * {@code peers/torch_training.py}: resnet50/224/16 for 16 images of 224x224 per step.
 */
final class NetworkCase {

    private final Architecture architecture;
    private final NetworkShape shape;
    private final int batch;

    NetworkCase(String name) {
        String[] parts = name.split("/");
        boolean three = parts[0].equals("three-convolutions");
        architecture = three ? Architecture.threeConvolutions(8, false) : Architecture.named(parts[0]);
        shape = new NetworkShape(three ? 1 : 3, Integer.parseInt(parts[1]), architecture.paperClasses());
        batch = Integer.parseInt(parts[2]);
    }

    /** Returns the images per step. */
    int batch() {
        return batch;
    }

    /** Returns the shape of the images and the number of classes. */
    NetworkShape shape() {
        return shape;
    }

    ComputationGraphConfiguration configuration(ILossFunction loss) {
        return NetworkBuilder.configuration(architecture, shape, new NeuralNetConfiguration.Builder()
                .updater(new Nesterovs(1e-3, 0.9)).l2(5e-4).dataType(DataType.FLOAT).seed(1), loss, false);
    }

    /** Returns the network on Deeplearning4j as it comes. */
    ComputationGraph stock(ILossFunction loss) {
        ComputationGraph network = new ComputationGraph(configuration(loss));
        network.init();
        return network;
    }

    /** Returns the network as the examples run it: with FastCpu, on a GPU with cuDNN where ND4J has it. */
    ComputationGraph fast(ILossFunction loss) {
        ComputationGraph network = stock(loss);
        FastLayers.installIn(network);
        return network;
    }

    /** Returns what makes one step of training. */
    Runnable training(ComputationGraph network) {
        INDArray[] images = {images()};
        INDArray[] labels = {labels()};
        return () -> network.fit(images, labels);
    }

    /** Returns what runs the network forward once. */
    Runnable inference(ComputationGraph network) {
        INDArray[] images = {images()};
        return () -> network.output(false, images);
    }

    private INDArray images() {
        return Nd4j.randn(DataType.FLOAT, batch, shape.channels, shape.height, shape.width);
    }

    private INDArray labels() {
        Random random = new Random(1);
        INDArray labels = Nd4j.zeros(DataType.FLOAT, batch, shape.classes);
        for (int n = 0; n < batch; n++) {
            labels.putScalar(n, random.nextInt(shape.classes), 1);
        }
        return labels;
    }
}
