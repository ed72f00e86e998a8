package io.github.powergrad.examples.study;

import io.github.powergrad.examples.report.Digits;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** The paper's claims, and what the results say of each. */
final class Claims {

    private static final String HOLDS = "holds";
    private static final String NOT = "does not hold";
    private static final String OPEN = "not told apart";

    private final Optional<StudyResults> alphas;
    private final Optional<StudyResults> methods;
    private final Optional<StudyResults> rates;
    private final Optional<StudyResults> temperatures;

    Claims(StudyResults results) {
        alphas = results.of(Part.ALPHA);
        methods = results.of(Part.METHODS);
        rates = results.of(Part.RATES);
        temperatures = results.of(Part.TEMPERATURE);
    }

    /** A table, of the claims for which enough runs have ended. */
    String table() {
        MarkdownTable table = new MarkdownTable("claim", "here",
                "numbers (points of test top-1 unless said otherwise)");
        alphas.ifPresent(results -> {
            gains(table, results, "without normalization the transform gains", false);
            gains(table, results, "with batch norm a small network gains nothing", true);
            rises(table, results, "the logit norm rises as α falls", MeasuredEpoch::logitNorm);
            rises(table, results, "the cross-entropy rises as α falls", MeasuredEpoch::crossEntropy);
            failures(table, results);
        });
        methods.ifPresent(results -> methods(table, results));
        rates.map(Claims::ownRates).ifPresent(own ->
                table.row("the gain is there with both at their own best learning rate", gained(own), own.toString()));
        return table.toString();
    }

    private static PairedDifference ownRates(StudyResults results) {
        return results.testTop1(
                RatesSection.atItsRate(results, StudySettings.ALPHA), RatesSection.atItsRate(results, 1));
    }

    private static String gained(PairedDifference difference) {
        return difference.isGain() ? HOLDS : difference.isLoss() ? NOT : OPEN;
    }

    private static PairedDifference atFixedRate(StudyResults results, double alpha, boolean batchNorm) {
        RunSpec spec = results.plan().plain(alpha);
        RunSpec baseline = results.plan().plain(1);
        return batchNorm
                ? results.testTop1(spec.withBatchNorm(), baseline.withBatchNorm()) : results.testTop1(spec, baseline);
    }

    private static void gains(MarkdownTable table, StudyResults results, String claim, boolean batchNorm) {
        PairedDifference difference = atFixedRate(results, StudySettings.ALPHA, batchNorm);
        List<String> gaining = results.settings().alphas().stream()
                .filter(alpha -> alpha < 1 && atFixedRate(results, alpha, batchNorm).isGain())
                .map(Digits::plain).collect(Collectors.toList());
        String verdict = batchNorm ? gaining.isEmpty() ? HOLDS : NOT : gained(difference);
        table.row(claim, verdict, "α = " + Digits.plain(StudySettings.ALPHA) + ": " + difference + "; gains at α = "
                + (gaining.isEmpty() ? "none" : String.join(", ", gaining)));
    }

    private static void rises(
            MarkdownTable table, StudyResults results, String claim, ToDoubleFunction<MeasuredEpoch> value) {
        List<String> falls = LogitsSection.falls(results, false, value);
        List<String> normalized = LogitsSection.falls(results, true, value);
        int steps = results.settings().alphas().size() - 1;
        table.row(claim, falls.isEmpty() && normalized.isEmpty() ? HOLDS : "holds but for single steps",
                String.format(Locale.ROOT, "at %d of %d steps without normalization, %d of %d with batch norm",
                        steps - falls.size(), steps, steps - normalized.size(), steps));
    }

    private static void failures(MarkdownTable table, StudyResults results) {
        List<RunSpec> low = results.plan().alphaGrid(false).stream()
                .filter(spec -> spec.alpha() < 0.2).collect(Collectors.toList());
        long failed = low.stream().map(results.table()::run).filter(FinishedRun::failed).count();
        table.row("α below 0.2 is unstable (in half precision)", failed == 0 ? "not seen, in single precision" : HOLDS,
                failed + " of " + low.size() + " runs failed at learning rate " + Digits.plain(StudySettings.RATE));
    }

    private static void methods(MarkdownTable table, StudyResults results) {
        Map<String, RunSpec> specs = results.plan().methods();
        for (String adaptive : List.of("AGC", "AGC at 0.16")) {
            PairedDifference added = results.testTop1(specs.get(adaptive + " + transform"), specs.get(adaptive));
            table.row("the transform adds to " + adaptive, gained(added), added.toString());
        }
        PairedDifference both = results.testTop1(specs.get("AGC at 0.16 + transform"), specs.get("transform"));
        table.row("AGC adds to the transform", gained(both), both + " (at 0.16)");
        PairedDifference smoothing = results.testTop1(
                specs.get("label smoothing + transform"), specs.get("label smoothing"));
        table.row("the transform adds to label smoothing", gained(smoothing), smoothing.toString());
        PairedDifference gap = results.difference(
                specs.get("transform"), specs.get("baseline"), MethodsSection::gap);
        table.row("the generalization gap grows with the transform", gained(gap), gap + " of training − test");
        PairedDifference closed = results.difference(
                specs.get("label smoothing + transform"), specs.get("transform"), MethodsSection::gap);
        table.row("label smoothing closes it", closed.isLoss() ? HOLDS : closed.isGain() ? NOT : OPEN,
                closed + " of training − test");
    }

    /** What a reader should know if nothing else; nothing until enough runs have ended. */
    List<String> sentences() {
        if (alphas.isEmpty() || rates.isEmpty() || temperatures.isEmpty()) {
            return List.of();
        }
        StudyResults atRates = rates.get();
        PairedDifference own = ownRates(atRates);
        return List.of(
                "At learning rate " + Digits.plain(StudySettings.RATE) + " the transform (α = "
                        + Digits.plain(StudySettings.ALPHA) + ") changes test top-1 by "
                        + atFixedRate(alphas.get(), StudySettings.ALPHA, false)
                        + " points without normalization and by "
                        + atFixedRate(alphas.get(), StudySettings.ALPHA, true)
                        + " with batch norm (mean and 95 % interval, " + alphas.get().settings().seeds().size()
                        + " seeds).",
                "With each loss at its own best of " + atRates.settings().rates().size() + " learning rates, "
                        + Digits.plain(RatesSection.atItsRate(atRates, StudySettings.ALPHA).learningRate()) + " for the"
                        + " transform and " + Digits.plain(RatesSection.atItsRate(atRates, 1).learningRate())
                        + " for cross-entropy, the difference without normalization is " + own + " points (failed runs, "
                        + failures(atRates, StudySettings.ALPHA) + " and " + failures(atRates, 1) + ", left out): "
                        + remaining(atFixedRate(atRates, StudySettings.ALPHA, false), own) + ".",
                "The transform's step is that of training at temperature 1/α with the learning rate divided by α, but"
                        + " for a weight decay 1/α times as strong, and the two end within "
                        + String.format(Locale.ROOT, "%.2f",
                                Math.abs(TemperatureSection.largestDifference(temperatures.get())))
                        + " points of test top-1 of each other: the transform is an effective temperature and learning"
                        + " rate.");
    }

    private static String failures(StudyResults results, double alpha) {
        String failures = results.failures(RatesSection.atItsRate(results, alpha));
        return failures.isEmpty() ? "none" : failures;
    }

    private static String remaining(PairedDifference fixed, PairedDifference own) {
        if (own.isGain()) {
            return fixed.isGain() && own.mean() < fixed.mean()
                    ? String.format(Locale.ROOT, "%.0f %% of the gain is the effective learning rate, the rest remains",
                            100 * (1 - own.mean() / fixed.mean()))
                    : "the gain is not a matter of the learning rate";
        }
        return own.isLoss() ? "the gain was the effective learning rate, and cross-entropy does better at its own"
                : "no gain remains that could be told from 0";
    }
}
