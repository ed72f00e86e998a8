package io.github.powergrad.examples.study;

import io.github.powergrad.examples.train.Metric;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Which runs each part of a study is made of. Runs that several parts share have equal specifications. */
final class StudyPlan {

    private final StudySettings settings;

    StudyPlan(StudySettings settings) {
        this.settings = settings;
    }

    StudySettings settings() {
        return settings;
    }

    /** One run a seed. */
    List<RunSpec> seeds(RunSpec spec) {
        return settings.seeds().stream().map(spec::withSeed).collect(Collectors.toList());
    }

    /** The network without normalization at an α, everything else as in the whole study. */
    RunSpec plain(double alpha) {
        return RunSpec.transform(alpha, StudySettings.RATE, settings.epochs(), 0);
    }

    /** The same, or with batch norm. */
    RunSpec plain(double alpha, boolean batchNorm) {
        return batchNorm ? plain(alpha).withBatchNorm() : plain(alpha);
    }

    /** Every α, for the paper's figures 2 and 3. */
    List<RunSpec> alphaGrid(boolean batchNorm) {
        return seedBySeed(settings.alphas().stream()
                .map(alpha -> plain(alpha, batchNorm)).collect(Collectors.toList()));
    }

    /** The rows of the paper's tables 2 and 3, by name. */
    Map<String, RunSpec> methods() {
        Map<String, RunSpec> methods = new LinkedHashMap<>();
        RunSpec baseline = plain(1);
        RunSpec transform = plain(StudySettings.ALPHA);
        methods.put("baseline", baseline);
        methods.put("gradient clipping", baseline.withClipping(RunSpec.NORM));
        methods.put("AGC", baseline.withClipping(RunSpec.AGC));
        methods.put("AGC at 0.16", baseline.withClipping(RunSpec.AGC_LOOSE));
        methods.put("transform", transform);
        methods.put("gradient clipping + transform", transform.withClipping(RunSpec.NORM));
        methods.put("AGC + transform", transform.withClipping(RunSpec.AGC));
        methods.put("AGC at 0.16 + transform", transform.withClipping(RunSpec.AGC_LOOSE));
        methods.put("label smoothing", baseline.withSmoothing(StudySettings.SMOOTHING));
        methods.put("label smoothing + transform", transform.withSmoothing(StudySettings.SMOOTHING));
        return methods;
    }

    /** The longer runs whose accuracy is followed, for the paper's figure 4. */
    RunSpec curve(double alpha) {
        return RunSpec.transform(alpha, StudySettings.RATE, settings.curveEpochs(), 0);
    }

    List<RunSpec> curves() {
        return seedBySeed(List.of(curve(1), curve(StudySettings.ALPHA)));
    }

    /** Every α at every learning rate, with the seeds that choose among them. */
    List<RunSpec> search() {
        List<RunSpec> search = new ArrayList<>();
        for (long seed : settings.selectionSeeds()) {
            for (double alpha : settings.alphas()) {
                for (double rate : settings.rates()) {
                    search.add(RunSpec.transform(alpha, rate, settings.epochs(), seed));
                }
            }
        }
        return search;
    }

    /**
     * The learning rate with the highest mean test top-1 over the seeds that choose; a run that diverged counts as 0,
     * of equal rates the lowest is taken. The search must have ended.
     */
    double chosenRate(double alpha, RunTable table) {
        double best = settings.rates().get(0);
        for (double rate : settings.rates()) {
            best = searchedTop1(alpha, rate, table) > searchedTop1(alpha, best, table) ? rate : best;
        }
        return best;
    }

    /** The mean test top-1 over the seeds that choose; a run that diverged counts as 0. */
    double searchedTop1(double alpha, double rate, RunTable table) {
        return settings.selectionSeeds().stream()
                .map(seed -> table.run(RunSpec.transform(alpha, rate, settings.epochs(), seed)))
                .mapToDouble(run -> run.diverged() ? 0 : run.last().get(Metric.TEST_TOP1))
                .average().orElseThrow();
    }

    /** An α at its chosen rate. The search must have ended. */
    RunSpec atChosenRate(double alpha, RunTable table) {
        return RunSpec.transform(alpha, chosenRate(alpha, table), settings.epochs(), 0);
    }

    /** Every α at its chosen rate; empty until the search has ended. */
    List<RunSpec> chosen(RunTable table) {
        return !table.has(search()) ? List.of() : seedBySeed(settings.alphas().stream()
                .map(alpha -> atChosenRate(alpha, table)).collect(Collectors.toList()));
    }

    /** The twin of each run of the search for learning rates that has the first of its seeds, at each α below 1. */
    List<RunSpec> twins() {
        long seed = settings.selectionSeeds().get(0);
        return search().stream().filter(spec -> spec.alpha() < 1 && spec.seed() == seed).map(RunSpec::twin)
                .collect(Collectors.toList());
    }

    /** One run of each a seed. */
    List<RunSpec> seedBySeed(List<RunSpec> specs) {
        return settings.seeds().stream()
                .flatMap(seed -> specs.stream().map(spec -> spec.withSeed(seed))).collect(Collectors.toList());
    }
}
