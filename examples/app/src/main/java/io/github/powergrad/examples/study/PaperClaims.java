package io.github.powergrad.examples.study;

import io.github.powergrad.examples.compare.Spread;
import io.github.powergrad.examples.train.Metric;
import io.github.powergrad.examples.train.NumberText;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The paper's claims, and what the results say of each. */
final class PaperClaims {

    private static final String HOLDS = "holds";
    private static final String NOT = "does not hold";

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
    MarkdownTable table() {
        MarkdownTable table = new MarkdownTable("claim", "here",
                "numbers (points of test top-1 unless said otherwise)");
        alphas.ifPresent(results -> {
            gains(table, results, "without normalization the transform gains", false);
            gains(table, results, "with batch norm a small network gains nothing", true);
            Spread more = moreWithoutNormalization(results);
            table.row("networks without normalization gain more", verdict(more),
                    more + " more than with batch norm, at α = " + NumberText.plain(StudyPlan.ALPHA));
            rises(table, results, "the logit norm rises as α falls", Metric.LOGIT_NORM);
            rises(table, results, "the cross-entropy rises as α falls", Metric.TEST_CROSS_ENTROPY);
            failures(table, results);
        });
        methods.ifPresent(results -> methods(table, results));
        rates.map(PaperClaims::ownGain).ifPresent(own ->
                table.row("the gain is there with both at their own best learning rate", verdict(own),
                        own + ", over " + own.count() + " seeds"));
        return table;
    }

    private static String verdict(Spread difference) {
        return difference.isGain() ? HOLDS : difference.isLoss() ? NOT : "not shown";
    }

    private static Spread ownGain(StudyResults results) {
        return results.testTop1(results.atOwnRate(StudyPlan.ALPHA), results.atOwnRate(1));
    }

    private static Spread gain(StudyResults results, double alpha, boolean batchNorm) {
        return results.testTop1(results.plan.at(alpha, batchNorm), results.plan.at(1, batchNorm));
    }

    /** How many points more the transform gains without normalization than with batch norm. */
    private static Spread moreWithoutNormalization(StudyResults results) {
        StudyPlan plan = results.plan;
        return results.testTop1Beyond(
                plan.at(StudyPlan.ALPHA), plan.at(1), plan.at(StudyPlan.ALPHA, true), plan.at(1, true));
    }

    private static void gains(MarkdownTable table, StudyResults results, String claim, boolean batchNorm) {
        Spread gain = gain(results, StudyPlan.ALPHA, batchNorm);
        String gaining = results.plan.twinAlphas().stream().filter(alpha -> gain(results, alpha, batchNorm).isGain())
                .map(NumberText::plain).collect(Collectors.joining(", "));
        table.row(claim, !batchNorm ? verdict(gain) : gaining.isEmpty() ? "no gain shown" : NOT,
                "α = " + NumberText.plain(StudyPlan.ALPHA) + ": " + gain + "; gains at α = "
                        + (gaining.isEmpty() ? "none" : gaining));
    }

    private static void rises(MarkdownTable table, StudyResults results, String claim, Metric metric) {
        int steps = results.plan.alphas.size() - 1;
        int falls = AlphaSection.falls(results, false, metric).size();
        int normalizedFalls = AlphaSection.falls(results, true, metric).size();
        int most = Math.max(falls, normalizedFalls);
        table.row(claim, most == 0 ? HOLDS : 2 * most < steps ? "holds at most steps" : NOT,
                String.format(Locale.ROOT, "at %d of %d steps without normalization, %d of %d with batch norm",
                        steps - falls, steps, steps - normalizedFalls, steps));
    }

    private static void failures(MarkdownTable table, StudyResults results) {
        List<RunSpec> low = results.plan.perSeed(results.plan.grid(false)).filter(spec -> spec.alpha() < 0.2)
                .collect(Collectors.toList());
        long failed = low.stream().map(results.table::run).filter(FinishedRun::failed).count();
        table.row("α below 0.2 is unstable (in half precision)",
                failed == 0 ? "not seen, in single precision" : "seen, in single precision too",
                failed + " of " + low.size() + " runs failed at learning rate " + NumberText.plain(StudyPlan.RATE));
    }

    private static void methods(MarkdownTable table, StudyResults results) {
        Map<String, RunSpec> specs = results.plan.methods();
        RunSpec transform = specs.get("transform");
        for (String method : List.of("AGC", "AGC at 0.16")) {
            Spread added = results.testTop1(specs.get(method + " + transform"), specs.get(method));
            table.row("the transform adds to " + method, verdict(added), added);
        }
        Spread agc = results.testTop1(specs.get("AGC at 0.16 + transform"), transform);
        table.row("AGC adds to the transform", verdict(agc), agc + " (at 0.16)");
        RunSpec both = specs.get("label smoothing + transform");
        Spread added = results.testTop1(both, specs.get("label smoothing"));
        table.row("the transform adds to label smoothing", verdict(added), added);
        Spread gap = results.difference(transform, specs.get("baseline"), StudyResults::gap);
        table.row("the generalization gap grows with the transform", verdict(gap), gap + " of training − test");
        Spread closed = results.difference(both, transform, StudyResults::gap);
        table.row("label smoothing closes it", closed.isLoss() ? HOLDS : closed.isGain() ? NOT : "not shown",
                closed + " of training − test");
    }

    /** What a reader should know if nothing else; nothing until enough runs have ended. */
    List<String> sentences() {
        return alphas.isEmpty() || rates.isEmpty() || twins.isEmpty() ? List.of()
                : List.of(fixedRate(alphas.get()), ownRate(rates.get()), new TwinSection(twins.get()).answer());
    }

    private static String fixedRate(StudyResults results) {
        Spread more = moreWithoutNormalization(results);
        return String.format(Locale.ROOT, "At learning rate %s the transform (α = %s) changes test top-1 by %s points"
                        + " without normalization and by %s points with batch norm (mean and 95 %% interval, %d seeds)."
                        + " The first is %s points more than the second: %s.",
                NumberText.plain(StudyPlan.RATE), NumberText.plain(StudyPlan.ALPHA),
                gain(results, StudyPlan.ALPHA, false), gain(results, StudyPlan.ALPHA, true),
                results.plan.seeds.size(), more,
                more.isGain() ? "the network without normalization gains more"
                        : more.isLoss() ? "the network with batch norm gains more"
                        : "which of the two networks gains more is not shown");
    }

    private static String ownRate(StudyResults results) {
        RunSpec transform = results.atOwnRate(StudyPlan.ALPHA);
        RunSpec baseline = results.atOwnRate(1);
        Spread own = ownGain(results);
        return String.format(Locale.ROOT, "With each loss at its own best of %d learning rates, %s for the transform"
                        + " and %s for cross-entropy, the difference without normalization is %s points: %s. It is taken"
                        + " over the %d of %d seeds with which neither failed (failed runs: transform %s, cross-entropy"
                        + " %s). The rates were chosen with other seeds, but on the same test images.",
                results.plan.rates.size(), NumberText.plain(transform.learningRate()),
                NumberText.plain(baseline.learningRate()), own,
                remaining(gain(results, StudyPlan.ALPHA, false), own), own.count(), results.plan.seeds.size(),
                results.failed(transform) ? results.failures(transform) : "none",
                results.failed(baseline) ? results.failures(baseline) : "none");
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
