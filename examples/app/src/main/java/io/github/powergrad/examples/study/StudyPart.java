package io.github.powergrad.examples.study;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;

/** The parts that a study can be asked for, each a claim of the paper. */
public enum StudyPart {
    /** What the transform does to a distribution; needs no training. */
    TRANSFORM((plan, table) -> Stream.of(), TransformSection::new),
    /** Accuracy, logit norm and cross-entropy against α. */
    ALPHA((plan, table) -> Stream.concat(plan.perSeed(plan.grid(false)), plan.perSeed(plan.grid(true))),
            AlphaSection::new),
    /** Gradient clipping, AGC and label smoothing, with and without the transform. */
    METHODS((plan, table) -> plan.perSeed(plan.methods().values()), MethodsSection::new),
    /** Accuracy against epoch. */
    CURVES((plan, table) -> plan.perSeed(List.of(plan.curve(1), plan.curve(StudyPlan.ALPHA))), CurvesSection::new),
    /** Each α at its own best learning rate. */
    RATES(StudyPlan::tuning, RatesSection::new),
    /** Ordinary training that takes the transform's steps, in place of the transform. */
    TWIN((plan, table) -> Stream.concat(plan.tuning(table), plan.twins().stream()), TwinSection::new),
    /** Reliability diagrams of p and p'. */
    CALIBRATION((plan, table) -> plan.calibration().stream(), CalibrationSection::new),
    /** How many filters are zeroed, by method. */
    FILTERS((plan, table) -> Stream.concat(METHODS.runs(plan, table), CURVES.runs(plan, table)), FiltersSection::new),
    /** Nothing but the report of what has been run. */
    REPORT((plan, table) -> Stream.of(), its -> null);

    private final BiFunction<StudyPlan, RunTable, Stream<RunSpec>> runs;
    private final Function<StudyResults, Section> section;

    StudyPart(BiFunction<StudyPlan, RunTable, Stream<RunSpec>> runs, Function<StudyResults, Section> section) {
        this.runs = runs;
        this.section = section;
    }

    /** The runs that it needs, as far as the runs that have ended tell: there may be more when these have ended. */
    Stream<RunSpec> runs(StudyPlan plan, RunTable table) {
        return runs.apply(plan, table);
    }

    /** What the report says of it, if anything; the results are of seeds whose runs have all ended. */
    Optional<Section> section(StudyResults results) {
        return Optional.ofNullable(section.apply(results));
    }

    /** Its name on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
