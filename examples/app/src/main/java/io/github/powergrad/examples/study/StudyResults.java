package io.github.powergrad.examples.study;

import io.github.powergrad.examples.compare.Spread;
import io.github.powergrad.examples.train.EpochResult;
import io.github.powergrad.examples.train.Metric;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the runs of a study say: means over seeds, and paired differences. Runs that failed are left out. */
final class StudyResults {

    private final StudyPlan plan;
    private final RunTable table;

    StudyResults(StudyPlan plan, RunTable table) {
        this.plan = plan;
        this.table = table;
    }

    /** The same with the seeds alone whose runs of a part have all ended; nothing if these are fewer than two. */
    Optional<StudyResults> of(StudyPart part) {
        List<Long> missing = part.runs(plan, table).stream()
                .filter(spec -> table.run(spec) == null).map(RunSpec::seed).collect(Collectors.toList());
        List<Long> whole = settings().seeds().stream()
                .filter(seed -> !missing.contains(seed)).collect(Collectors.toList());
        // Other seeds choose learning rates, which takes all of them.
        return settings().seeds().containsAll(missing) && whole.size() >= 2
                ? Optional.of(new StudyResults(new StudyPlan(settings().withSeeds(whole)), table)) : Optional.empty();
    }

    StudyPlan plan() {
        return plan;
    }

    StudySettings settings() {
        return plan.settings();
    }

    RunTable table() {
        return table;
    }

    /** The runs of all seeds that have ended. */
    List<FinishedRun> runs(RunSpec spec) {
        return plan.seeds(spec).stream().map(table::run).filter(Objects::nonNull).collect(Collectors.toList());
    }

    /** The runs of all seeds that did not fail; where all did, those that did not diverge. */
    List<FinishedRun> measuredRuns(RunSpec spec) {
        List<FinishedRun> whole = runs(spec).stream().filter(run -> !run.failed()).collect(Collectors.toList());
        return whole.isEmpty()
                ? runs(spec).stream().filter(run -> !run.diverged()).collect(Collectors.toList()) : whole;
    }

    /** The mean over the seeds after the last epoch. */
    double mean(RunSpec spec, ToDoubleFunction<EpochResult> value) {
        return spread(spec, value).mean();
    }

    /** The deviation over the seeds after the last epoch; 0 for a single seed. */
    double deviation(RunSpec spec, ToDoubleFunction<EpochResult> value) {
        double deviation = spread(spec, value).deviation();
        return Double.isNaN(deviation) ? 0 : deviation;
    }

    /** The mean and deviation over the seeds after the last epoch, as text. */
    String text(RunSpec spec, ToDoubleFunction<EpochResult> value, String format) {
        return spread(spec, value).format(format, "±");
    }

    private Spread spread(RunSpec spec, ToDoubleFunction<EpochResult> value) {
        return new Spread(measuredRuns(spec).stream()
                .mapToDouble(run -> value.applyAsDouble(run.last())).toArray());
    }

    /** One specification minus another after the last epoch, over the seeds with which neither failed. */
    Spread difference(RunSpec spec, RunSpec from, ToDoubleFunction<EpochResult> value) {
        return new Spread(settings().seeds().stream()
                .filter(seed -> measured(spec.withSeed(seed)) && measured(from.withSeed(seed)))
                .mapToDouble(seed -> value.applyAsDouble(table.run(spec.withSeed(seed)).last())
                        - value.applyAsDouble(table.run(from.withSeed(seed)).last()))
                .toArray());
    }

    Spread testTop1(RunSpec spec, RunSpec from) {
        return difference(spec, from, Metric.TEST_TOP1);
    }

    /** How much more one pair of specifications differs in test top-1 than another, where none of the four failed. */
    Spread testTop1Beyond(RunSpec spec, RunSpec from, RunSpec other, RunSpec otherFrom) {
        return new Spread(settings().seeds().stream()
                .filter(seed -> Stream.of(spec, from, other, otherFrom).allMatch(each -> measured(each.withSeed(seed))))
                .mapToDouble(seed -> testTop1(spec, seed) - testTop1(from, seed)
                        - (testTop1(other, seed) - testTop1(otherFrom, seed)))
                .toArray());
    }

    private double testTop1(RunSpec spec, long seed) {
        return table.run(spec.withSeed(seed)).last().get(Metric.TEST_TOP1);
    }

    private boolean measured(RunSpec spec) {
        FinishedRun run = table.run(spec);
        return run != null && !run.failed();
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
}
