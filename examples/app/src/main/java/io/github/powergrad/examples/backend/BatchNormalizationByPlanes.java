package io.github.powergrad.examples.backend;

import java.lang.ref.Reference;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.deeplearning4j.nn.conf.CNN2DFormat;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.mkldnn.MKLDNNBatchNormHelper;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Batch normalization of images in training, in Java. The ops that Deeplearning4j 1.0.0-M2.1 uses beside oneDNN
 * ({@code var}, {@code reduce_mean}, {@code batchnorm_bp}) take 20 ns a number on one thread, a third of a training step
 * of ResNet-20; this takes 3. What is no FLOAT image, and everything outside training, goes to oneDNN as before.
 *
 * <p>With d = dL/dy, x&#770; = (x &minus; &mu;)/&sigma; and M numbers a channel, the gradient is dL/dx = &gamma;/&sigma;
 * (d &minus; &Sigma;d/M &minus; x&#770; &Sigma;(d x&#770;)/M).
 */
final class BatchNormalizationByPlanes extends MKLDNNBatchNormHelper {

    /** Of smaller planes the copying costs more than the ops. */
    private static final int SMALLEST_PLANE = 8;

    /** Of the last minibatch; null if oneDNN had it. */
    private INDArray mean;
    private INDArray variance;
    private float[] means;
    private float[] inverseDeviations;

    BatchNormalizationByPlanes() {
        super(DataType.FLOAT);
    }

    @Override
    public INDArray preOutput(INDArray x, boolean training, long[] shape, INDArray gamma, INDArray beta,
            INDArray globalMean, INDArray globalVariance, double decay, double eps, CNN2DFormat format,
            LayerWorkspaceMgr workspaces) {
        boolean here = training && format == CNN2DFormat.NCHW && Planes.areIn(x) && Planes.size(x) >= SMALLEST_PLANE;
        if (!here) {
            if (training) {
                mean = null;
            }
            return super.preOutput(x, training, shape, gamma, beta, globalMean, globalVariance, decay, eps, format,
                    workspaces);
        }
        measure(x, eps);
        INDArray y = workspaces.createUninitialized(ArrayType.ACTIVATIONS, DataType.FLOAT, x.shape());
        Planes from = Planes.of(x);
        Planes to = Planes.of(y);
        float[] gammas = gamma.toFloatVector();
        float[] betas = beta.toFloatVector();
        int images = (int) x.size(0);
        forEach(gammas.length, c -> {
            float[] plane = new float[Planes.size(x)];
            for (int n = 0; n < images; n++) {
                from.read(n, c, plane);
                scale(plane, means[c], gammas[c] * inverseDeviations[c], betas[c]);
                to.write(n, c, plane);
            }
        });
        return y;
    }

    private void measure(INDArray x, double eps) {
        int channels = (int) x.size(1);
        if (mean == null) {
            try (MemoryWorkspace none = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
                mean = Nd4j.create(DataType.FLOAT, channels);
                variance = Nd4j.create(DataType.FLOAT, channels);
            }
            means = new float[channels];
            inverseDeviations = new float[channels];
        }
        Planes planes = Planes.of(x);
        double count = (double) x.size(0) * Planes.size(x);
        float[] variances = new float[channels];
        forEach(channels, c -> {
            float[] plane = new float[Planes.size(x)];
            float[] sums = new float[plane.length];
            float[] squares = new float[plane.length];
            planes.read(0, c, plane);
            float near = (float) (sum(plane) / plane.length); // without it large means would cost the variance its digits
            for (int n = 0; n < x.size(0); n++) {
                planes.read(n, c, plane);
                addUp(plane, near, sums, squares);
            }
            double offset = sum(sums) / count;
            double ofChannel = Math.max(0, sum(squares) / count - offset * offset);
            means[c] = (float) (near + offset);
            variances[c] = (float) ofChannel;
            inverseDeviations[c] = (float) (1 / Math.sqrt(ofChannel + eps));
        });
        put(means, mean);
        put(variances, variance);
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(INDArray x, INDArray epsilon, long[] shape, INDArray gamma,
            INDArray beta, INDArray dGammaView, INDArray dBetaView, double eps, CNN2DFormat format,
            LayerWorkspaceMgr workspaces) {
        if (mean == null) {
            return super.backpropGradient(x, epsilon, shape, gamma, beta, dGammaView, dBetaView, eps, format, workspaces);
        }
        INDArray dy = Planes.areIn(epsilon) ? epsilon : epsilon.dup('c');
        INDArray dx = workspaces.createUninitialized(ArrayType.ACTIVATION_GRAD, DataType.FLOAT, x.shape());
        Planes inputs = Planes.of(x);
        Planes gradients = Planes.of(dy);
        Planes results = Planes.of(dx);
        float[] gammas = gamma.toFloatVector();
        float[] dGamma = new float[gammas.length];
        float[] dBeta = new float[gammas.length];
        double count = (double) x.size(0) * Planes.size(x);
        forEach(gammas.length, c -> {
            float[] input = new float[Planes.size(x)];
            float[] gradient = new float[input.length];
            float[] sums = new float[input.length];
            float[] products = new float[input.length];
            for (int n = 0; n < x.size(0); n++) {
                inputs.read(n, c, input);
                gradients.read(n, c, gradient);
                addUp(gradient, input, means[c], sums, products);
            }
            double total = sum(sums);
            double product = sum(products) * inverseDeviations[c];
            dBeta[c] = (float) total;
            dGamma[c] = (float) product;
            double factor = (double) gammas[c] * inverseDeviations[c];
            float ofInput = (float) (-factor * inverseDeviations[c] * product / count);
            float constant = (float) (-factor * total / count);
            for (int n = 0; n < x.size(0); n++) {
                inputs.read(n, c, input);
                gradients.read(n, c, gradient);
                combine(gradient, (float) factor, input, means[c], ofInput, constant);
                results.write(n, c, gradient);
            }
        });
        Reference.reachabilityFence(dy); // its memory goes with it
        put(dGamma, dGammaView);
        put(dBeta, dBetaView);
        Gradient ofParameters = new DefaultGradient();
        ofParameters.setGradientFor(BatchNormalizationParamInitializer.GAMMA, dGammaView);
        ofParameters.setGradientFor(BatchNormalizationParamInitializer.BETA, dBetaView);
        return new Pair<>(ofParameters, dx);
    }

    @Override
    public INDArray getMeanCache(DataType dataType) {
        return mean == null ? super.getMeanCache(dataType) : mean;
    }

    @Override
    public INDArray getVarCache(DataType dataType) {
        return mean == null ? super.getVarCache(dataType) : variance;
    }

    private static void forEach(int channels, IntConsumer channel) {
        IntStream each = IntStream.range(0, channels);
        (Nd4j.getEnvironment().maxThreads() > 1 ? each.parallel() : each).forEach(channel);
    }

    private static void put(float[] numbers, INDArray vector) {
        vector.data().asNioFloat().put(numbers);
        Reference.reachabilityFence(vector);
    }

    // One loop a method: the compiler makes vector instructions of these.

    private static double sum(float[] numbers) {
        double sum = 0;
        for (float number : numbers) {
            sum += number;
        }
        return sum;
    }

    private static void addUp(float[] x, float near, float[] sums, float[] squares) {
        for (int i = 0; i < x.length; i++) {
            float offset = x[i] - near;
            sums[i] += offset;
            squares[i] += offset * offset;
        }
    }

    private static void addUp(float[] dy, float[] x, float mean, float[] sums, float[] products) {
        for (int i = 0; i < x.length; i++) {
            sums[i] += dy[i];
            products[i] += dy[i] * (x[i] - mean);
        }
    }

    private static void scale(float[] x, float mean, float factor, float beta) {
        for (int i = 0; i < x.length; i++) {
            x[i] = (x[i] - mean) * factor + beta;
        }
    }

    private static void combine(float[] dy, float factor, float[] x, float mean, float ofInput, float constant) {
        for (int i = 0; i < x.length; i++) {
            dy[i] = factor * dy[i] + ofInput * (x[i] - mean) + constant;
        }
    }
}
