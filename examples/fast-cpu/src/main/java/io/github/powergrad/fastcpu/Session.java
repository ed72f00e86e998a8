package io.github.powergrad.fastcpu;

import java.lang.ref.Cleaner;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.bytedeco.dnnl.dnnl_memory_desc_t;
import org.bytedeco.dnnl.global.dnnl;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/** What the fast layers of one network share: operations, working memory, memory for gradients. */
final class Session {

    private static final Cleaner CLEANER = Cleaner.create();
    private static final int EXAMPLES = 1024;
    private static final String ALL_ACTIVATIONS = "WS_ALL_LAYERS_ACT";
    private static final String ACTIVATIONS_OF_OUTPUT = "WS_LAYER_ACT_";

    private final Owned owned = new Owned();
    private final ArrayMemory memory = new ArrayMemory();
    private final Map<FastLayer, Integer> readers = new IdentityHashMap<>();
    private final Map<List<Long>, Images> examples = new HashMap<>();
    private final WeakReference<Model> network;
    private final boolean graph;

    Session(Model network) {
        this.network = new WeakReference<>(network);
        graph = network instanceof ComputationGraph;
        CLEANER.register(this, owned);
    }

    Scratches scratch() {
        return owned.scratch;
    }

    ArrayMemory memory() {
        return memory;
    }

    /** Returns the weights that are kept under this key, which nothing else has. */
    KeptWeights keptWeights(Object key) {
        return owned.kept.get(KeptWeights.class, key, KeptWeights::new);
    }

    Convolution convolution(Convolution.Shape shape) {
        return owned.kept.get(Convolution.class, shape, () -> new Convolution(shape));
    }

    Normalization normalization(long[] shape, double epsilon, boolean relu, boolean training) {
        return owned.kept.get(Normalization.class, Arrays.asList(shape[0], shape[1], shape[2], shape[3], epsilon, relu, training),
                () -> new Normalization(shape, (float) epsilon, relu, training));
    }

    Pooling pooling(boolean maximum, long[] image, long[] result, long... windows) {
        return owned.kept.get(Pooling.class,
                Arrays.asList(maximum, image[0], image[1], image[2], image[3], result[2], result[3],
                        windows[0], windows[1], windows[2], windows[3], windows[4], windows[5]),
                () -> new Pooling(maximum, image, result, windows));
    }

    Product product(long vectors, long inputs, long outputs, boolean bias) {
        return owned.kept.get(Product.class, Arrays.asList(vectors, inputs, outputs, bias),
                () -> new Product(vectors, inputs, outputs, bias));
    }

    Elementwise elementwise(long count) {
        return owned.kept.get(Elementwise.class, count, () -> new Elementwise(count));
    }

    /**
     * Returns whether what a layer returns now is seen by layers alone: the forward pass of {@code fit}, with no listener
     * that is shown the activations.
     */
    boolean unseen(boolean training, LayerWorkspaceMgr workspaces) {
        return fits(training, workspaces) && !observed();
    }

    /** Returns whether this is the forward pass of {@code fit}, whose activations are seen by layers and listeners alone. */
    boolean fits(boolean training, LayerWorkspaceMgr workspaces) {
        return training && !workspaces.isScopedOut(ArrayType.ACTIVATIONS)
                && ALL_ACTIVATIONS.equals(workspaces.getWorkspaceName(ArrayType.ACTIVATIONS));
    }

    /** Returns whether a listener is shown the activations of {@code fit}. */
    boolean observed() {
        return Observers.ofActivations(listeners());
    }

    /**
     * Returns whether this is the forward pass of {@code output}, score or evaluation, and what a layer returns now is read
     * by the layers behind it alone. What was asked for is not in such a workspace.
     */
    private boolean infers(boolean training, LayerWorkspaceMgr workspaces) {
        return !training && !workspaces.isScopedOut(ArrayType.ACTIVATIONS)
                && String.valueOf(workspaces.getWorkspaceName(ArrayType.ACTIVATIONS)).startsWith(ACTIVATIONS_OF_OUTPUT);
    }

    /** Says how many layers of this package read the result of a layer; 0 if somebody else reads it too. */
    void readers(FastLayer layer, int count) {
        readers.put(layer, count);
    }

    /** Returns whether what a layer returns now is {@link PassedImages}. */
    boolean passes(FastLayer layer, boolean training, LayerWorkspaceMgr workspaces) {
        return readers.getOrDefault(layer, 0) > 0 && infers(training, workspaces);
    }

    /** Returns images for the result of a layer; what is in them is anything. */
    Images result(FastLayer layer, boolean training, LayerWorkspaceMgr workspaces, long... shape) {
        return passes(layer, training, workspaces) ? passed(readers.get(layer), shape)
                : images(workspaces, ArrayType.ACTIVATIONS, shape);
    }

    private PassedImages passed(int count, long... shape) {
        Images like = example(shape);
        return new PassedImages(memory, memory.take(like.length()), count, like);
    }

    /** Returns what a layer for inference returns for images that are ahead of it. */
    Images passOn(FastLayer layer, PassedImages images, LayerWorkspaceMgr workspaces) {
        if (passes(layer, false, workspaces)) {
            return images.passOn(readers.get(layer));
        }
        Images copy = images(workspaces, ArrayType.ACTIVATIONS, images.shape());
        images.writeTo(copy);
        return copy;
    }

    /** Returns whether nobody but layers sees the gradients of activations. */
    boolean gradientsUnseen() {
        return !Observers.ofGradients(listeners());
    }

    private Collection<TrainingListener> listeners() {
        Model model = network.get();
        return model instanceof ComputationGraph ? ((ComputationGraph) model).getListeners()
                : model instanceof MultiLayerNetwork ? ((MultiLayerNetwork) model).getListeners() : null;
    }

    /** Returns new images of a shape, [N, C, H, W], where arrays of this type belong; what is in them is anything. */
    Images images(LayerWorkspaceMgr workspaces, ArrayType type, long... shape) {
        Images images = Images.create(workspaces, type, example(shape));
        LargePages.ask(Images.address(images), images.length() * Float.BYTES);
        return images;
    }

    private Images example(long... shape) {
        if (examples.size() == EXAMPLES) {
            examples.clear(); // minibatches of ever new sizes
        }
        return examples.computeIfAbsent(Arrays.asList(shape[0], shape[1], shape[2], shape[3]), key -> Images.example(shape));
    }

    /** Returns images with channels last: the array itself, or a copy if it has another layout. */
    INDArray channelsLast(INDArray images, LayerWorkspaceMgr workspaces, ArrayType type) {
        return Images.is(images) ? images : copy(images, images(workspaces, type, images.shape()), workspaces, type);
    }

    /** The same for inference, where a layer reads the images once, and is {@link #done} with them then. */
    INDArray toRead(INDArray images, LayerWorkspaceMgr workspaces) {
        return Images.is(images) ? images : copy(images, passed(1, images.shape()), workspaces, ArrayType.ACTIVATIONS);
    }

    private Images copy(INDArray images, Images copy, LayerWorkspaceMgr workspaces, ArrayType type) {
        INDArray plain = Images.arePlain(images) ? images : workspaces.dup(type, images, 'c');
        reorder(plain.shape()).run(scratch().pad, Images.address(plain), Images.address(copy));
        Reference.reachabilityFence(plain);
        return copy;
    }

    private Primitive reorder(long... shape) {
        return owned.kept.get(Primitive.class, Arrays.asList(shape[0], shape[1], shape[2], shape[3]), () -> {
            try (dnnl_memory_desc_t from = Layout.of(dnnl.dnnl_nchw, shape); dnnl_memory_desc_t to = Layout.of(dnnl.dnnl_nhwc, shape)) {
                return Primitive.reorder(from, to);
            }
        });
    }

    /** Returns whether gradients need not stand in a workspace, so that a layer can hand one through. */
    boolean detachedGradients(LayerWorkspaceMgr workspaces) {
        return graph || workspaces.isScopedOut(ArrayType.ACTIVATION_GRAD);
    }

    /** Returns an array for the gradient of activations of a shape, [N, C, H, W]. */
    INDArray gradient(LayerWorkspaceMgr workspaces, long... shape) {
        if (!detachedGradients(workspaces)) {
            return images(workspaces, ArrayType.ACTIVATION_GRAD, shape);
        }
        Images like = example(shape);
        return new GradientArray(this, memory.take(like.length()), new AtomicInteger(1), like);
    }

    /** Returns an array of the same kind that the caller alone reads, and is {@link #done} with before it returns. */
    INDArray temporary(LayerWorkspaceMgr workspaces, long... shape) {
        return detachedGradients(workspaces) ? gradient(workspaces, shape)
                : images(workspaces, ArrayType.BP_WORKING_MEM, shape);
    }

    /** Is called with a gradient that was taken in, and with activations that were read. */
    static void done(INDArray array) {
        if (array instanceof GradientArray) {
            ((GradientArray) array).release();
        } else if (array instanceof PassedImages) {
            ((PassedImages) array).release();
        } else {
            Reference.reachabilityFence(array);
        }
    }

    /** Native memory, closed once no layer uses this session. */
    private static final class Owned implements Runnable {

        private final Kept kept = new Kept();
        private final Scratches scratch = new Scratches();

        @Override
        public void run() {
            kept.close();
            scratch.close();
        }
    }
}
