package io.github.powergrad;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.shade.jackson.annotation.JsonCreator;
import org.nd4j.shade.jackson.annotation.JsonProperty;

/** Remembers the alpha of each gradient by thread; static, for copies of a network come from JSON. */
class RecordingLoss extends LossPowerGrad {

    private static final long serialVersionUID = 1L;
    private static final Map<Thread, List<Double>> ALPHAS = new ConcurrentHashMap<>();

    RecordingLoss() {
        super(0.125);
    }

    @JsonCreator
    RecordingLoss(@JsonProperty("alpha") Double alpha, @JsonProperty("labelSmoothing") Double labelSmoothing,
            @JsonProperty("softmaxClipEps") Double softmaxClipEps, @JsonProperty("weights") INDArray weights) {
        super(alpha, labelSmoothing, softmaxClipEps, weights);
    }

    @Override
    public INDArray computeGradient(INDArray labels, INDArray preOutput, IActivation activationFn, INDArray mask) {
        ALPHAS.computeIfAbsent(Thread.currentThread(), thread -> Collections.synchronizedList(new ArrayList<>()))
                .add(getAlpha());
        return super.computeGradient(labels, preOutput, activationFn, mask);
    }

    /** What this thread's gradients were computed with since the last call; clears all. */
    static List<Double> takeAlphas() {
        List<Double> alphas = ALPHAS.getOrDefault(Thread.currentThread(), List.of());
        ALPHAS.clear();
        return alphas;
    }

    /** What each thread's gradients were computed with since the last call; clears all. */
    static List<List<Double>> takeAlphasByThread() {
        List<List<Double>> alphas = ALPHAS.values().stream().map(ArrayList::new).collect(Collectors.toList());
        ALPHAS.clear();
        return alphas;
    }
}
