package io.github.powergrad.examples.check;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.powergrad.LossPowerGrad;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.function.UnaryOperator;
import org.nd4j.linalg.api.buffer.DataType;

/** Gradient and score against the library's test vectors, which were computed with 60 digits. */
final class GoldenVectors extends DeviceCheck.Part {

    /** Of the library's tests; the build puts it beside this class. */
    static final String FILE = "golden.json";

    private static final String REFERENCE = "60-digit vectors";
    private static final double DEFAULT_CLIP_EPS = 1e-10;

    private final UnaryOperator<LossPowerGrad> losses;

    GoldenVectors(UnaryOperator<LossPowerGrad> losses) {
        super("vectors");
        this.losses = losses;
    }

    @Override
    void check(Report report) throws IOException {
        List<LossCase> vectors;
        try (InputStream file = GoldenVectors.class.getResourceAsStream(FILE)) {
            vectors = new ObjectMapper().readValue(file, new TypeReference<List<LossCase>>() {});
        }
        for (DataType type : LossCase.TYPES) {
            report.compare("gradient in " + type, REFERENCE, deviation -> vectors.stream()
                    .filter(vector -> vector.isFor(type))
                    .forEach(vector -> vector.compareGradient(losses, type, deviation)));
        }
        for (DataType type : LossCase.TYPES) {
            report.compare("score in " + type, REFERENCE, deviation -> compareScores(vectors, type, 0, deviation));
        }
        report.compare("score clipped at 1e-10, in every type", REFERENCE, deviation -> {
            for (DataType type : LossCase.TYPES) {
                compareScores(vectors, type, DEFAULT_CLIP_EPS, deviation);
            }
        });
    }

    private void compareScores(List<LossCase> vectors, DataType type, double clipEps, Deviation deviation) {
        vectors.stream().filter(vector -> vector.isFor(type))
                .forEach(vector -> vector.compareScores(losses, type, clipEps, deviation));
    }
}
