package io.github.powergrad.examples.study;

import io.github.powergrad.examples.train.Metric;
import java.util.Map;

/** The paper's tables 2 and 3: the transform beside clipping and label smoothing, and together with them. */
final class MethodsSection extends Section {

    MethodsSection(StudyResults results) {
        super(results);
    }

    @Override
    Map<String, Object> values() {
        Map<String, RunSpec> methods = plan.methods();
        MarkdownTable effects = new MarkdownTable("what the transform adds to", "training", "test", "training − test");
        methods.forEach((name, with) -> {
            String without = name.equals("transform") ? "baseline" : name.replace(" + transform", "");
            if (!name.equals(without)) {
                RunSpec from = methods.get(without);
                effects.row(without, results.difference(with, from, Metric.TRAIN_TOP1), results.testTop1(with, from),
                        results.difference(with, from, StudyResults::gap));
            }
        });
        return Map.of("methods", results.accuracies("method", "baseline", methods), "effects", effects);
    }
}
