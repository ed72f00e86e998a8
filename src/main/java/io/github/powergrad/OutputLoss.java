package io.github.powergrad;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.Cnn3DLossLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.deeplearning4j.nn.conf.layers.objdetect.Yolo2OutputLayer;
import org.deeplearning4j.nn.conf.layers.samediff.SameDiffOutputLayer;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/**
 * The loss of one output or loss layer, read and replaced in every place where DL4J keeps it. A loss that DL4J has no
 * setter for is null here and only named in messages.
 *
 * <p>A network holds a layer's configuration once as what is saved and once as what the running layer reads. Mostly
 * both are one object, but not behind a FrozenLayer that TransferLearning made in a MultiLayerNetwork: so both are
 * written.
 */
final class OutputLoss {

    /** DL4J's layer configurations that hold a loss share no type that says so. */
    private static final List<Field<?>> FIELDS = List.of(
            new Field<>(BaseOutputLayer.class, BaseOutputLayer::getLossFn, BaseOutputLayer::setLossFn),
            new Field<>(LossLayer.class, LossLayer::getLossFn, LossLayer::setLossFn),
            new Field<>(RnnLossLayer.class, RnnLossLayer::getLossFn, RnnLossLayer::setLossFn),
            new Field<>(CnnLossLayer.class, CnnLossLayer::getLossFn, CnnLossLayer::setLossFn),
            new Field<>(Cnn3DLossLayer.class, Cnn3DLossLayer::getLossFn, Cnn3DLossLayer::setLossFn));

    private final String name;
    private final List<Layer> configurations;
    private final BooleanSupplier behindSoftmax;

    /**
     * The loss of a layer for which {@link #isComputedBy} is true.
     *
     * @param name what messages call the layer
     * @param configurations its configuration objects, the saved one first, unwrapped
     * @param behindSoftmax whether the layer's input is the output of a softmax; asked only where that matters, as
     *     schedules look for losses in each iteration
     */
    OutputLoss(String name, List<Layer> configurations, BooleanSupplier behindSoftmax) {
        this.name = name;
        this.configurations = configurations;
        this.behindSoftmax = behindSoftmax;
    }

    static boolean isComputedBy(Layer configuration) {
        return fieldOf(configuration) != null || configuration instanceof SameDiffOutputLayer
                || configuration instanceof Yolo2OutputLayer;
    }

    String name() {
        return name;
    }

    /** The layer's saved configuration, unwrapped. */
    Layer configuration() {
        return configurations.get(0);
    }

    ILossFunction get() {
        Layer saved = configurations.get(0);
        return isReplaceable() ? fieldOf(saved).get(saved) : null;
    }

    void set(ILossFunction loss) {
        configurations.forEach(configuration -> fieldOf(configuration).set(configuration, loss));
    }

    private boolean isReplaceable() {
        return fieldOf(configurations.get(0)) != null;
    }

    /** Whether a loss that can be replaced is computed on a softmax: its own, or that of the layer before it. */
    boolean isOnSoftmax() {
        return isReplaceable() && (activation() instanceof ActivationSoftmax
                || isIdentity() && hasNoWeights() && behindSoftmax.getAsBoolean());
    }

    private boolean isIdentity() {
        return activation() instanceof ActivationIdentity;
    }

    /** Loss layers have no weights; an output layer with identity sees W x + b, no probabilities whatever x is. */
    private boolean hasNoWeights() {
        return !(configurations.get(0) instanceof BaseOutputLayer);
    }

    private IActivation activation() {
        return ((BaseLayer) configurations.get(0)).getActivationFn();
    }

    /** Layer, type, loss and activation, such as {@code 'out' (OutputLayer): LossMSE with sigmoid}. */
    @Override
    public String toString() {
        Layer saved = configurations.get(0);
        String layer = "'" + name + "' (" + saved.getClass().getSimpleName() + "): ";
        if (saved instanceof SameDiffOutputLayer) {
            return layer + "computes its loss in SameDiff, where SDPowerGrad.softmaxCrossEntropy has the transform";
        }
        if (!isReplaceable()) {
            return layer + "adds up several losses, of which its builder's lossClassPredictions(new "
                    + "LossPowerGrad(alpha)) can have the transform";
        }
        ILossFunction loss = get();
        return layer + (loss == null ? "no loss" : loss.getClass().getSimpleName()) + " with " + activation()
                + (isIdentity() && !isOnSoftmax() ? ", not on a softmax" : "");
    }

    /** Where the layer keeps its loss; null if it computes the loss itself. */
    private static Field<?> fieldOf(Layer configuration) {
        for (Field<?> field : FIELDS) {
            if (field.type.isInstance(configuration)) {
                return field;
            }
        }
        return null;
    }

    private static final class Field<T extends BaseLayer> {

        private final Class<T> type;
        private final Function<T, ILossFunction> getter;
        private final BiConsumer<T, ILossFunction> setter;

        Field(Class<T> type, Function<T, ILossFunction> getter, BiConsumer<T, ILossFunction> setter) {
            this.type = type;
            this.getter = getter;
            this.setter = setter;
        }

        ILossFunction get(Layer configuration) {
            return getter.apply(type.cast(configuration));
        }

        void set(Layer configuration, ILossFunction loss) {
            setter.accept(type.cast(configuration), loss);
        }
    }
}
