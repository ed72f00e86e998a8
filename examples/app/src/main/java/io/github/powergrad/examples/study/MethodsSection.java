package io.github.powergrad.examples.study;

import io.github.powergrad.examples.train.EpochResult;
import io.github.powergrad.examples.train.Metric;
import io.github.powergrad.examples.train.NumberText;
import java.util.Map;

/** The paper's tables 2 and 3: the transform beside clipping and label smoothing, and together with them. */
final class MethodsSection implements Section {

    private static final String WITH = " + transform";

    @Override
    public StudyPart part() {
        return StudyPart.METHODS;
    }

    @Override
    public String title() {
        return "Tables 2 and 3: clipping, label smoothing and the transform";
    }

    @Override
    public String text(StudyResults results) {
        Map<String, RunSpec> methods = results.plan().methods();
        RunSpec baseline = methods.get("baseline");
        MarkdownTable table = new MarkdownTable("method", "training top-1 %", "test top-1 %",
                "test, difference from baseline", "training − test", "failed");
        methods.forEach((name, spec) -> table.row(name, results.text(spec, Metric.TRAIN_TOP1, "%.2f"),
                results.text(spec, Metric.TEST_TOP1, "%.2f"),
                spec.equals(baseline) ? "" : results.testTop1(spec, baseline).toString(),
                results.text(spec, MethodsSection::gap, "%.2f"), results.failures(spec)));
        MarkdownTable effect = new MarkdownTable("what the transform adds to", "training", "test", "training − test");
        methods.forEach((name, with) -> {
            String without = name.equals("transform") ? "baseline" : name.replace(WITH, "");
            if (!name.equals(without)) {
                RunSpec from = methods.get(without);
                effect.row(without, results.difference(with, from, Metric.TRAIN_TOP1).toString(),
                        results.testTop1(with, from).toString(),
                        results.difference(with, from, MethodsSection::gap).toString());
            }
        });
        return "Without normalization, learning rate " + NumberText.plain(StudySettings.RATE) + "; clipping to norm 1,"
                + " AGC at 0.01, timm's default, and at 0.16, given for small batches (fully connected layer left"
                + " out), transform at α = " + NumberText.plain(StudySettings.ALPHA)
                + ", label smoothing " + NumberText.plain(StudySettings.SMOOTHING) + ".\n\n" + table
                + "\nWhat the transform changes, paired (mean and 95 % interval, points):\n\n" + effect;
    }

    /** Training minus test top-1, the generalization gap. */
    static double gap(EpochResult epoch) {
        return epoch.get(Metric.TRAIN_TOP1) - epoch.get(Metric.TEST_TOP1);
    }
}
