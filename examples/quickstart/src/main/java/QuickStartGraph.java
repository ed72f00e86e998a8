import io.github.powergrad.LossPowerGrad;
import io.github.powergrad.PowerGrad;
import io.github.powergrad.fashionmnist.FashionMnist;
import java.io.File;
import java.io.IOException;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.graph.MergeVertex;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.evaluation.classification.Evaluation;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.learning.config.Adam;

/** The same as QuickStart with a ComputationGraph: a network whose layers are no single row. */
public class QuickStartGraph {

    public static void main(String[] args) throws IOException {
        DataSetIterator training = FashionMnist.training(64); // 20,000 images, in minibatches of 64
        DataSetIterator test = FashionMnist.test(500); // 4,000 images

        ComputationGraphConfiguration configuration = new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Adam(0.001))
                .activation(Activation.RELU)
                .graphBuilder()
                .addInputs("image")
                .addLayer("fine", new ConvolutionLayer.Builder(3, 3).stride(2, 2).nOut(8).build(), "image")
                .addLayer("coarse", new ConvolutionLayer.Builder(5, 5).stride(2, 2).padding(1, 1).nOut(8).build(), "image")
                .addVertex("both", new MergeVertex(), "fine", "coarse")
                .addLayer("dense", new DenseLayer.Builder().nOut(64).build(), "both")
                // Everything else is as with new LossMCXENT().
                .addLayer("class", new OutputLayer.Builder(new LossPowerGrad(0.3)).nOut(10)
                        .activation(Activation.SOFTMAX).build(), "dense")
                .setOutputs("class")
                .setInputTypes(InputType.convolutionalFlat(28, 28, 1))
                .build();
        ComputationGraph network = new ComputationGraph(configuration);
        network.init();
        for (int epoch = 1; epoch <= 3; epoch++) {
            network.fit(training);
            Evaluation evaluation = network.evaluate(test);
            System.out.printf("epoch %d: test accuracy %.1f %%%n", epoch, 100 * evaluation.accuracy());
        }

        // From here on its probabilities are calibrated, and its file loads without this library.
        PowerGrad.foldAlpha(network);
        File file = new File("network.zip");
        network.save(file);
        ComputationGraph loaded = ComputationGraph.load(file, true);
        INDArray images = FashionMnist.test(2).next().getFeatures();
        for (int predicted : loaded.outputSingle(images).argMax(1).toIntVector()) {
            System.out.println(FashionMnist.CLASS_NAMES.get(predicted));
        }
    }
}
