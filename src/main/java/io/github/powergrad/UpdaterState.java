package io.github.powergrad;

import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleBinaryOperator;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.learning.AMSGradUpdater;
import org.nd4j.linalg.learning.AdaBeliefUpdater;
import org.nd4j.linalg.learning.AdaDeltaUpdater;
import org.nd4j.linalg.learning.AdaGradUpdater;
import org.nd4j.linalg.learning.AdaMaxUpdater;
import org.nd4j.linalg.learning.AdamUpdater;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.NadamUpdater;
import org.nd4j.linalg.learning.NesterovsUpdater;
import org.nd4j.linalg.learning.RmsPropUpdater;

/**
 * Brings what an updater remembers in line with parameters and a loss that have been multiplied: what is a step of a
 * parameter is multiplied as the parameter was, what is a gradient as the loss was by the parameter's factor.
 */
final class UpdaterState {

    private static final DoubleBinaryOperator STEP = (step, gradient) -> step;
    private static final DoubleBinaryOperator SQUARED_STEP = (step, gradient) -> step * step;
    private static final DoubleBinaryOperator GRADIENT = (step, gradient) -> gradient;
    private static final DoubleBinaryOperator SQUARED_GRADIENT = (step, gradient) -> gradient * gradient;

    /** What each updater keeps. Those that are not here keep nothing, or it is not known what. */
    private static final Map<Class<?>, Map<String, DoubleBinaryOperator>> KEPT = Map.of(
            NesterovsUpdater.class, Map.of(NesterovsUpdater.V_STATE, STEP),
            AdamUpdater.class, Map.of(AdamUpdater.M_STATE, GRADIENT, AdamUpdater.V_STATE, SQUARED_GRADIENT),
            NadamUpdater.class, Map.of(NadamUpdater.M_STATE, GRADIENT, NadamUpdater.V_STATE, SQUARED_GRADIENT),
            AMSGradUpdater.class, Map.of(AMSGradUpdater.M_STATE, GRADIENT, AMSGradUpdater.V_STATE, SQUARED_GRADIENT,
                    AMSGradUpdater.V_HAT_STATE, SQUARED_GRADIENT),
            AdaMaxUpdater.class, Map.of(AdaMaxUpdater.M_STATE, GRADIENT, AdaMaxUpdater.U_STATE, GRADIENT),
            AdaBeliefUpdater.class, Map.of(AdaBeliefUpdater.M_STATE, GRADIENT,
                    AdaBeliefUpdater.S_STATE, SQUARED_GRADIENT),
            AdaGradUpdater.class, Map.of(AdaGradUpdater.GRAD_STATE, SQUARED_GRADIENT),
            RmsPropUpdater.class, Map.of(RmsPropUpdater.G_STATE, SQUARED_GRADIENT),
            AdaDeltaUpdater.class, Map.of(AdaDeltaUpdater.MSG_STATE, SQUARED_GRADIENT,
                    AdaDeltaUpdater.MSDX_STATE, SQUARED_STEP));

    private final Set<Trainable> scaled = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Map<Trainable, Double> lossFactors;

    /**
     * What is multiplied beside the state.
     *
     * @param scaled the layers whose parameters are, by the factor of their loss
     * @param lossFactors for each layer that of the loss that it leads to, or NaN, and then its state stays
     */
    UpdaterState(Iterable<LogitsLayer> scaled, Map<Trainable, Double> lossFactors) {
        scaled.forEach(layer -> this.scaled.add(layer.running()));
        this.lossFactors = lossFactors;
    }

    void scale(List<UpdaterBlock> blocks) {
        for (UpdaterBlock block : blocks) {
            GradientUpdater<?> updater = block.getGradientUpdater();
            Map<String, DoubleBinaryOperator> kept = KEPT.getOrDefault(updater.getClass(), Map.of());
            kept.forEach((name, factor) -> scale(block, updater.getState().get(name), factor));
        }
    }

    /** A block is a run of parameters that share an updater; its state has one number for each number of theirs. */
    private void scale(UpdaterBlock block, INDArray state, DoubleBinaryOperator factor) {
        INDArray numbers = state.reshape(state.length());
        for (UpdaterBlock.ParamState parameter : block.getLayersAndVariablesInBlock()) {
            double loss = lossFactors.getOrDefault(parameter.getLayer(), Double.NaN);
            if (!Double.isNaN(loss)) {
                boolean isScaled = scaled.contains(parameter.getLayer())
                        && LogitsLayer.isScaled(parameter.getParamName());
                double step = isScaled ? loss : 1;
                numbers.get(NDArrayIndex.interval(parameter.getParamOffsetStart() - block.getParamOffsetStart(),
                        parameter.getParamOffsetEnd() - block.getParamOffsetStart()))
                        .muli(factor.applyAsDouble(step, loss / step));
            }
        }
    }
}
