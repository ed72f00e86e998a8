package io.github.powergrad.examples.check;

import io.github.powergrad.LossPowerGrad;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.UnaryOperator;

/** Every setting of the loss, in every type, against the formulas in Java. */
final class LossVariants {

    private static final int CLASSES = 6;
    private static final int EXAMPLES = 4;
    private static final double[] WEIGHTS = {0.5, 2, 1, 0, 1.5, 1};
    private static final double[] MASK = {1, 0, 0.5, 1};

    private LossVariants() {}

    static void check(Report report, UnaryOperator<LossPowerGrad> losses) {
        double[][] z = logits(EXAMPLES);
        double[][] q = oneHot(EXAMPLES);
        double[][] soft = {{0.5, 0.5, 0, 0, 0, 0}, {0, 0.25, 0, 0, 0.75, 0}, {0, 0, 1, 0, 0, 0},
                {0.125, 0, 0, 0.875, 0, 0}};
        double[][] p = {{0.5, 0.25, 0.125, 0.0625, 0.03125, 0.03125}, {0.125, 0.5, 0.0625, 0.0625, 0.125, 0.125},
                {0.015625, 0.015625, 0.9375, 0.015625, 0.0078125, 0.0078125},
                {0.25, 0.25, 0.25, 0.125, 0.0625, 0.0625}};
        Map<String, List<LossCase>> rows = new LinkedHashMap<>();
        rows.put("one-hot labels", List.of(new LossCase("one-hot", z, q)));
        rows.put("soft labels", List.of(new LossCase("soft", z, soft)));
        rows.put("label smoothing", List.of(new LossCase("smoothing 0.1", z, q).smoothing(0.1)));
        rows.put("class weights", List.of(new LossCase("weights", z, q).weights(WEIGHTS)));
        rows.put("class weights, smoothing, soft labels", List.of(
                new LossCase("weights, smoothing 0.1, soft", z, soft).weights(WEIGHTS).smoothing(0.1)));
        rows.put("mask", List.of(new LossCase("mask", z, q).mask(MASK)));
        rows.put("minibatch of one, with and without mask", List.of(
                new LossCase("one example", logits(1), oneHot(1)),
                new LossCase("one example, mask 0.5", logits(1), oneHot(1)).mask(0.5)));
        rows.put("sparse labels", List.of(new LossCase("sparse", z, q).sparse(),
                new LossCase("sparse, weights, mask", z, q).sparse().weights(WEIGHTS).mask(MASK)));
        rows.put("identity behind softmax", List.of(new LossCase("identity", p, q).behindSoftmax(),
                new LossCase("identity, weights, smoothing 0.1", p, q)
                        .behindSoftmax().weights(WEIGHTS).smoothing(0.1)));
        rows.forEach((what, cases) -> LossCase.row(report, what, losses, LossCase.TYPES, 0, cases));
    }

    /** Eighths, which every type holds exactly. */
    private static double[][] logits(int examples) {
        Random random = new Random(examples);
        double[][] z = new double[examples][CLASSES];
        for (double[] row : z) {
            for (int c = 0; c < CLASSES; c++) {
                row[c] = (random.nextInt(128) - 64) / 8.0;
            }
        }
        return z;
    }

    private static double[][] oneHot(int examples) {
        double[][] q = new double[examples][CLASSES];
        for (int n = 0; n < examples; n++) {
            q[n][List.of(2, 0, 4, 1).get(n)] = 1;
        }
        return q;
    }
}
