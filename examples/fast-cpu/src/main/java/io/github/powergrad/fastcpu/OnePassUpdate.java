package io.github.powergrad.fastcpu;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.Trainable;
import org.deeplearning4j.nn.conf.GradientNormalization;
import org.deeplearning4j.nn.gradient.DefaultGradient;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.MultiLayerUpdater;
import org.deeplearning4j.nn.updater.UpdaterBlock;
import org.deeplearning4j.nn.updater.UpdaterBlock.ParamState;
import org.deeplearning4j.nn.updater.graph.ComputationGraphUpdater;
import org.deeplearning4j.nn.workspace.ArrayType;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.solvers.BaseOptimizer;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.regularization.Regularization;
import org.nd4j.linalg.learning.regularization.Regularization.ApplyStep;

/**
 * One update of all parameters of a network, in Deeplearning4j's order: division by the size of the minibatch, gradient
 * normalization, then block by block L1 and L2, updater and weight decay, and at last the subtraction.
 */
final class OnePassUpdate {

    /** Below this many parameters a second thread costs more than it saves. */
    private static final int FOR_ONE_THREAD = 1 << 16;

    private final BaseMultiLayerUpdater<?> updater;
    private final Gradient gradient;
    private final Model network;
    private final int iteration;
    private final int epoch;

    OnePassUpdate(BaseMultiLayerUpdater<?> updater, Gradient gradient) {
        this.updater = updater;
        this.gradient = gradient;
        this.network = updater.getNetwork();
        this.iteration = BaseOptimizer.getIterationCount(network);
        this.epoch = BaseOptimizer.getEpochCount(network);
    }

    /** Returns whether there is a rule for what happens to a parameter of a layer. */
    static boolean isFor(IUpdater updater, List<Regularization> regularizations) {
        return OnePassRule.isFor(updater) && isFor(regularizations);
    }

    private static boolean isFor(List<Regularization> regularizations) {
        return regularizations == null || regularizations.stream().allMatch(OnePassPenalty::isFor);
    }

    /** Returns whether all is where a network of Deeplearning4j has it: not so with a gradient of another network. */
    static boolean fits(Object updater, Gradient gradient, Model network) {
        if (updater == null || updater.getClass() != MultiLayerUpdater.class
                && updater.getClass() != ComputationGraphUpdater.class) {
            return false;
        }
        BaseMultiLayerUpdater<?> usual = (BaseMultiLayerUpdater<?>) updater;
        INDArray gradients = gradient.gradient();
        INDArray parameters = network.params();
        if (usual.getNetwork() != network || !OnePassStretch.fits(gradients) || !OnePassStretch.fits(parameters)) {
            return false;
        }
        long next = 0;
        for (UpdaterBlock block : usual.getUpdaterBlocks()) {
            for (ParamState parameter : block.getLayersAndVariablesInBlock()) {
                if (parameter.getParamOffsetStart() != next
                        || !isPart(parameter.getParamView(), parameters, next)
                        || !isPart(parameter.getGradView(), gradients, next)) {
                    return false;
                }
                next = parameter.getParamOffsetEnd();
            }
        }
        return next == parameters.length() && next == gradients.length();
    }

    private static boolean isPart(INDArray view, INDArray all, long start) {
        return view == null // no numbers
                || view.data().address() == all.data().address()
                && view.data().offset() == all.data().offset() + start;
    }

    /**
     * Makes updates of the gradients.
     *
     * @param examples in the minibatch
     * @param subtract whether from the parameters as well
     */
    void run(int examples, LayerWorkspaceMgr workspaces, boolean subtract) {
        Map<Trainable, Gradient> normalized = toNormalize();
        List<UpdaterBlock> unknown = new ArrayList<>();
        List<OnePassStretch> before = new ArrayList<>();
        List<OnePassStretch> stretches = new ArrayList<>();
        for (UpdaterBlock block : updater.getUpdaterBlocks()) {
            boolean skipped = block.skipDueToPretrainConfig(false);
            OnePassRule rule = skipped ? OnePassRule.NONE : rule(block);
            if (rule == null) {
                unknown.add(block);
            }
            for (ParamState parameter : block.getLayersAndVariablesInBlock()) {
                OnePassStretch stretch = stretch(parameter);
                OnePassStretch divided = stretch;
                if (rule == null || normalized.containsKey(parameter.getLayer())) {
                    divided = stretch(parameter);
                    before.add(divided);
                }
                if (isDivided(parameter)) {
                    divided.dividedBy(examples);
                }
                if (rule != null && !skipped) {
                    IUpdater configuration = block.getGradientUpdater().getConfig();
                    double rate = configuration.hasLearningRate() ? configuration.getLearningRate(iteration, epoch) : 1;
                    stretch.updated(penalties(ApplyStep.BEFORE_UPDATER, parameter, rate), rule,
                            parameter.getParamOffsetStart() - block.getParamOffsetStart(),
                            penalties(ApplyStep.POST_UPDATER, parameter, rate));
                }
                if (subtract) {
                    stretch.subtracted();
                }
                stretches.add(stretch);
            }
        }
        run(before);
        normalized.forEach((layer, ofLayer) -> updater.preApply(layer, ofLayer, iteration));
        for (UpdaterBlock block : unknown) {
            try (MemoryWorkspace scope = workspaces.notifyScopeEntered(ArrayType.UPDATER_WORKING_MEM)) {
                block.update(iteration, epoch);
            }
        }
        run(stretches);
    }

    private void run(List<OnePassStretch> stretches) {
        INDArray parameters = network.params();
        OnePassStretch.run(stretches, gradient.gradient(), parameters,
                parameters.length() < FOR_ONE_THREAD ? 1 : Nd4j.getEnvironment().maxMasterThreads());
    }

    /** The gradients of the layers that want theirs normalized, by parameter, as Deeplearning4j hands them on. */
    private Map<Trainable, Gradient> toNormalize() {
        Map<Trainable, Gradient> byLayer = new IdentityHashMap<>();
        gradient.gradientForVariable().forEach((name, values) -> {
            int end = name.lastIndexOf('_');
            Trainable layer = updater.getLayersByName().get(name.substring(0, end));
            GradientNormalization normalization = layer.getConfig().getGradientNormalization();
            if (normalization != null && normalization != GradientNormalization.None) {
                byLayer.computeIfAbsent(layer, key -> new DefaultGradient())
                        .setGradientFor(name.substring(end + 1), values);
            }
        });
        return byLayer;
    }

    private OnePassRule rule(UpdaterBlock block) {
        for (ParamState parameter : block.getLayersAndVariablesInBlock()) {
            if (!isFor(regularizations(parameter))) {
                return null;
            }
        }
        OnePassRule rule = OnePassRule.of(block.getGradientUpdater(), iteration, epoch);
        long count = block.getParamOffsetEnd() - block.getParamOffsetStart();
        if (rule != null) {
            for (INDArray state : rule.state) {
                if (!OnePassStretch.fits(state) || state.length() != count) {
                    return null;
                }
            }
        }
        return rule;
    }

    private static OnePassStretch stretch(ParamState parameter) {
        return new OnePassStretch(parameter.getParamOffsetStart(), parameter.getParamOffsetEnd());
    }

    /** Not so the running mean and variance of batch normalization, whose "gradients" are changes. */
    private boolean isDivided(ParamState parameter) {
        return network.conf().isMiniBatch() && parameter.getLayer().updaterDivideByMinibatch(parameter.getParamName());
    }

    private static List<Regularization> regularizations(ParamState parameter) {
        return parameter.getLayer().getConfig().getRegularizationByParam(parameter.getParamName());
    }

    /** What is added at this step, in order. Deeplearning4j lists one weight decay twice. */
    private List<OnePassPenalty> penalties(ApplyStep step, ParamState parameter, double rate) {
        List<OnePassPenalty> penalties = new ArrayList<>();
        List<Regularization> all = regularizations(parameter);
        for (Regularization each : all == null ? List.<Regularization>of() : all) {
            if (each.applyStep() == step) {
                penalties.add(OnePassPenalty.of(each, rate, iteration, epoch));
            }
        }
        return penalties;
    }
}
