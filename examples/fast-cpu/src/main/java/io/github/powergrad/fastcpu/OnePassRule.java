package io.github.powergrad.fastcpu;

import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.learning.AdamUpdater;
import org.nd4j.linalg.learning.GradientUpdater;
import org.nd4j.linalg.learning.NesterovsUpdater;
import org.nd4j.linalg.learning.NoOpUpdater;
import org.nd4j.linalg.learning.SgdUpdater;
import org.nd4j.linalg.learning.config.Adam;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.learning.config.Nesterovs;
import org.nd4j.linalg.learning.config.Sgd;

/**
 * What one of ND4J's updaters makes of gradients at one iteration, on numbers in the processor's cache: the same
 * operations on FLOAT in the same order as ND4J's.
 */
abstract class OnePassRule {

    /** The gradient is the update. */
    static final OnePassRule NONE = new OnePassRule() {
        @Override
        void apply(float[] gradient, float[][] state, int count) {}
    };

    /** What the updater remembers from step to step, each array as long as the gradient. */
    final INDArray[] state;

    private OnePassRule(INDArray... state) {
        this.state = state;
    }

    /** Makes updates of the first numbers of a gradient, and changes as many of each array of the state. */
    abstract void apply(float[] gradient, float[][] state, int count);

    /** Returns whether there is a rule for the updaters of this configuration. */
    static boolean isFor(IUpdater configuration) {
        Class<?> type = configuration.getClass();
        return type == Nesterovs.class || type == Sgd.class || type == Adam.class
                || type == org.nd4j.linalg.learning.config.NoOp.class;
    }

    /** Returns what this updater does at this iteration, or null if it is not one of those known here. */
    static OnePassRule of(GradientUpdater<?> updater, int iteration, int epoch) {
        if (!isFor(updater.getConfig())) {
            return null;
        }
        Class<?> type = updater.getClass();
        if (type == NesterovsUpdater.class) {
            return nesterovs((NesterovsUpdater) updater, iteration, epoch);
        }
        if (type == SgdUpdater.class) {
            return sgd((float) updater.getConfig().getLearningRate(iteration, epoch));
        }
        if (type == AdamUpdater.class) {
            return adam((AdamUpdater) updater, iteration, epoch);
        }
        return type == NoOpUpdater.class ? NONE : null;
    }

    /** The update is the learning rate times the gradient. */
    private static OnePassRule sgd(float rate) {
        return new OnePassRule() {
            @Override
            void apply(float[] gradient, float[][] state, int count) {
                for (int i = 0; i < count; i++) {
                    gradient[i] *= rate;
                }
            }
        };
    }

    /** With momentum &mu;, v' = &mu;v &minus; rate g, and the update is &mu;v &minus; (1 + &mu;)v'. */
    private static OnePassRule nesterovs(NesterovsUpdater updater, int iteration, int epoch) {
        float rate = (float) updater.getConfig().getLearningRate(iteration, epoch);
        float momentum = (float) updater.getConfig().currentMomentum(iteration, epoch);
        float ofNext = -momentum - 1;
        return new OnePassRule(updater.getV()) {
            @Override
            void apply(float[] gradient, float[][] state, int count) {
                float[] v = state[0];
                for (int i = 0; i < count; i++) {
                    float kept = momentum * v[i];
                    float next = kept - rate * gradient[i];
                    v[i] = next;
                    gradient[i] = kept + ofNext * next;
                }
            }
        };
    }

    /**
     * With m' = &beta;1 m + (1 &minus; &beta;1)g and v' = &beta;2 v + (1 &minus; &beta;2)g&sup2;, the update is
     * rate m'/(&radic;v' + &epsilon;), where the rate corrects the bias of both.
     */
    private static OnePassRule adam(AdamUpdater updater, int iteration, int epoch) {
        Adam adam = updater.getConfig();
        float beta1 = (float) adam.getBeta1();
        float beta2 = (float) adam.getBeta2();
        float epsilon = (float) adam.getEpsilon();
        float corrected = (float) (adam.getLearningRate(iteration, epoch)
                * Math.sqrt(1 - Math.pow(beta2, iteration + 1)) / (1 - Math.pow(beta1, iteration + 1)));
        float rate = corrected == 0 || !Float.isFinite(corrected) ? epsilon : corrected; // ND4J does
        return new OnePassRule(updater.getM(), updater.getV()) {
            @Override
            void apply(float[] gradient, float[][] state, int count) {
                float[] m = state[0];
                float[] v = state[1];
                for (int i = 0; i < count; i++) {
                    float g = gradient[i];
                    float mean = beta1 * m[i] + g * (1 - beta1);
                    float square = beta2 * v[i] + g * g * (1 - beta2);
                    m[i] = mean;
                    v[i] = square;
                    gradient[i] = mean * rate / ((float) Math.sqrt(square) + epsilon);
                }
            }
        };
    }
}
