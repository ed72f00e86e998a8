package io.github.powergrad.fastcpu;

import java.lang.ref.Reference;
import java.util.zip.Checksum;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.layers.normalization.BatchNormalization;
import org.deeplearning4j.nn.params.BatchNormalizationParamInitializer;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.nd4j.common.primitives.Pair;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Deeplearning4j's batch normalization of images, with oneDNN's kernels. Where no other layer reads its result, it computes
 * the ReLU behind it in the same pass, and {@link FastActivation} hands that on. A listener that is shown the activations
 * gets a result without the ReLU, from a second pass.
 */
final class FastBatchNormalization extends BatchNormalization implements FastLayer, FusesRelu {

    private static final long serialVersionUID = 1L;

    private final transient Session session;
    private boolean reluFollows;

    private transient INDArray mean;
    private transient INDArray variance;
    private transient INDArray mask;

    // Between the forward and the backward pass.
    private transient INDArray images;
    private transient INDArray result;
    private transient INDArray fused;
    private transient INDArray gradient;

    FastBatchNormalization(NeuralNetConfiguration configuration, Session session) {
        super(configuration, DataType.FLOAT);
        this.session = session;
    }

    @Override
    public Session session() {
        return session;
    }

    @Override
    public void reluFollows(boolean only) {
        reluFollows = only;
    }

    @Override
    public INDArray activate(boolean training, LayerWorkspaceMgr workspaces) {
        assertInputSet(false);
        forget();
        if (PassedImages.areNormalized(input)) {
            return session.passOn(this, (PassedImages) input, workspaces);
        }
        if (input.rank() != 4 || input.size(1) != layerConf().getNOut()) {
            return super.activate(training, workspaces);
        }
        INDArray x = training ? session.channelsLast(input.castTo(dataType), workspaces, ArrayType.ACTIVATIONS)
                : session.toRead(input.castTo(dataType), workspaces);
        INDArray y = session.result(this, training, workspaces, x.shape());
        INDArray gamma = getParam(BatchNormalizationParamInitializer.GAMMA);
        INDArray beta = getParam(BatchNormalizationParamInitializer.BETA);
        if (training) {
            boolean relu = reluFollows && session.fits(true, workspaces);
            boolean observed = relu && session.observed();
            Normalization normalization = session.normalization(x.shape(), layerConf().getEps(), relu, true);
            prepare(normalization.maskBytes());
            INDArray out = observed ? session.images(workspaces, ArrayType.ACTIVATIONS, x.shape()) : y;
            normalization.forward(session.scratch(), Images.address(x), Images.address(out),
                    Images.address(gamma), Images.address(beta), Images.address(mean),
                    Images.address(variance), Images.address(mask));
            if (observed) {
                session.normalization(x.shape(), layerConf().getEps(), false, false).inference(session.scratch(),
                        Images.address(x), Images.address(y), Images.address(gamma), Images.address(beta),
                        Images.address(mean), Images.address(variance));
            }
            images = x;
            result = y;
            fused = relu ? out : null;
        } else {
            INDArray globalMean = getParam(BatchNormalizationParamInitializer.GLOBAL_MEAN);
            INDArray globalVariance = globalVariance();
            boolean relu = reluFollows && session.passes(this, false, workspaces);
            session.normalization(x.shape(), layerConf().getEps(), relu, false).inference(session.scratch(),
                    Images.address(x), Images.address(y), Images.address(gamma), Images.address(beta),
                    Images.address(globalMean), Images.address(globalVariance));
            if (relu) {
                ((PassedImages) y).rectified();
            }
        }
        Session.done(x);
        return y;
    }

    long channels() {
        return layerConf().getNOut();
    }

    /** Returns whether one ReLU, and nobody else, reads the result. */
    boolean isReluNext() {
        return reluFollows;
    }

    /** Takes all that inference depends on into a checksum. */
    void addTo(Checksum checksum) {
        for (INDArray parameter : paramTable().values()) {
            Numbers.addTo(checksum, Images.address(parameter), parameter.length());
        }
    }

    /**
     * Makes the bias of a convolution in front that of both.
     *
     * @return what the weights of each output channel are multiplied by
     */
    float[] foldInto(float[] bias) {
        int count = bias.length;
        float[] gamma = Numbers.read(Images.address(getParam(BatchNormalizationParamInitializer.GAMMA)), count);
        float[] beta = Numbers.read(Images.address(getParam(BatchNormalizationParamInitializer.BETA)), count);
        float[] average = Numbers.read(Images.address(getParam(BatchNormalizationParamInitializer.GLOBAL_MEAN)), count);
        float[] spread = Numbers.read(Images.address(globalVariance()), count);
        float[] factors = new float[count];
        for (int i = 0; i < count; i++) {
            double factor = gamma[i] / Math.sqrt(spread[i] + layerConf().getEps());
            factors[i] = (float) factor;
            bias[i] = (float) ((bias[i] - average[i]) * factor + beta[i]);
        }
        return factors;
    }

    private INDArray globalVariance() {
        if (!layerConf().isUseLogStd()) {
            return getParam(BatchNormalizationParamInitializer.GLOBAL_VAR);
        }
        prepare(0);
        float[] numbers = Numbers.read(Images.address(getParam(BatchNormalizationParamInitializer.GLOBAL_LOG_STD)),
                (int) variance.length());
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (float) Math.pow(10, 2.0 * numbers[i]);
        }
        Numbers.write(numbers, Images.address(variance));
        return variance;
    }

    private void prepare(long maskBytes) {
        if (mean == null) {
            mean = Nd4j.createUninitializedDetached(DataType.FLOAT, layerConf().getNOut());
            variance = Nd4j.createUninitializedDetached(DataType.FLOAT, layerConf().getNOut());
        }
        if (mask == null || mask.length() < maskBytes) {
            mask = Nd4j.createUninitializedDetached(DataType.INT8, Math.max(1, maskBytes));
        }
    }

    @Override
    public INDArray withRelu(INDArray activations) {
        return result == activations ? fused : null;
    }

    /** {@link #backpropGradient} hands on what this returns. */
    @Override
    public INDArray backwardThroughRelu(INDArray epsilon, LayerWorkspaceMgr workspaces) {
        gradient = backward(epsilon, true, workspaces);
        return gradient;
    }

    private INDArray backward(INDArray epsilon, boolean relu, LayerWorkspaceMgr workspaces) {
        INDArray delta = session.channelsLast(epsilon.castTo(dataType), workspaces, ArrayType.BP_WORKING_MEM);
        INDArray ofImages = session.gradient(workspaces, images.shape());
        INDArray gamma = getParam(BatchNormalizationParamInitializer.GAMMA);
        session.normalization(images.shape(), layerConf().getEps(), relu, true).backward(session.scratch(),
                Images.address(images), Images.address(delta), Images.address(gamma),
                Images.address(getParam(BatchNormalizationParamInitializer.BETA)),
                Images.address(mean), Images.address(variance), Images.address(mask),
                Images.address(ofImages), Images.address(gradientViews.get(BatchNormalizationParamInitializer.GAMMA)),
                Images.address(gradientViews.get(BatchNormalizationParamInitializer.BETA)));
        Session.done(delta);
        Reference.reachabilityFence(epsilon);
        return ofImages;
    }

    @Override
    public Pair<Gradient, INDArray> backpropGradient(INDArray epsilon, LayerWorkspaceMgr workspaces) {
        assertInputSet(true);
        if (images == null) {
            return super.backpropGradient(epsilon, workspaces);
        }
        INDArray ofImages;
        if (gradient == null) {
            ofImages = backward(epsilon, false, workspaces);
        } else if (session.detachedGradients(workspaces)) {
            ofImages = gradient;
        } else {
            // The workspace of the gradient is closed before the layer in front of this one has read it.
            ofImages = session.images(workspaces, ArrayType.ACTIVATION_GRAD, images.shape());
            Numbers.copy(Images.address(gradient), Images.address(ofImages), gradient.length());
            Reference.reachabilityFence(gradient);
        }
        Gradient all = new DefaultGradient();
        put(all, BatchNormalizationParamInitializer.GAMMA);
        put(all, BatchNormalizationParamInitializer.BETA);
        average(BatchNormalizationParamInitializer.GLOBAL_MEAN, mean);
        put(all, BatchNormalizationParamInitializer.GLOBAL_MEAN);
        if (layerConf().isUseLogStd()) {
            averageLogStd();
            put(all, BatchNormalizationParamInitializer.GLOBAL_LOG_STD);
        } else {
            average(BatchNormalizationParamInitializer.GLOBAL_VAR, variance);
            put(all, BatchNormalizationParamInitializer.GLOBAL_VAR);
        }
        forget();
        return new Pair<>(all, ofImages);
    }

    private void put(Gradient all, String name) {
        all.setGradientFor(name, gradientViews.get(name));
    }

    /** Writes what the updater subtracts from a running average: (1 - decay)(average - value of the minibatch). */
    private void average(String name, INDArray ofMinibatch) {
        int count = (int) ofMinibatch.length();
        float[] numbers = Numbers.read(Images.address(getParam(name)), count);
        float[] now = Numbers.read(Images.address(ofMinibatch), count);
        float factor = (float) (1 - layerConf().getDecay());
        for (int i = 0; i < count; i++) {
            numbers[i] = (numbers[i] - now[i]) * factor;
        }
        Numbers.write(numbers, Images.address(gradientViews.get(name)));
    }

    /** The same where the running average of the variance is kept as log10 of its root. */
    private void averageLogStd() {
        String name = BatchNormalizationParamInitializer.GLOBAL_LOG_STD;
        float[] numbers = Numbers.read(Images.address(getParam(name)), (int) variance.length());
        float[] now = Numbers.read(Images.address(variance), numbers.length);
        double decay = layerConf().getDecay();
        for (int i = 0; i < numbers.length; i++) {
            double before = Math.pow(10, 2.0 * numbers[i]);
            numbers[i] = (float) (Math.log10(before / (decay * before + (1 - decay) * now[i])) / 2);
        }
        Numbers.write(numbers, Images.address(gradientViews.get(name)));
    }

    @Override
    public void clear() {
        super.clear();
        forget();
    }

    private void forget() {
        images = null;
        result = null;
        fused = null;
        gradient = null;
    }
}
