package io.github.powergrad.examples.study;

import java.util.ArrayList;
import java.util.List;

/** The parts that a study can be asked for, each a claim of the paper. */
public enum StudyPart {
    /** What the transform does to a distribution; needs no training. */
    TRANSFORM,
    /** Accuracy, logit norm and cross-entropy against α. */
    ALPHA,
    /** Gradient clipping, AGC and label smoothing, with and without the transform. */
    METHODS,
    /** Accuracy against epoch. */
    CURVES,
    /** Each α at its own best learning rate. */
    RATES,
    /** Ordinary training that takes the transform's steps, in place of the transform. */
    TWIN,
    /** How many filters are zeroed, by method. */
    FILTERS,
    /** Nothing but the report of what has been run. */
    REPORT;

    /**
     * The runs that this part needs, as far as the runs that have ended tell: there may be more when these have ended.
     */
    List<RunSpec> runs(StudyPlan plan, RunTable table) {
        List<RunSpec> runs = new ArrayList<>();
        switch (this) {
            case ALPHA:
                runs.addAll(plan.alphaGrid(false));
                runs.addAll(plan.alphaGrid(true));
                break;
            case METHODS:
                runs.addAll(plan.seedBySeed(List.copyOf(plan.methods().values())));
                break;
            case CURVES:
                runs.addAll(plan.curves());
                break;
            case RATES:
                runs.addAll(plan.alphaGrid(false));
                runs.addAll(plan.search());
                runs.addAll(plan.chosen(table));
                break;
            case TWIN:
                runs.addAll(RATES.runs(plan, table));
                runs.addAll(plan.twins());
                break;
            case FILTERS:
                runs.addAll(METHODS.runs(plan, table));
                runs.addAll(CURVES.runs(plan, table));
                break;
            default:
        }
        return runs;
    }

    /** Whether it needs the runs that are known only when the search for learning rates has ended. */
    boolean choosesRates() {
        return this == RATES || this == TWIN;
    }
}
