package io.github.powergrad.examples.check;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
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
        List<Vector> vectors = vectors();
        for (DataType type : LossCase.TYPES) {
            report.compare("gradient in " + type, REFERENCE, deviation -> vectors.stream()
                    .filter(vector -> vector.types.contains(type))
                    .forEach(vector -> vector.unclipped().compareGradient(losses, type, deviation)));
        }
        for (DataType type : LossCase.TYPES) {
            report.compare("score in " + type, REFERENCE, deviation -> vectors.stream()
                    .filter(vector -> vector.types.contains(type))
                    .forEach(vector -> vector.unclipped().compareScores(losses, type, 0, deviation)));
        }
        report.compare("score clipped at 1e-10, in every type", REFERENCE, deviation -> {
            for (Vector vector : vectors) {
                for (DataType type : vector.types) {
                    vector.clipped().compareScores(losses, type, DEFAULT_CLIP_EPS, deviation);
                }
            }
        });
    }

    private static List<Vector> vectors() throws IOException {
        try (InputStream file = GoldenVectors.class.getResourceAsStream(FILE)) {
            return new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .readValue(file, new TypeReference<List<Vector>>() {});
        }
    }

    /** An entry of the file. */
    static final class Vector {

        public String name;
        public List<DataType> types;
        public double alpha;
        public double labelSmoothing;
        public double[] weights;
        public double[] mask;
        public double[][] logits;
        public double[][] labels;
        public double[][] gradient;
        public double[] scores;
        public double[] clippedScores;

        LossCase unclipped() {
            return expecting(scores);
        }

        LossCase clipped() {
            return expecting(clippedScores);
        }

        private LossCase expecting(double[] rightScores) {
            return new LossCase("'" + name + "'", logits, labels).alpha(alpha).smoothing(labelSmoothing)
                    .weights(weights).mask(mask).expecting(gradient, rightScores);
        }
    }
}
