package io.github.powergrad.fastcpu;

import java.lang.reflect.Method;
import java.util.Collection;
import org.deeplearning4j.optimize.api.BaseTrainingListener;
import org.deeplearning4j.optimize.api.TrainingListener;

/** Listeners that are shown the activations of a training step. */
final class Observers {

    private static final ClassValue<Boolean> SEES_ACTIVATIONS = new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> listener) {
            for (Method method : listener.getMethods()) {
                if (method.getName().equals("onForwardPass") && !method.isBridge()
                        && method.getDeclaringClass() != BaseTrainingListener.class) {
                    return true;
                }
            }
            return false;
        }
    };

    private Observers() {}

    static boolean any(Collection<TrainingListener> listeners) {
        if (listeners != null) {
            for (TrainingListener listener : listeners) {
                if (SEES_ACTIVATIONS.get(listener.getClass())) {
                    return true;
                }
            }
        }
        return false;
    }
}
