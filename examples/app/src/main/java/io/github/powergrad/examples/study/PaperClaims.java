package io.github.powergrad.examples.study;

import io.github.powergrad.examples.compare.Spread;
import io.github.powergrad.examples.train.EpochResult;
import io.github.powergrad.examples.train.Metric;
import io.github.powergrad.examples.train.NumberText;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** The paper's claims, and what the results say of each. */
final class PaperClaims {

    private static final String HOLDS = "holds";
    private static final String NOT = "does not hold";
    private static final String OPEN = "not shown";
    private static final String MOSTLY = "holds at most steps";

    private final Optional<StudyResults> alphas;
    private final Optional<StudyResults> methods;
    private final Optional<StudyResults> rates;
    private final Optional<StudyResults> twins;

    PaperClaims(StudyResults results) {
        alphas = results.of(StudyPart.ALPHA);
        methods = results.of(StudyPart.METHODS);
        rates = results.of(StudyPart.RATES);
        twins = results.of(StudyPart.TWIN);
    }

    /** A table, of the claims for which enough runs have ended. */
    String table() {
        MarkdownTable table = new MarkdownTable("claim", "here",
                "numbers (points of test top-1 unless said otherwise)");
        alphas.ifPresent(results -> {
            gains(table, results, "without normalization the transform gains", false);
            gains(table, results, "with batch norm a small network gains nothing", true);
            Spread more = moreWithoutNormalization(results);
            table.row("networks without normalization gain more", gained(more),
                    more + " more than with batch norm, at α = " + NumberText.plain(StudySettings.ALPHA));
            rises(table, results, "the logit norm rises as α falls", Metric.LOGIT_NORM);
            rises(table, results, "the cross-entropy rises as α falls", Metric.TEST_CROSS_ENTROPY);
            failures(table, results);
        });
        methods.ifPresent(results -> methods(table, results));
        rates.map(PaperClaims::ownRates).ifPresent(own ->
                table.row("the gain is there with both at their own best learning rate", gained(own),
                        own + ", over " + own.count() + " seeds"));
        return table.toString();
    }

    private static Spread ownRates(StudyResults results) {
        return results.testTop1(
                RatesSection.atItsRate(results, StudySettings.ALPHA), RatesSection.atItsRate(results, 1));
    }

    private static String gained(Spread difference) {
        return difference.isGain() ? HOLDS : difference.isLoss() ? NOT : OPEN;
    }

    private static Spread atFixedRate(StudyResults results, double alpha, boolean batchNorm) {
        return results.testTop1(results.plan().plain(alpha, batchNorm), results.plan().plain(1, batchNorm));
    }

    /** How many points more the transform gains without normalization than with batch norm. */
    private static Spread moreWithoutNormalization(StudyResults results) {
        RunSpec spec = results.plan().plain(StudySettings.ALPHA);
        RunSpec baseline = results.plan().plain(1);
        return results.testTop1Beyond(spec, baseline, spec.withBatchNorm(), baseline.withBatchNorm());
    }

    private static void gains(MarkdownTable table, StudyResults results, String claim, boolean batchNorm) {
        Spread difference = atFixedRate(results, StudySettings.ALPHA, batchNorm);
        List<String> gaining = results.settings().alphas().stream()
                .filter(alpha -> alpha < 1 && atFixedRate(results, alpha, batchNorm).isGain())
                .map(NumberText::plain).collect(Collectors.toList());
        String verdict = batchNorm ? gaining.isEmpty() ? "no gain shown" : NOT : gained(difference);
        table.row(claim, verdict, "α = " + NumberText.plain(StudySettings.ALPHA) + ": " + difference + "; gains at α = "
                + (gaining.isEmpty() ? "none" : String.join(", ", gaining)));
    }

    private static void rises(
            MarkdownTable table, StudyResults results, String claim, ToDoubleFunction<EpochResult> value) {
        List<String> falls = LogitsSection.falls(results, false, value);
        List<String> normalized = LogitsSection.falls(results, true, value);
        int steps = results.settings().alphas().size() - 1;
        table.row(claim, rising(steps, falls.size(), normalized.size()),
                String.format(Locale.ROOT, "at %d of %d steps without normalization, %d of %d with batch norm",
                        steps - falls.size(), steps, steps - normalized.size(), steps));
    }

    /** The verdict on a rise that does not come at each step of two networks. */
    private static String rising(int steps, int falls, int falls2) {
        int most = Math.max(falls, falls2);
        return most == 0 ? HOLDS : 2 * most < steps ? MOSTLY : NOT;
    }

    private static void failures(MarkdownTable table, StudyResults results) {
        List<RunSpec> low = results.plan().alphaGrid(false).stream()
                .filter(spec -> spec.alpha() < 0.2).collect(Collectors.toList());
        long failed = low.stream().map(results.table()::run).filter(FinishedRun::failed).count();
        table.row("α below 0.2 is unstable (in half precision)", failed == 0 ? "not seen, in single precision" : "seen, in single precision too",
                failed + " of " + low.size() + " runs failed at learning rate " + NumberText.plain(StudySettings.RATE));
    }

    private static void methods(MarkdownTable table, StudyResults results) {
        Map<String, RunSpec> specs = results.plan().methods();
        for (String adaptive : List.of("AGC", "AGC at 0.16")) {
            Spread added = results.testTop1(specs.get(adaptive + " + transform"), specs.get(adaptive));
            table.row("the transform adds to " + adaptive, gained(added), added.toString());
        }
        Spread both = results.testTop1(specs.get("AGC at 0.16 + transform"), specs.get("transform"));
        table.row("AGC adds to the transform", gained(both), both + " (at 0.16)");
        Spread smoothing = results.testTop1(
                specs.get("label smoothing + transform"), specs.get("label smoothing"));
        table.row("the transform adds to label smoothing", gained(smoothing), smoothing.toString());
        Spread gap = results.difference(
                specs.get("transform"), specs.get("baseline"), MethodsSection::gap);
        table.row("the generalization gap grows with the transform", gained(gap), gap + " of training − test");
        Spread closed = results.difference(
                specs.get("label smoothing + transform"), specs.get("transform"), MethodsSection::gap);
        table.row("label smoothing closes it", closed.isLoss() ? HOLDS : closed.isGain() ? NOT : OPEN,
                closed + " of training − test");
    }

    /** What a reader should know if nothing else; nothing until enough runs have ended. */
    List<String> sentences() {
        if (alphas.isEmpty() || rates.isEmpty() || twins.isEmpty()) {
            return List.of();
        }
        return List.of(fixedRate(alphas.get()), ownRate(rates.get()), TwinSection.answer(twins.get()));
    }

    private static String fixedRate(StudyResults results) {
        Spread more = moreWithoutNormalization(results);
        return String.format(Locale.ROOT, "At learning rate %s the transform (α = %s) changes test top-1 by %s points"
                        + " without normalization and by %s points with batch norm (mean and 95 %% interval, %d seeds)."
                        + " The first is %s points more than the second: %s.",
                NumberText.plain(StudySettings.RATE), NumberText.plain(StudySettings.ALPHA),
                atFixedRate(results, StudySettings.ALPHA, false), atFixedRate(results, StudySettings.ALPHA, true),
                results.settings().seeds().size(), more,
                more.isGain() ? "the network without normalization gains more"
                        : more.isLoss() ? "the network with batch norm gains more"
                        : "which of the two networks gains more is not shown");
    }

    private static String ownRate(StudyResults results) {
        Spread own = ownRates(results);
        return String.format(Locale.ROOT, "With each loss at its own best of %d learning rates, %s for the transform and"
                        + " %s for cross-entropy, the difference without normalization is %s points: %s. It is taken"
                        + " over the %d of %d seeds with which neither failed (failed runs: transform %s, cross-entropy"
                        + " %s). The rates were chosen with other seeds, but on the same test images.",
                results.settings().rates().size(),
                NumberText.plain(RatesSection.atItsRate(results, StudySettings.ALPHA).learningRate()),
                NumberText.plain(RatesSection.atItsRate(results, 1).learningRate()), own,
                remaining(atFixedRate(results, StudySettings.ALPHA, false), own), own.count(),
                results.settings().seeds().size(), failures(results, StudySettings.ALPHA), failures(results, 1));
    }

    private static String failures(StudyResults results, double alpha) {
        String failures = results.failures(RatesSection.atItsRate(results, alpha));
        return failures.isEmpty() ? "none" : failures;
    }

    /** What is left of the gain at a fixed rate when both losses have their own. */
    private static String remaining(Spread fixed, Spread own) {
        if (own.isGain()) {
            return fixed.isGain() && own.mean() < fixed.mean()
                    ? String.format(Locale.ROOT, "%.0f %% of the gain came from the learning rate, the rest remains",
                            100 * (1 - own.mean() / fixed.mean()))
                    : "the gain does not come from the learning rate";
        }
        return own.isLoss() ? "cross-entropy is better at its own rate"
                : fixed.isGain() ? "no gain is shown any more" : "no gain is shown here either";
    }
}
