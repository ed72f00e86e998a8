package io.github.powergrad.examples.study;

import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;

/** The parts that a study can be asked for, each a claim of the paper. */
public enum StudyPart {
    /** What the transform does to a distribution; needs no training. */
    TRANSFORM((plan, table) -> Stream.of(), its -> List.of(new TransformSection(its))),
    /** Accuracy, logit norm and cross-entropy against α. */
    ALPHA((plan, table) -> Stream.concat(plan.perSeed(plan.grid(false)), plan.perSeed(plan.grid(true))),
            its -> List.of(new AlphaSection(its), new LogitsSection(its))),
    /** Gradient clipping, AGC and label smoothing, with and without the transform. */
    METHODS((plan, table) -> plan.perSeed(plan.methods().values()), its -> List.of(new MethodsSection(its))),
    /** Accuracy against epoch. */
    CURVES((plan, table) -> plan.perSeed(plan.curves()), its -> List.of(new CurvesSection(its))),
    /** Each α at its own best learning rate. */
    RATES(StudyPlan::tuning, its -> List.of(new RatesSection(its))),
    /** Ordinary training that takes the transform's steps, in place of the transform. */
    TWIN((plan, table) -> Stream.concat(plan.tuning(table), plan.twins().stream()),
            its -> List.of(new TwinSection(its))),
    /** Reliability diagrams of p and p'. */
    CALIBRATION((plan, table) -> plan.calibration().stream(), its -> List.of(new CalibrationSection(its))),
    /** How many filters are zeroed, by method. */
    FILTERS((plan, table) -> Stream.concat(METHODS.runs(plan, table), CURVES.runs(plan, table)),
            its -> List.of(new FiltersSection(its))),
    /** Nothing but the report of what has been run. */
    REPORT((plan, table) -> Stream.of(), its -> List.of());

    private final BiFunction<StudyPlan, RunTable, Stream<RunSpec>> runs;
    private final Function<StudyResults, List<Section>> sections;

    StudyPart(BiFunction<StudyPlan, RunTable, Stream<RunSpec>> runs, Function<StudyResults, List<Section>> sections) {
        this.runs = runs;
        this.sections = sections;
    }

    /** The runs that it needs, as far as the runs that have ended tell: there may be more when these have ended. */
    Stream<RunSpec> runs(StudyPlan plan, RunTable table) {
        return runs.apply(plan, table);
    }

    /** What the report says of it; the results are of seeds whose runs have all ended. */
    List<Section> sections(StudyResults results) {
        return sections.apply(results);
    }

    /** Its name on the command line. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
