package io.github.powergrad.examples.check;

import com.fasterxml.jackson.core.type.TypeReference;
import io.github.powergrad.LossPowerGrad;
import java.io.IOException;
import java.util.List;
import java.util.function.UnaryOperator;
import org.nd4j.linalg.api.buffer.DataType;

/** Gradient and score against the library's test vectors, which were computed with 60 digits. */
final class GoldenVectors {

    /** Of the library's tests; the build puts it beside this class. */
    static final String FILE = "golden.json";

    private static final String REFERENCE = "60-digit vectors";

    private GoldenVectors() {}

    static void check(Report report, UnaryOperator<LossPowerGrad> losses) throws IOException {
        List<LossCase> vectors = LossCase.read(FILE, new TypeReference<List<LossCase>>() {});
        for (DataType type : LossCase.TYPES) {
            report.compare("gradient in " + type, REFERENCE, deviation -> vectors.forEach(
                    vector -> vector.compareGradient(losses, type, deviation)));
        }
        for (DataType type : LossCase.TYPES) {
            report.compare("score in " + type, REFERENCE, deviation -> vectors.forEach(
                    vector -> vector.compareScores(losses, type, 0, deviation)));
        }
        report.compare("score clipped at 1e-10, in every type", REFERENCE, deviation -> LossCase.TYPES.forEach(
                type -> vectors.forEach(vector ->
                        vector.compareScores(losses, type, LossCase.DEFAULT_CLIP_EPS, deviation))));
    }
}
