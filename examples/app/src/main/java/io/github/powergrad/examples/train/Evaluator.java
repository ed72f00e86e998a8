package io.github.powergrad.examples.train;

import io.github.powergrad.examples.data.Minibatch;
import io.github.powergrad.examples.data.Minibatches;
import java.util.Arrays;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Measures a network that ends in logits. The cross-entropy is computed from the logits in double precision,
 * logsumexp(z) − z of the label: exact where Deeplearning4j's own score clips the probabilities.
 */
final class Evaluator {

    private final MultiLayerNetwork logitNetwork;

    Evaluator(MultiLayerNetwork logitNetwork) {
        this.logitNetwork = logitNetwork;
    }

    Evaluation evaluate(Minibatches batches) {
        int[] order = batches.fileOrder();
        long correct = 0;
        double crossEntropy = 0;
        double norm = 0;
        for (int number = 0; number < batches.count(); number++) {
            try (Minibatch batch = batches.batch(order, number);
                    INDArray output = logitNetwork.output(batch.features())) {
                // One copy for all: an array object a row costs more than the network.
                float[] all = output.reshape(output.length()).toFloatVector();
                int classes = all.length / batch.size();
                for (int row = 0; row < batch.size(); row++) {
                    float[] logits = Arrays.copyOfRange(all, row * classes, (row + 1) * classes);
                    correct += argMax(logits) == batch.label(row) ? 1 : 0;
                    crossEntropy += crossEntropy(logits, batch.label(row));
                    norm += norm(logits);
                }
            }
        }
        int images = batches.images();
        return new Evaluation(100.0 * correct / images, crossEntropy / images, norm / images);
    }

    static int argMax(float[] logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            if (logits[i] > logits[best]) {
                best = i;
            }
        }
        return best;
    }

    static double crossEntropy(float[] logits, int label) {
        double max = logits[argMax(logits)];
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - max);
        }
        return Math.log(sum) + max - logits[label];
    }

    static double norm(float[] logits) {
        double squares = 0;
        for (float logit : logits) {
            squares += (double) logit * logit;
        }
        return Math.sqrt(squares);
    }
}
