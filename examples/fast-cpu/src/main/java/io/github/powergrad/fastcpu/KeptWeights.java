package io.github.powergrad.fastcpu;

import java.util.Arrays;
import java.util.zip.CRC32;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * The weights and bias of a convolution for inference, in the layout of its operation, with the batch normalization behind
 * it in them. They are kept until a parameter has changed.
 *
 * <p>Anybody may write into the array of a parameter, so whether one has changed is seen by a checksum of their numbers. A
 * change of a single number always changes a CRC-32; one of several goes unseen once in four thousand million times.
 */
final class KeptWeights implements AutoCloseable {

    private final Scratch weights = new Scratch();
    private final Scratch bias = new Scratch();
    private long checksum;
    private byte[] layout;
    private boolean normalized;

    /** Where the bias is. */
    long bias(long outputs) {
        return bias.address(outputs * Float.BYTES);
    }

    /**
     * Returns where the weights are, made anew if need be.
     *
     * @param norm whose normalization goes into them; null for none
     */
    long weights(Convolution operation, Scratches scratch, INDArray plain, INDArray plainBias, FastBatchNormalization norm) {
        CRC32 sum = new CRC32();
        Numbers.addTo(sum, Images.address(plain), plain.length());
        if (plainBias != null) {
            Numbers.addTo(sum, Images.address(plainBias), plainBias.length());
        }
        if (norm != null) {
            norm.addTo(sum);
        }
        byte[] wanted = operation.layoutOfWeights();
        long own = weights.address(operation.bytesOfWeights());
        if (sum.getValue() != checksum || normalized != (norm != null) || !Arrays.equals(wanted, layout)) {
            write(operation, scratch, plain, plainBias, norm, own);
            checksum = sum.getValue();
            layout = wanted;
            normalized = norm != null;
        }
        return own;
    }

    private void write(Convolution operation, Scratches scratch, INDArray plain, INDArray plainBias,
            FastBatchNormalization norm, long own) {
        int outputs = (int) plain.size(0);
        float[] biases = plainBias == null ? new float[outputs] : Numbers.read(Images.address(plainBias), outputs);
        long from = Images.address(plain);
        if (norm != null) {
            float[] factors = norm.foldInto(biases);
            int each = (int) (plain.length() / outputs);
            from = scratch.weights.address(plain.length() * Float.BYTES);
            for (int output = 0; output < outputs; output++) {
                long offset = (long) output * each * Float.BYTES;
                float[] numbers = Numbers.read(Images.address(plain) + offset, each);
                for (int i = 0; i < each; i++) {
                    numbers[i] *= factors[output];
                }
                Numbers.write(numbers, from + offset);
            }
        }
        operation.reorder(scratch, from, own);
        Numbers.write(biases, bias(outputs));
    }

    @Override
    public void close() {
        weights.close();
        bias.close();
    }
}
