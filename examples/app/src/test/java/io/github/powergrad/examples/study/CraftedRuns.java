package io.github.powergrad.examples.study;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/** A whole study of three seeds whose values a test has made up: 70 % top-1 in every run but for what is changed. */
final class CraftedRuns {

    private static final int TRAIN_TOP1 = 2;
    private static final int TEST_TOP1 = 3;
    private static final int CROSS_ENTROPY = 4;
    private static final int LOGIT_NORM = 5;

    private static final String EPOCH = "epoch,train_cross_entropy,train_top1,test_top1,test_cross_entropy,logit_norm,"
            + "zeroed_filters,silent_filters";

    private final StudyPlan plan = StudyPlan.whole().withSeeds(List.of(1L, 2L, 3L));
    private final Map<String, double[]> values = new LinkedHashMap<>();
    private final Map<String, double[]> gaps = new LinkedHashMap<>();
    private final List<RunSpec> specs = new ArrayList<>();

    CraftedRuns() {
        specs.addAll(plan.search());
        for (double alpha : plan.alphas) {
            for (double rate : plan.rates) {
                addPerSeed(List.of(plan.at(alpha, rate)));
            }
        }
        addPerSeed(plan.grid(true));
        specs.addAll(plan.twins());
        addPerSeed(plan.methods().values());
        specs.forEach(spec -> values.put(spec.toString(), new double[] {
            plan.epochs, 0.5, 71, 70, 1 / spec.alpha(), 10 / spec.alpha(), 0, 0}));
        plan.twins().forEach(twin -> gaps.put(twin.toString(), new double[] {70, 1 / twin.alpha(), 0}));
    }

    private void addPerSeed(Collection<RunSpec> those) {
        plan.perSeed(those).forEach(specs::add);
    }

    StudyPlan plan() {
        return plan;
    }

    /** Adds to the test top-1 of the runs that are meant, so that the gap to that of training stays. */
    CraftedRuns add(Predicate<RunSpec> meant, ToDoubleFunction<RunSpec> points) {
        return change(meant, (spec, of) -> {
            of[TRAIN_TOP1] += points.applyAsDouble(spec);
            of[TEST_TOP1] += points.applyAsDouble(spec);
        });
    }

    /** Adds to the training top-1 alone. */
    CraftedRuns addToGap(Predicate<RunSpec> meant, ToDoubleFunction<RunSpec> points) {
        return change(meant, (spec, of) -> of[TRAIN_TOP1] += points.applyAsDouble(spec));
    }

    CraftedRuns crossEntropy(Predicate<RunSpec> meant, double value) {
        return change(meant, (spec, of) -> of[CROSS_ENTROPY] = value);
    }

    /** Sets by how much the cross-entropy of a twin and its logits differ from the transform's run. */
    CraftedRuns gap(Predicate<RunSpec> meant, double crossEntropy, double logit) {
        plan.twins().stream().filter(meant).forEach(twin -> gaps.put(twin.toString(),
                new double[] {70, values.get(twin.toString())[CROSS_ENTROPY] - crossEntropy, logit}));
        return this;
    }

    /** Lets the transform's runs beside twins diverge. */
    CraftedRuns divergeBeside(Predicate<RunSpec> meant) {
        plan.twins().stream().filter(meant).forEach(twin -> Arrays.fill(gaps.get(twin.toString()), Double.NaN));
        return this;
    }

    CraftedRuns logitNorm(Predicate<RunSpec> meant, double value) {
        return change(meant, (spec, of) -> of[LOGIT_NORM] = value);
    }

    /** Lets runs diverge. */
    CraftedRuns diverge(Predicate<RunSpec> meant) {
        return change(meant, (spec, of) -> {
            for (int i = 1; i < of.length; i++) {
                of[i] = Double.NaN;
            }
        });
    }

    private interface Change {
        void apply(RunSpec spec, double[] of);
    }

    private CraftedRuns change(Predicate<RunSpec> meant, Change change) {
        specs.stream().distinct().filter(meant).forEach(spec -> change.apply(spec, values.get(spec.toString())));
        return this;
    }

    /** The report of them. */
    String report(Path folder) throws IOException {
        return new StudyReport(plan, in(folder).table).text();
    }

    /** Writes them into a folder as the study does, and reads them. */
    StudyResults in(Path folder) throws IOException {
        String spec = String.join(",", RunSpec.COLUMNS);
        List<String> runs = new ArrayList<>(List.of("data," + spec + ",outcome," + EPOCH));
        List<String> epochs = new ArrayList<>(List.of(spec + "," + EPOCH));
        values.forEach((run, of) -> {
            String last = (int) of[0] + "," + DoubleStream.of(of).skip(1).mapToObj(String::valueOf)
                    .collect(Collectors.joining(","));
            runs.add("Fashion-MNIST 20000+4000 f29aca9e," + run + ",finished," + last);
            epochs.add(run + "," + last);
        });
        Files.write(folder.resolve(RunTable.RUNS), runs);
        Files.write(folder.resolve(RunTable.EPOCHS), epochs);
        List<String> twins = new ArrayList<>(
                List.of(spec + ",transform_test_top1,transform_cross_entropy_of_alpha_z,largest_logit_difference"));
        gaps.forEach((twin, of) -> twins.add(twin + "," + of[0] + "," + of[1] + "," + of[2]));
        Files.write(folder.resolve(RunTable.TWINS), twins);
        Files.write(folder.resolve(RunTable.FILTERS), List.of(spec + ",epoch,norms..."));
        return new StudyResults(plan, RunTable.read(folder));
    }
}
