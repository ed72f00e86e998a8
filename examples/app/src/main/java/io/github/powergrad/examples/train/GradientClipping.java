package io.github.powergrad.examples.train;

import io.github.powergrad.AdaptiveGradientClipping;
import java.util.List;
import org.deeplearning4j.optimize.api.TrainingListener;

/** How gradients are clipped on their way to the updater. */
public enum GradientClipping {
    /** Not at all. */
    NONE,
    /** The whole gradient to norm 1. */
    GLOBAL_NORM,
    /** Each filter and each vector to 0.01 of its norm; the fully connected layer is left out. Both as in timm. */
    ADAPTIVE,
    /** The same to 0.16 of the norm, which the authors of adaptive clipping give for small batches. */
    ADAPTIVE_LOOSE;

    private static final double LARGEST_NORM = 1;
    private static final double LARGEST_RATIO = 0.01;
    private static final double LOOSE_RATIO = 0.16;

    List<TrainingListener> listeners() {
        switch (this) {
            case GLOBAL_NORM:
                return List.of(new GlobalNormClipping(LARGEST_NORM));
            case ADAPTIVE:
                return List.of(new AdaptiveGradientClipping(LARGEST_RATIO));
            case ADAPTIVE_LOOSE:
                return List.of(new AdaptiveGradientClipping(LOOSE_RATIO));
            default:
                return List.of();
        }
    }
}
