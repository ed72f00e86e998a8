package io.github.powergrad.examples.study;

import io.github.powergrad.examples.compare.Spread;
import io.github.powergrad.examples.train.EpochResult;
import io.github.powergrad.examples.train.Metric;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the runs of a study say: means over seeds, and paired differences. Runs that failed are left out. */
final class StudyResults {

    final StudyPlan plan;
    final RunTable table;

    StudyResults(StudyPlan plan, RunTable table) {
        this.plan = plan;
        this.table = table;
    }

    /** The same with the seeds alone whose runs of a part have all ended; nothing if these are fewer than two. */
    Optional<StudyResults> of(StudyPart part) {
        List<Long> missing = part.runs(plan, table)
                .filter(spec -> table.run(spec) == null).map(RunSpec::seed).collect(Collectors.toList());
        List<Long> whole = plan.seeds.stream().filter(seed -> !missing.contains(seed)).collect(Collectors.toList());
        // Other seeds choose learning rates, which takes all of them.
        return plan.seeds.containsAll(missing) && whole.size() >= 2
                ? Optional.of(new StudyResults(plan.withSeeds(whole), table)) : Optional.empty();
    }

    /** An α at its own learning rate, which the search has chosen. */
    RunSpec atOwnRate(double alpha) {
        return plan.atOwnRate(alpha, table);
    }

    /** The runs of all seeds that have ended. */
    List<FinishedRun> runs(RunSpec spec) {
        return plan.perSeed(List.of(spec)).map(table::run).filter(Objects::nonNull).collect(Collectors.toList());
    }

    /** The runs of all seeds that did not fail; where all did, those that did not diverge. */
    List<FinishedRun> measuredRuns(RunSpec spec) {
        List<FinishedRun> whole = runs(spec).stream().filter(run -> !run.failed()).collect(Collectors.toList());
        return whole.isEmpty()
                ? runs(spec).stream().filter(run -> !run.diverged()).collect(Collectors.toList()) : whole;
    }

    /** The mean and deviation over the seeds after the last epoch. */
    Spread spread(RunSpec spec, ToDoubleFunction<EpochResult> value) {
        return new Spread(measuredRuns(spec).stream().mapToDouble(run -> value.applyAsDouble(run.last())).toArray());
    }

    /** The same as text. */
    String text(RunSpec spec, ToDoubleFunction<EpochResult> value, String format) {
        return spread(spec, value).format(format, "±");
    }

    /** The same with the two digits of an accuracy in percent. */
    String percent(RunSpec spec, ToDoubleFunction<EpochResult> value) {
        return text(spec, value, "%.2f");
    }

    /** One specification minus another after the last epoch, over the seeds with which neither failed. */
    Spread difference(RunSpec spec, RunSpec from, ToDoubleFunction<EpochResult> value) {
        return perSeed(value, of -> of[0] - of[1], spec, from);
    }

    Spread testTop1(RunSpec spec, RunSpec from) {
        return difference(spec, from, Metric.TEST_TOP1);
    }

    /** How much more one pair of specifications differs in test top-1 than another, where none of the four failed. */
    Spread testTop1Beyond(RunSpec spec, RunSpec from, RunSpec other, RunSpec otherFrom) {
        return perSeed(Metric.TEST_TOP1, of -> of[0] - of[1] - (of[2] - of[3]), spec, from, other, otherFrom);
    }

    private Spread perSeed(ToDoubleFunction<EpochResult> value, ToDoubleFunction<double[]> combined, RunSpec... specs) {
        return new Spread(plan.seeds.stream()
                .map(seed -> Stream.of(specs).map(spec -> table.run(spec.withSeed(seed))).collect(Collectors.toList()))
                .filter(runs -> runs.stream().noneMatch(run -> run == null || run.failed()))
                .mapToDouble(runs -> combined.applyAsDouble(
                        runs.stream().mapToDouble(run -> value.applyAsDouble(run.last())).toArray()))
                .toArray());
    }

    /** How many runs failed; nothing for none. */
    String failures(RunSpec spec) {
        List<FinishedRun> runs = runs(spec);
        long failed = runs.stream().filter(FinishedRun::failed).count();
        return failed == 0 ? "" : failed + " of " + runs.size();
    }

    boolean failed(RunSpec spec) {
        return runs(spec).stream().anyMatch(FinishedRun::failed);
    }

    /** Training minus test top-1, the generalization gap. */
    static double gap(EpochResult epoch) {
        return epoch.get(Metric.TRAIN_TOP1) - epoch.get(Metric.TEST_TOP1);
    }

    /** A table of accuracies, each compared with that of the first specification. */
    MarkdownTable accuracies(String kind, String first, Map<?, RunSpec> specs) {
        MarkdownTable rows = new MarkdownTable(kind, "training top-1 %", "test top-1 %",
                "test, difference from " + first, "training − test", "failed");
        RunSpec from = specs.values().iterator().next();
        specs.forEach((name, spec) -> rows.row(name, percent(spec, Metric.TRAIN_TOP1), percent(spec, Metric.TEST_TOP1),
                spec.equals(from) ? "" : testTop1(spec, from), percent(spec, StudyResults::gap), failures(spec)));
        return rows;
    }
}
