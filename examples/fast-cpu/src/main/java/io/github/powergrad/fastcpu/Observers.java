package io.github.powergrad.fastcpu;

import java.lang.reflect.Method;
import java.util.Collection;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;

/** Listeners that can look at arrays of a training step. */
final class Observers {

    private static final Overriding FORWARD = new Overriding("onForwardPass");
    private static final Overriding BACKWARD = new Overriding("onBackwardPass");

    private Observers() {}

    /** Returns whether a listener is shown the activations. */
    static boolean ofActivations(Collection<TrainingListener> listeners) {
        return any(listeners, FORWARD);
    }

    /** Returns whether a listener is called while gradients of activations are there. */
    static boolean ofGradients(Collection<TrainingListener> listeners) {
        return any(listeners, BACKWARD);
    }

    private static boolean any(Collection<TrainingListener> listeners, Overriding method) {
        if (listeners != null) {
            for (TrainingListener listener : listeners) {
                if (method.get(listener.getClass())) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Whether a class of listeners has a method of its own in place of the empty one. */
    private static final class Overriding extends ClassValue<Boolean> {

        private final String name;

        Overriding(String name) {
            this.name = name;
        }

        @Override
        protected Boolean computeValue(Class<?> listener) {
            for (Method method : listener.getMethods()) {
                Class<?> owner = method.getDeclaringClass();
                if (method.getName().equals(name) && owner != BaseTrainingListener.class && owner != FastCpu.class) {
                    return true;
                }
            }
            return false;
        }
    }
}
