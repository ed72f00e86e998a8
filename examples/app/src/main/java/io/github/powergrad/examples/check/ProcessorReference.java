package io.github.powergrad.examples.check;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/**
 * The right steps: on the processor, in DOUBLE, by Deeplearning4j's own layers without oneDNN, with {@link PlainLoss}.
 * They are taken in a process of their own, because ND4J has one backend per process.
 */
final class ProcessorReference {

    private static final int MINUTES = 10;
    private static final String CPU_BACKEND = "CpuBackend";

    /** All that the network holds before the first step. */
    public double[] initialParams;
    /** What gradients change, before the first step. */
    public double[] initialWeights;
    /** The loss of each step. */
    public double[] losses;
    /** What gradients change, after the last step. */
    public double[] weights;

    /** Takes the steps. Arguments: how many, and the file for the results. */
    public static void main(String[] args) throws IOException {
        String backend = Nd4j.getBackend().getClass().getSimpleName();
        if (!CPU_BACKEND.equals(backend)) {
            throw new IllegalStateException("nd4j-native is not on the class path; ND4J chose " + backend);
        }
        TrainingSteps steps = new TrainingSteps(new PlainLoss(), DataType.DOUBLE);
        steps.start(steps.params());
        ProcessorReference reference = new ProcessorReference();
        reference.initialParams = steps.params();
        reference.initialWeights = steps.weights();
        reference.losses = steps.take(Integer.parseInt(args[0]));
        reference.weights = steps.weights();
        new ObjectMapper().writeValue(new File(args[1]), reference);
    }

    /**
     * Starts the process and waits for it.
     *
     * @param steps how many
     * @return what it computed
     * @throws IOException if it does not come to its end, with what it said
     */
    static ProcessorReference after(int steps) throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("powergrad-check");
        Path result = folder.resolve("steps");
        Path said = folder.resolve("said.txt");
        try {
            ProcessBuilder builder = new ProcessBuilder(ProcessHandle.current().info().command().orElse("java"),
                    "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"),
                    ProcessorReference.class.getName(), String.valueOf(steps), result.toString())
                    .redirectErrorStream(true).redirectOutput(said.toFile());
            // For ND4J, which otherwise takes CUDA where both are on the class path.
            builder.environment().put("BACKEND_PRIORITY_CPU", "1000");
            Process process = builder.start();
            try {
                if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
                    throw new IOException(
                            "the process for the steps on the processor took more than " + MINUTES + " minutes");
                }
            } finally {
                process.destroyForcibly();
            }
            if (process.exitValue() != 0) {
                throw new IOException("the process for the steps on the processor ended with exit code "
                        + process.exitValue() + ": " + reason(said));
            }
            return new ObjectMapper().readValue(result.toFile(), ProcessorReference.class);
        } finally {
            Files.deleteIfExists(result);
            Files.deleteIfExists(said);
            Files.deleteIfExists(folder);
        }
    }

    /** The exception, or the last line. */
    private static String reason(Path said) throws IOException {
        // Not readAllLines, which refuses bytes that are not UTF-8.
        List<String> lines = new String(Files.readAllBytes(said), StandardCharsets.UTF_8).lines()
                .collect(Collectors.toList());
        return lines.stream().filter(line -> line.startsWith("Caused by: ") || line.startsWith("Exception in thread"))
                .reduce((first, second) -> second)
                .orElse(lines.isEmpty() ? "it said nothing" : lines.get(lines.size() - 1));
    }

    /**
     * What training asks of a loss, by {@link Formulas}: one number after the other, in Java. For logits under a softmax,
     * without a mask.
     */
    private static final class PlainLoss extends LossMCXENT {

        private static final long serialVersionUID = 1L;

        @Override
        public double computeScore(INDArray labels, INDArray preOutput, IActivation activation, INDArray mask,
                boolean average) {
            double[][] z = preOutput.toDoubleMatrix();
            double[][] q = smoothed(labels);
            double sum = IntStream.range(0, z.length).mapToDouble(n -> Formulas.crossEntropy(z[n], q[n], null, 0)).sum();
            return average ? sum / z.length : sum;
        }

        @Override
        public INDArray computeGradient(INDArray labels, INDArray preOutput, IActivation activation, INDArray mask) {
            double[][] z = preOutput.toDoubleMatrix();
            double[][] q = smoothed(labels);
            return Nd4j.createFromArray(IntStream.range(0, z.length)
                    .mapToObj(n -> Formulas.gradient(z[n], q[n], TrainingSteps.ALPHA, null))
                    .toArray(double[][]::new)).castTo(preOutput.dataType());
        }

        private static double[][] smoothed(INDArray labels) {
            return Arrays.stream(labels.toDoubleMatrix())
                    .map(q -> Formulas.smoothed(q, TrainingSteps.SMOOTHING)).toArray(double[][]::new);
        }
    }
}
