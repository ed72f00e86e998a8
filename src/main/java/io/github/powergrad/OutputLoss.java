package io.github.powergrad;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.deeplearning4j.nn.conf.layers.BaseLayer;
import org.deeplearning4j.nn.conf.layers.BaseOutputLayer;
import org.deeplearning4j.nn.conf.layers.Cnn3DLossLayer;
import org.deeplearning4j.nn.conf.layers.CnnLossLayer;
import org.deeplearning4j.nn.conf.layers.Layer;
import org.deeplearning4j.nn.conf.layers.LossLayer;
import org.deeplearning4j.nn.conf.layers.RnnLossLayer;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.activations.impl.ActivationIdentity;
import org.nd4j.linalg.activations.impl.ActivationSoftmax;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/**
 * The loss of one output or loss layer, read and replaced in every place where DL4J keeps it.
 *
 * <p>A network holds a layer's configuration once as what is saved and once as what the running layer reads. Mostly
 * both are one object, but not behind a FrozenLayer made by TransferLearning: so all of them are written.
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
    private final boolean behindSoftmax;

    /**
     * The loss of a layer for which {@link #isHeldBy} is true.
     *
     * @param name what messages call the layer
     * @param configurations its configuration objects, the saved one first, unwrapped
     * @param behindSoftmax whether the layer's input is the output of a softmax
     */
    OutputLoss(String name, List<Layer> configurations, boolean behindSoftmax) {
        this.name = name;
        this.configurations = configurations;
        this.behindSoftmax = behindSoftmax;
    }

    static boolean isHeldBy(Layer configuration) {
        return FIELDS.stream().anyMatch(field -> field.type.isInstance(configuration));
    }

    ILossFunction get() {
        Layer saved = configurations.get(0);
        return fieldOf(saved).get(saved);
    }

    void set(ILossFunction loss) {
        configurations.forEach(configuration -> fieldOf(configuration).set(configuration, loss));
    }

    /** Whether the loss is computed on a softmax: its own, or that of the layer before it. */
    boolean isOnSoftmax() {
        return activation() instanceof ActivationSoftmax || isIdentity() && seesInput() && behindSoftmax;
    }

    private boolean isIdentity() {
        return activation() instanceof ActivationIdentity;
    }

    /** Loss layers have no weights; an output layer with identity sees W x + b, no probabilities whatever x is. */
    private boolean seesInput() {
        return !(configurations.get(0) instanceof BaseOutputLayer);
    }

    private IActivation activation() {
        return ((BaseLayer) configurations.get(0)).getActivationFn();
    }

    /** Layer, type, loss and activation, such as {@code 'out' (OutputLayer): LossMSE with sigmoid}. */
    @Override
    public String toString() {
        ILossFunction loss = get();
        return "'" + name + "' (" + configurations.get(0).getClass().getSimpleName() + "): "
                + (loss == null ? "no loss" : loss.getClass().getSimpleName()) + " with " + activation()
                + (isIdentity() && !isOnSoftmax() ? ", not on a softmax" : "");
    }

    private static Field<?> fieldOf(Layer configuration) {
        return FIELDS.stream().filter(field -> field.type.isInstance(configuration)).findFirst().orElseThrow();
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
