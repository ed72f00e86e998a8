package io.github.powergrad.examples.study;

import io.github.powergrad.examples.compare.Spread;
import io.github.powergrad.examples.train.Metric;
import io.github.powergrad.examples.train.NumberText;
import io.github.powergrad.examples.train.TrainingPlan;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import org.apache.commons.math3.stat.descriptive.DescriptiveStatistics;

/** The control that the paper lacks: ordinary training that takes the same steps, and what α then is good for. */
final class TwinSection extends Section {

    /** The paper's α for ResNet-50 on ImageNet, whose protocol is the default of a training. */
    private static final TrainingPlan PAPER = TrainingPlan.of("resnet50", 0.3);

    private final List<FinishedRun> twins = plan.twins().stream().map(results.table::run).collect(Collectors.toList());
    private final List<FinishedRun> equal = those(twin -> whole(twin) && twin.gap.logitDifference == 0);
    private final List<FinishedRun> apart = those(twin -> whole(twin) && twin.gap.logitDifference != 0);

    TwinSection(StudyResults results) {
        super(results);
    }

    private List<FinishedRun> those(Predicate<FinishedRun> condition) {
        return twins.stream().filter(condition).collect(Collectors.toList());
    }

    /** Whether neither twin nor transform diverged or ended with one class for all images. */
    private static boolean whole(FinishedRun twin) {
        return !twin.failed() && !twin.gap.transformFailed();
    }

    private static double top1Difference(FinishedRun twin) {
        return twin.last().get(Metric.TEST_TOP1) - twin.gap.top1;
    }

    private static double crossEntropyDifference(FinishedRun twin) {
        return twin.last().get(Metric.TEST_CROSS_ENTROPY) - twin.gap.crossEntropy;
    }

    @Override
    Map<String, Object> values() {
        int whole = equal.size() + apart.size();
        int both = those(twin -> twin.diverged() && twin.gap.transformDiverged()).size();
        int one = those(twin -> twin.diverged() != twin.gap.transformDiverged()).size();
        Map<String, Object> values = new HashMap<>(RatesSection.gains(results));
        values.putAll(Map.of("seed", plan.selectionSeeds.get(0), "pairs", twins.size(), "whole", whole,
                "equal", equal.size(), "rounding", apart.isEmpty() ? "" : rounding(), "both diverged", both,
                "one diverged", one, "one class", twins.size() - whole - both - one, "again", again()));
        values.putAll(Map.of(
                "top-1 of twins", table(twin -> String.format(Locale.ROOT, "%.2f (%s)",
                        twin.gap.top1, signed(top1Difference(twin), "%+.2f"))),
                "cross-entropy of twins", table(twin -> String.format(Locale.ROOT, "%.4f (%s)",
                        twin.gap.crossEntropy, signed(crossEntropyDifference(twin), "%+.0e"))),
                "logits of twins", table(twin -> signed(twin.gap.logitDifference, "%.0e")), "constants", constants()));
        values.putAll(Map.of("rate / α", three(StudyPlan.RATE / StudyPlan.ALPHA),
                "own rate / α", three(results.atOwnRate(StudyPlan.ALPHA).learningRate() / StudyPlan.ALPHA),
                "worth", ((Spread) values.get("own gain")).isGain() ? "worth something after the rate is tuned"
                        : "not shown to be worth anything once the rate is tuned",
                "paper's rate", PAPER.learningRate(), "paper's decay", scientific(PAPER.weightDecay()),
                "paper's α", PAPER.alpha(), "paper's twin", inWords(new Twin(PAPER).plan()),
                "last layer of the paper's twin", inWords(new Twin(PAPER).head())));
        return values;
    }

    private static String signed(double value, String format) {
        return value == 0 ? "0" : String.format(Locale.ROOT, format, value);
    }

    private MarkdownTable table(Function<FinishedRun, String> measured) {
        return RatesSection.perRate(plan, plan.twinAlphas(), (alpha, rate) -> {
            FinishedRun twin = results.table.run(plan.twin(alpha, rate));
            return twin.diverged() ? (twin.gap.transformDiverged() ? "both" : "twin") + " diverged"
                    : twin.gap.transformDiverged() ? "transform diverged" : measured.apply(twin);
        });
    }

    private static String inWords(TrainingPlan plan) {
        return "learning rate " + three(plan.learningRate()) + " and weight decay " + scientific(plan.weightDecay());
    }

    private static String inNumbers(TrainingPlan plan) {
        return three(plan.learningRate()) + ", " + scientific(plan.weightDecay());
    }

    private static String three(double value) {
        return NumberText.plain(new BigDecimal(value).round(new MathContext(3)).doubleValue());
    }

    private static String scientific(double value) {
        return String.format(Locale.ROOT, "%.1e", value).replace(".0e", "e").replace("e-0", "e-");
    }

    /** What a twin is, and how far apart it and the transform's run end. */
    String answer() {
        DescriptiveStatistics sizes = sizes(apart, TwinSection::top1Difference);
        return "Training with the transform is, step by step, ordinary training by cross-entropy with other learning"
                + " rates and weight decays and a smaller initial last layer. "
                + String.format(Locale.ROOT, "Of %d such pairs trained side by side, %d end with equal test logits%s.",
                        twins.size(), equal.size(), apart.isEmpty() ? "" : String.format(Locale.ROOT, "; in the other"
                                + " %d that do not fail, rounding grows to %.2f points of test top-1 in the median and"
                                + " %.2f at most", apart.size(), sizes.getPercentile(50), sizes.getMax()));
    }

    /** What rounding has made of pairs that do not end equal. */
    private String rounding() {
        List<FinishedRun> atFixedRate = apart.stream().filter(twin -> twin.spec.learningRate() == StudyPlan.RATE)
                .collect(Collectors.toList());
        return (equal.isEmpty() || !equal.stream().allMatch(twin -> isPowerOfTwo(twin.spec.alpha())) ? ""
                        : ", all of them where α is a power of two, so that both round alike")
                + ". In the others training makes rounding larger: "
                + (atFixedRate.isEmpty() ? "" : "at learning rate " + NumberText.plain(StudyPlan.RATE)
                        + " the largest difference is " + difference(atFixedRate, DescriptiveStatistics::getMax) + "; ")
                + "at all rates the median difference is " + difference(apart, sizes -> sizes.getPercentile(50))
                + ", the largest " + difference(apart, DescriptiveStatistics::getMax);
    }

    private static boolean isPowerOfTwo(double alpha) {
        return Math.scalb(1.0, Math.getExponent(alpha)) == alpha;
    }

    private static String difference(List<FinishedRun> pairs, ToDoubleFunction<DescriptiveStatistics> of) {
        return String.format(Locale.ROOT, "%.2f points of test top-1 and %.4f of cross-entropy",
                of.applyAsDouble(sizes(pairs, TwinSection::top1Difference)),
                of.applyAsDouble(sizes(pairs, TwinSection::crossEntropyDifference)));
    }

    /** Differences without their signs. */
    private static DescriptiveStatistics sizes(List<FinishedRun> pairs, ToDoubleFunction<FinishedRun> value) {
        return new DescriptiveStatistics(
                pairs.stream().mapToDouble(pair -> Math.abs(value.applyAsDouble(pair))).toArray());
    }

    /** How far the transform's runs are from the same runs of the search; nothing where they are equal. */
    private String again() {
        DescriptiveStatistics sizes = sizes(
                those(twin -> !twin.gap.transformFailed() && !results.table.run(twin.spec.twinOf()).failed()),
                twin -> twin.gap.top1 - results.table.run(twin.spec.twinOf()).last().get(Metric.TEST_TOP1));
        return sizes.getN() == 0 || sizes.getMax() == 0 ? "" : String.format(Locale.ROOT, "As a measure of what"
                + " rounding does: the transform's runs beside the twins are runs of the search above, done once more with"
                + " another processor or version, and test top-1 of the same run differs by %.2f points in the median and by"
                + " %.2f at most, where neither failed.", sizes.getPercentile(50), sizes.getMax());
    }

    /** Of each α, what its twin trains with, and what it gains. */
    private MarkdownTable constants() {
        MarkdownTable table = new MarkdownTable("α", "twin's rate and decay", "of its last layer",
                "test, difference from α = 1, all at " + NumberText.plain(StudyPlan.RATE), "own best rate",
                "twin's rate then", "of its last layer then", "test, difference from α = 1 at its own rate");
        for (double alpha : plan.alphas) {
            RunSpec own = results.atOwnRate(alpha);
            Twin twin = new Twin(plan.at(alpha).plan());
            table.row(alpha, inNumbers(twin.plan()), inNumbers(twin.head()),
                    alpha == 1 ? "" : results.testTop1(plan.at(alpha), plan.at(1)), own.learningRate(),
                    three(own.learningRate() / alpha), three(own.learningRate() * alpha),
                    alpha == 1 ? "" : results.testTop1(own, results.atOwnRate(1)));
        }
        return table;
    }
}
