package io.github.powergrad.examples.study;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** How large a study is: what it varies, with which seeds, for how many epochs. */
public final class StudySettings {

    /** α of the method where nothing else is said: the paper's for ResNet-18. */
    static final double ALPHA = 0.25;

    /** ε of label smoothing, as in the paper's table. */
    static final double SMOOTHING = 0.1;

    /** The learning rate where it is not searched for, as in {@code compare}. */
    static final double RATE = 0.04;

    private static final int WHOLE_EPOCHS = 4;
    private static final int WHOLE_SEEDS = 5;
    private static final int QUICK_EPOCHS = 1;
    private static final int QUICK_SEEDS = 2;

    /** Images a minibatch. */
    static final int BATCH = 128;

    /** Channels of the first convolution. */
    static final int WIDTH = 8;

    /** Seeds that choose a learning rate are above this, and others must not be, so that none is used twice. */
    public static final long SELECTION = 1_000_000;

    private final boolean quick;
    private final List<Long> seeds;
    private final int epochs;
    private final List<Double> alphas;
    private final List<Double> rates;
    private final int selectionSeeds;

    private StudySettings(boolean quick, List<Long> seeds, int epochs, List<Double> alphas, List<Double> rates,
            int selectionSeeds) {
        this.quick = quick;
        this.seeds = List.copyOf(seeds);
        this.epochs = epochs;
        this.alphas = alphas;
        this.rates = rates;
        this.selectionSeeds = selectionSeeds;
    }

    /** Returns the whole study: the paper's grid of α and six learning rates from 0.02 to 0.6. */
    public static StudySettings whole() {
        return new StudySettings(false, firstSeeds(WHOLE_SEEDS), WHOLE_EPOCHS,
                List.of(1.0, 0.92, 0.7, 0.5, 0.4, 0.3, 0.25, 0.2, 0.1, 0.05),
                List.of(0.02, 0.04, 0.08, 0.15, 0.3, 0.6), 3);
    }

    /** Returns a study of all parts that takes seconds; its numbers mean nothing. */
    public static StudySettings quickly() {
        return new StudySettings(true, firstSeeds(QUICK_SEEDS), QUICK_EPOCHS, List.of(1.0, 0.5, 0.25),
                List.of(0.04, 0.15), 1);
    }

    private static List<Long> firstSeeds(int count) {
        return LongStream.rangeClosed(1, count).boxed().collect(Collectors.toList());
    }

    /** Returns the same study with other seeds. */
    public StudySettings withSeeds(List<Long> newSeeds) {
        return new StudySettings(quick, newSeeds, epochs, alphas, rates, selectionSeeds);
    }

    /** Returns the same study with other epochs. */
    public StudySettings withEpochs(int newEpochs) {
        return new StudySettings(quick, seeds, newEpochs, alphas, rates, selectionSeeds);
    }

    /** The options that make these settings of the default ones, each after a blank. */
    String options() {
        StudySettings usual = quick ? quickly() : whole();
        return (quick ? " --quick" : "")
                + (seeds.equals(usual.seeds) ? "" : " --seeds " + (seeds.equals(firstSeeds(seeds.size())) ? seeds.size()
                        : seeds.stream().map(String::valueOf).collect(Collectors.joining(","))))
                + (epochs == usual.epochs ? "" : " --epochs " + epochs);
    }

    boolean quick() {
        return quick;
    }

    List<Long> seeds() {
        return seeds;
    }

    int epochs() {
        return epochs;
    }

    /** The epochs of the runs whose accuracy on training and test images is followed over time. */
    int curveEpochs() {
        return 2 * epochs;
    }

    List<Double> alphas() {
        return alphas;
    }

    List<Double> rates() {
        return rates;
    }

    /** The seeds that learning rates are chosen with, none of which is reported. */
    List<Long> selectionSeeds() {
        return LongStream.rangeClosed(1, selectionSeeds).map(seed -> seed + SELECTION).boxed()
                .collect(Collectors.toList());
    }
}
