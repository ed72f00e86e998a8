package io.github.powergrad.fastcpu;

import java.util.ArrayList;
import java.util.Collection;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.nn.api.Updater;
import org.deeplearning4j.nn.gradient.Gradient;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.nn.updater.BaseMultiLayerUpdater;
import org.deeplearning4j.nn.updater.graph.ComputationGraphUpdater;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.deeplearning4j.optimize.api.ConvexOptimizer;
import org.deeplearning4j.optimize.api.TrainingListener;
import org.deeplearning4j.optimize.solvers.StochasticGradientDescent;
import org.deeplearning4j.optimize.stepfunctions.NegativeGradientStepFunction;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Deeplearning4j's stochastic gradient descent with the passes over memory between the gradient and the new parameters
 * made one: division by the size of the minibatch, L1 and L2, the updater, weight decay, subtraction. As before, the array of
 * gradients holds the updates when the step is done.
 *
 * <p>What is not known here goes Deeplearning4j's way: parameters with other updaters or regularization, and all of
 * them where the updater of the network is not Deeplearning4j's own or the gradient is another network's. A layer that
 * normalizes its gradients has them divided by the size of the minibatch first. An accumulator of gradients subtracts
 * by itself.
 */
final class OnePassDescent extends StochasticGradientDescent {

    private final ConvexOptimizer replaced;
    private final Subtraction subtraction;
    private boolean stepping;

    /**
     * An optimizer in place of another.
     *
     * @param replaced goes on to hold the updater, which it may be about to make: a listener can exchange optimizers in
     *        mid-step
     */
    OnePassDescent(ConvexOptimizer replaced, Model network, Collection<TrainingListener> listeners) {
        this(replaced, network, listeners, new Subtraction());
    }

    private OnePassDescent(ConvexOptimizer replaced, Model network, Collection<TrainingListener> listeners,
            Subtraction subtraction) {
        super(replaced.getConf(), subtraction, new ArrayList<>(listeners), network);
        this.replaced = replaced;
        this.subtraction = subtraction;
        setGradientsAccumulator(replaced.getGradientsAccumulator());
        setBatchSize(replaced.batchSize());
    }

    @Override
    public Updater getUpdater() {
        return replaced.getUpdater();
    }

    @Override
    public Updater getUpdater(boolean initializeIfReq) {
        return replaced.getUpdater(initializeIfReq);
    }

    @Override
    public void setUpdater(Updater updater) {
        replaced.setUpdater(updater);
    }

    @Override
    public ComputationGraphUpdater getComputationGraphUpdater() {
        return replaced.getComputationGraphUpdater();
    }

    @Override
    public ComputationGraphUpdater getComputationGraphUpdater(boolean initializIfReq) {
        return replaced.getComputationGraphUpdater(initializIfReq);
    }

    @Override
    public void setUpdaterComputationGraph(ComputationGraphUpdater updater) {
        replaced.setUpdaterComputationGraph(updater);
    }

    @Override
    public boolean optimize(LayerWorkspaceMgr workspaces) {
        stepping = accumulator == null;
        subtraction.done = false;
        try {
            return super.optimize(workspaces);
        } finally {
            stepping = false;
        }
    }

    @Override
    public void updateGradientAccordingToParams(Gradient gradient, Model network, int examples,
            LayerWorkspaceMgr workspaces) {
        boolean subtract = stepping;
        stepping = false; // what a listener asks for later is no step
        Object updater;
        try (MemoryWorkspace none = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
            updater = network instanceof ComputationGraph ? getComputationGraphUpdater() : getUpdater();
        }
        if (network != model || !OnePassUpdate.fits(updater, gradient, network)) {
            replaced.updateGradientAccordingToParams(gradient, network, examples, workspaces);
            return;
        }
        synchronized (updater) { // as Deeplearning4j does, for getStateViewArrayCopy
            new OnePassUpdate((BaseMultiLayerUpdater<?>) updater, gradient).run(examples, workspaces, subtract);
        }
        subtraction.done = subtract;
    }

    /** The step of the replaced optimizer, unless it has been made in the pass before. */
    private static final class Subtraction extends NegativeGradientStepFunction {

        private boolean done;

        @Override
        public void step(INDArray parameters, INDArray updates) {
            if (!done) {
                super.step(parameters, updates);
            }
            done = false;
        }
    }
}
