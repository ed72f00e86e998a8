package io.github.powergrad.examples.study;

import io.github.powergrad.examples.compare.Spread;
import io.github.powergrad.examples.train.Metric;
import io.github.powergrad.examples.train.NumberText;
import io.github.powergrad.examples.train.TrainingPlan;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** The control that the paper lacks: ordinary training that takes the same steps, and what α then is good for. */
final class TwinSection implements Section {

    /** The paper's α for ResNet-50 on ImageNet, whose protocol is the default of a training. */
    private static final TrainingPlan PAPER = TrainingPlan.of("resnet50", 0.3);

    private static final MathContext THREE = new MathContext(3);

    /** A run of the transform and its twin, side by side from the same seed. */
    private static final class Pair {

        final FinishedRun twin;
        final TwinGap gap;

        Pair(FinishedRun twin) {
            this.twin = twin;
            this.gap = twin.gap().orElseThrow();
        }

        boolean bothDiverged() {
            return gap.transformDiverged() && twin.diverged();
        }

        boolean neitherDiverged() {
            return !gap.transformDiverged() && !twin.diverged();
        }

        /** Whether neither diverged or ended with one class for all images. */
        boolean whole() {
            return !gap.transformFailed() && !twin.failed();
        }

        /** Whether each logit of the twin is α times the transform's, to the last bit. */
        boolean equal() {
            return gap.logitDifference() == 0;
        }

        double top1Difference() {
            return twin.last().get(Metric.TEST_TOP1) - gap.top1();
        }

        double crossEntropyDifference() {
            return twin.last().get(Metric.TEST_CROSS_ENTROPY) - gap.crossEntropy();
        }

        /** What a table says of it. */
        String cell(Function<Pair, String> measured) {
            return neitherDiverged() ? measured.apply(this) : bothDiverged() ? "both diverged"
                    : (twin.diverged() ? "twin" : "transform") + " diverged";
        }
    }

    @Override
    public StudyPart part() {
        return StudyPart.TWIN;
    }

    @Override
    public String title() {
        return "Control: ordinary training that takes the same steps";
    }

    private static List<Pair> pairs(StudyResults results) {
        return results.plan().twins().stream().map(results.table()::run).map(Pair::new).collect(Collectors.toList());
    }

    @Override
    public String text(StudyResults results) {
        List<Pair> pairs = pairs(results);
        return "With learning rate η and weight decay λ, training with the transform is ordinary training by"
                + " cross-entropy of another network, its twin. The twin's last layer starts with α times the weights"
                + " and biases and has learning rate αη and weight decay λ/α; its other layers have η/α and αλ. Its"
                + " logits u are then αz after each step, so softmax(u) is p′ ([derivation and proof](../../docs/theory.md))."
                + " Here transform and twin were trained side by side, with the same images in the same order and seed "
                + pairs.get(0).twin.spec().seed() + ", at each learning rate of the search. In double precision they"
                + " coincide to all digits that count (tests show it). In single precision each step rounds, and"
                + " training makes small differences large, the more the higher the learning rate.\n\n"
                + howFar(results) + again(results)
                + "\n\nTest top-1 of the transform's run in %, and by how many points that of its twin is off:\n\n"
                + table(results, pair -> String.format(Locale.ROOT, "%.2f (%s)",
                        pair.gap.top1(), signed(pair.top1Difference(), "%+.2f")))
                + "\nTest cross-entropy of αz of the transform's run, and by how much that of its twin's u is off:\n\n"
                + table(results, pair -> String.format(Locale.ROOT, "%.4f (%s)",
                        pair.gap.crossEntropy(), signed(pair.crossEntropyDifference(), "%+.0e")))
                + "\nThe largest difference between a logit of the twin and α times that of the transform's network,"
                + " over all test images and classes:\n\n"
                + table(results, pair -> pair.gap.logitDifference() == 0
                        ? "0" : String.format(Locale.ROOT, "%.0e", pair.gap.logitDifference()))
                + "\n**What α is good for.** " + use(results) + "\n\n" + constants(results)
                + "\nThe paper's own setting for ImageNet is learning rate " + NumberText.plain(PAPER.learningRate())
                + ", weight decay " + scientific(PAPER.weightDecay()) + " and α = " + NumberText.plain(PAPER.alpha())
                + ". It is ordinary training with " + constants(new Twin(PAPER).plan()) + " for all layers but the"
                + " last, and " + constants(new Twin(PAPER).head()) + " for the last layer, whose initial weights are "
                + NumberText.plain(PAPER.alpha()) + " times as large.\n";
    }

    private static String signed(double value, String format) {
        return value == 0 ? "0" : String.format(Locale.ROOT, format, value);
    }

    private static String table(StudyResults results, Function<Pair, String> measured) {
        List<String> columns = new ArrayList<>(List.of("α"));
        results.settings().rates().forEach(rate -> columns.add(NumberText.plain(rate)));
        MarkdownTable table = new MarkdownTable(columns.toArray(new String[0]));
        for (double alpha : results.settings().alphas()) {
            List<String> cells = pairs(results).stream().filter(pair -> pair.twin.spec().alpha() == alpha)
                    .map(pair -> pair.cell(measured)).collect(Collectors.toCollection(ArrayList::new));
            if (!cells.isEmpty()) {
                cells.add(0, NumberText.plain(alpha));
                table.row(cells.toArray(new String[0]));
            }
        }
        return table.toString();
    }

    /** The two constants of some layers. */
    private static String constants(TrainingPlan plan) {
        return "learning rate " + three(plan.learningRate()) + " and weight decay " + scientific(plan.weightDecay());
    }

    private static String three(double value) {
        return NumberText.plain(new BigDecimal(value).round(THREE).doubleValue());
    }

    private static String scientific(double value) {
        return String.format(Locale.ROOT, "%.1e", value).replace(".0e", "e").replace("e-0", "e-");
    }

    /** What a twin is, and how far apart it and the transform's run end. */
    static String answer(StudyResults results) {
        return "Training with the transform is, step by step, ordinary training by cross-entropy with other constants:"
                + " the last layer starts with α times its weights and has α times the learning rate and 1/α times the"
                + " weight decay, all other layers have 1/α times the learning rate and α times the weight decay. "
                + howFar(results);
    }

    /** How far apart the transform's runs and their twins end. */
    private static String howFar(StudyResults results) {
        List<Pair> pairs = pairs(results);
        List<Pair> whole = pairs.stream().filter(Pair::whole).collect(Collectors.toList());
        List<Pair> equal = whole.stream().filter(Pair::equal).collect(Collectors.toList());
        List<Pair> apart = whole.stream().filter(pair -> !pair.equal()).collect(Collectors.toList());
        long both = pairs.stream().filter(Pair::bothDiverged).count();
        long one = pairs.stream().filter(pair -> !pair.neitherDiverged() && !pair.bothDiverged()).count();
        return String.format(Locale.ROOT, "Of %d pairs trained side by side in single precision, %d do not fail. Of"
                        + " these, %d end with all test logits equal%s. Of the other pairs %d diverge in both networks, %d in"
                        + " one of them, and %d end with one class for all images in at least one.",
                pairs.size(), whole.size(), equal.size(), apart.isEmpty() ? "" : rounding(equal, apart),
                both, one, pairs.size() - whole.size() - both - one);
    }

    /** What rounding has made of pairs that do not end equal. */
    private static String rounding(List<Pair> equal, List<Pair> apart) {
        List<Pair> atFixedRate = apart.stream().filter(pair -> pair.twin.spec().learningRate() == StudySettings.RATE)
                .collect(Collectors.toList());
        return String.format(Locale.ROOT, "%s. In the others training makes rounding larger:"
                        + " %sat all rates the median difference is %s, the largest %s",
                equal.stream().allMatch(TwinSection::isPowerOfTwo) && !equal.isEmpty()
                        ? ", all of them where α is a power of two, so that both round alike" : "",
                atFixedRate.isEmpty() ? "" : "at learning rate " + NumberText.plain(StudySettings.RATE)
                        + " the largest difference is " + difference(atFixedRate, TwinSection::largest) + "; ",
                difference(apart, TwinSection::median), difference(apart, TwinSection::largest));
    }

    private static boolean isPowerOfTwo(Pair pair) {
        return Math.getExponent(pair.twin.spec().alpha()) == Math.log(pair.twin.spec().alpha()) / Math.log(2);
    }

    private static String difference(List<Pair> pairs, ToDoubleFunction<double[]> of) {
        return String.format(Locale.ROOT, "%.2f points of test top-1 and %.4f of cross-entropy",
                of.applyAsDouble(sizes(pairs, Pair::top1Difference)),
                of.applyAsDouble(sizes(pairs, Pair::crossEntropyDifference)));
    }

    /** Without their signs, the smallest first. */
    private static double[] sizes(List<Pair> pairs, ToDoubleFunction<Pair> value) {
        return pairs.stream().mapToDouble(pair -> Math.abs(value.applyAsDouble(pair))).sorted().toArray();
    }

    private static double largest(double[] sizes) {
        return sizes[sizes.length - 1];
    }

    private static double median(double[] sizes) {
        return (sizes[(sizes.length - 1) / 2] + sizes[sizes.length / 2]) / 2;
    }

    /** How far the transform's runs are from the same runs of the search; nothing where they are equal. */
    private static String again(StudyResults results) {
        List<Pair> twice = pairs(results).stream()
                .filter(pair -> !pair.gap.transformFailed() && !searched(results, pair).failed())
                .collect(Collectors.toList());
        double[] sizes = sizes(twice, pair -> pair.gap.top1() - searched(results, pair).last().get(Metric.TEST_TOP1));
        return sizes.length == 0 || largest(sizes) == 0 ? "" : String.format(Locale.ROOT, " As a measure of what"
                        + " rounding does: the transform's runs beside the twins are runs of the search above, done once more"
                        + " with another processor or version, and test top-1 of the same run differs by %.2f points in the"
                        + " median and by %.2f at most, where neither failed.", median(sizes), largest(sizes));
    }

    private static FinishedRun searched(StudyResults results, Pair pair) {
        return results.table().run(pair.twin.spec().twinOf());
    }

    /** What α does at a fixed learning rate, and what remains when it is tuned. */
    private static String use(StudyResults results) {
        double alpha = StudySettings.ALPHA;
        RunSpec own = RatesSection.atItsRate(results, alpha);
        RunSpec baseline = RatesSection.atItsRate(results, 1);
        Spread gain = results.testTop1(own, baseline);
        return "At a fixed learning rate a lower α is a higher rate for all layers but the last. At "
                + NumberText.plain(StudySettings.RATE) + ", α = " + NumberText.plain(alpha) + " trains them at "
                + three(StudySettings.RATE / alpha) + " and changes test top-1 by "
                + results.testTop1(results.plan().plain(alpha), results.plan().plain(1)) + " points. With the rate"
                + " tuned for each, the transform's is " + NumberText.plain(own.learningRate()) + ", which trains them at "
                + three(own.learningRate() / alpha) + ", and cross-entropy's is "
                + NumberText.plain(baseline.learningRate()) + "; what remains is " + gain + " points over "
                + gain.count()
                + " seeds. So α is one number for five constants: it sets the rates and decays of the last layer and"
                + " of the others and the size of the last layer's start, " + (gain.isGain() ? "and that is worth something"
                + " after the rate is tuned." : "and that is not shown to be worth anything once the rate is tuned.");
    }

    /** Of each α, what its twin trains with, and what it gains. */
    private static String constants(StudyResults results) {
        MarkdownTable table = new MarkdownTable("α", "twin's rate and decay", "of its last layer",
                "test, difference from α = 1, all at " + NumberText.plain(StudySettings.RATE), "own best rate",
                "twin's rate then", "of its last layer then", "test, difference from α = 1 at its own rate");
        RunSpec baseline = RatesSection.atItsRate(results, 1);
        for (double alpha : results.settings().alphas()) {
            RunSpec own = RatesSection.atItsRate(results, alpha);
            Twin twin = new Twin(results.plan().plain(alpha).plan());
            table.row(NumberText.plain(alpha), pair(twin.plan()), pair(twin.head()),
                    alpha == 1 ? "" : results.testTop1(results.plan().plain(alpha), results.plan().plain(1)).toString(),
                    NumberText.plain(own.learningRate()), three(own.learningRate() / alpha),
                    three(own.learningRate() * alpha), alpha == 1 ? "" : results.testTop1(own, baseline).toString());
        }
        return table.toString();
    }

    private static String pair(TrainingPlan plan) {
        return three(plan.learningRate()) + ", " + scientific(plan.weightDecay());
    }
}
