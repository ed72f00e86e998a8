import io.github.powergrad.LossPowerGrad;
import io.github.powergrad.PowerGrad;
import io.github.powergrad.fashionmnist.FashionMnist;
import java.io.File;
import java.io.IOException;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.ConvolutionLayer;
import org.deeplearning4j.nn.conf.layers.DenseLayer;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.dataset.api.iterator.DataSetIterator;
import org.nd4j.linalg.learning.config.Adam;

/** Trains a small network on images of clothing with LossPowerGrad, tests it, saves it, and predicts with what was saved. */
public class QuickStart {

    public static void main(String[] args) throws IOException {
        DataSetIterator training = FashionMnist.training(64); // 20,000 images, in minibatches of 64
        DataSetIterator test = FashionMnist.test(500); // 4,000 images

        MultiLayerNetwork network = new MultiLayerNetwork(new NeuralNetConfiguration.Builder()
                .seed(1)
                .updater(new Adam(0.001))
                .activation(Activation.RELU)
                .list()
                .layer(new ConvolutionLayer.Builder(5, 5).stride(2, 2).nOut(16).build())
                .layer(new DenseLayer.Builder().nOut(64).build())
                // Everything else is as with new LossMCXENT().
                .layer(new OutputLayer.Builder(new LossPowerGrad(0.3)).nOut(10).activation(Activation.SOFTMAX).build())
                .setInputType(InputType.convolutionalFlat(28, 28, 1))
                .build());
        network.init();
        for (int epoch = 1; epoch <= 3; epoch++) {
            network.fit(training);
            System.out.printf("epoch %d: test accuracy %.1f %%%n", epoch, 100 * network.evaluate(test).accuracy());
        }

        // From here on its probabilities are calibrated, and its file loads without this library.
        PowerGrad.foldAlpha(network);
        File file = new File("network.zip");
        network.save(file);
        MultiLayerNetwork loaded = MultiLayerNetwork.load(file, true);
        for (int predicted : loaded.predict(FashionMnist.test(2).next().getFeatures())) {
            System.out.println(FashionMnist.CLASS_NAMES.get(predicted));
        }
    }
}
