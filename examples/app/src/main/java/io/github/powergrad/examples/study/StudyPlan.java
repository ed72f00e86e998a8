package io.github.powergrad.examples.study;

import io.github.powergrad.examples.train.Metric;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * How large a study is, and which runs it is made of: what it varies, with which seeds, for how many epochs. Runs that
 * several parts share have equal specifications.
 */
public final class StudyPlan {

    /** α of the method where nothing else is said: the paper's for ResNet-18. */
    static final double ALPHA = 0.25;

    /** ε of label smoothing, as in the paper's table. */
    static final double SMOOTHING = 0.1;

    /** The learning rate where it is not searched for, as in {@code compare}. */
    static final double RATE = 0.04;

    /** Images per minibatch. */
    static final int BATCH = 128;

    /** Channels of the first convolution. */
    static final int WIDTH = 8;

    /** Seeds that choose a learning rate are above this, and others must not be, so that none is used twice. */
    public static final long SELECTION = 1_000_000;

    /** The seed of the runs whose reliability diagrams are drawn, and of no others. */
    static final long CALIBRATION = 2 * SELECTION;

    final boolean quick;
    final List<Long> seeds;
    final int epochs;
    final List<Double> alphas;
    final List<Double> rates;

    /** The seeds that learning rates are chosen with, none of which is reported. */
    final List<Long> selectionSeeds;

    private StudyPlan(boolean quick, List<Long> seeds, int epochs, List<Double> alphas, List<Double> rates,
            List<Long> selectionSeeds) {
        this.quick = quick;
        this.seeds = List.copyOf(seeds);
        this.epochs = epochs;
        this.alphas = alphas;
        this.rates = rates;
        this.selectionSeeds = selectionSeeds;
    }

    /** Returns the whole study: the paper's grid of α and six learning rates from 0.02 to 0.6. */
    public static StudyPlan whole() {
        return new StudyPlan(false, seeds(1, 5), 4, List.of(1.0, 0.92, 0.7, 0.5, 0.4, 0.3, 0.25, 0.2, 0.1, 0.05),
                List.of(0.02, 0.04, 0.08, 0.15, 0.3, 0.6), seeds(SELECTION + 1, 3));
    }

    /** Returns a study of all parts that takes seconds; its numbers mean nothing. */
    public static StudyPlan quickly() {
        return new StudyPlan(true, seeds(1, 2), 1, List.of(1.0, 0.5, 0.25), List.of(0.04, 0.15),
                seeds(SELECTION + 1, 1));
    }

    private static List<Long> seeds(long first, int count) {
        return LongStream.range(first, first + count).boxed().collect(Collectors.toList());
    }

    /** Returns the same study with other seeds. */
    public StudyPlan withSeeds(List<Long> newSeeds) {
        return new StudyPlan(quick, newSeeds, epochs, alphas, rates, selectionSeeds);
    }

    /** Returns the same study with other epochs. */
    public StudyPlan withEpochs(int newEpochs) {
        return new StudyPlan(quick, seeds, newEpochs, alphas, rates, selectionSeeds);
    }

    /** The options that make this study of the default one, each after a blank. */
    String options() {
        StudyPlan usual = quick ? quickly() : whole();
        return (quick ? " --quick" : "")
                + (seeds.equals(usual.seeds) ? "" : " --seeds " + (seeds.equals(seeds(1, seeds.size())) ? seeds.size()
                        : seeds.stream().map(String::valueOf).collect(Collectors.joining(","))))
                + (epochs == usual.epochs ? "" : " --epochs " + epochs);
    }

    /** The epochs of the runs whose accuracy on training and test images is followed over time. */
    int curveEpochs() {
        return 2 * epochs;
    }

    /** The network without normalization at an α and a learning rate; like all specifications here, of no seed yet. */
    RunSpec at(double alpha, double rate) {
        return RunSpec.transform(alpha, rate, epochs, 0);
    }

    /** The same at the fixed learning rate. */
    RunSpec at(double alpha) {
        return at(alpha, RATE);
    }

    /** The same, or with batch norm. */
    RunSpec at(double alpha, boolean batchNorm) {
        return batchNorm ? at(alpha).withBatchNorm() : at(alpha);
    }

    /** The longer run whose accuracy is followed, for the paper's figure 4. */
    RunSpec curve(double alpha) {
        return RunSpec.transform(alpha, RATE, curveEpochs(), 0);
    }

    /** Every α, for the paper's figures 2 and 3. */
    List<RunSpec> grid(boolean batchNorm) {
        return alphas.stream().map(alpha -> at(alpha, batchNorm)).collect(Collectors.toList());
    }

    /** The rows of the paper's tables 2 and 3, by name. */
    Map<String, RunSpec> methods() {
        Map<String, RunSpec> methods = new LinkedHashMap<>();
        RunSpec baseline = at(1);
        RunSpec transform = at(ALPHA);
        methods.put("baseline", baseline);
        methods.put("gradient clipping", baseline.withClipping("norm"));
        methods.put("AGC", baseline.withClipping("agc"));
        methods.put("AGC at 0.16", baseline.withClipping("agc-0.16"));
        methods.put("transform", transform);
        methods.put("gradient clipping + transform", transform.withClipping("norm"));
        methods.put("AGC + transform", transform.withClipping("agc"));
        methods.put("AGC at 0.16 + transform", transform.withClipping("agc-0.16"));
        methods.put("label smoothing", baseline.withSmoothing(SMOOTHING));
        methods.put("label smoothing + transform", transform.withSmoothing(SMOOTHING));
        return methods;
    }

    /** Every α at every learning rate, with the seeds that choose among them. */
    List<RunSpec> search() {
        return selectionSeeds.stream().flatMap(seed -> alphas.stream().flatMap(alpha ->
                rates.stream().map(rate -> at(alpha, rate).withSeed(seed)))).collect(Collectors.toList());
    }

    /** The runs of the search for one α and one learning rate that have ended. */
    Stream<FinishedRun> searched(double alpha, double rate, RunTable table) {
        return selectionSeeds.stream().map(seed -> table.run(at(alpha, rate).withSeed(seed)));
    }

    /** The mean test top-1 over the seeds that choose; a run that diverged counts as 0. */
    double searchedTop1(double alpha, double rate, RunTable table) {
        return searched(alpha, rate, table).mapToDouble(run -> run.diverged() ? 0 : run.last().get(Metric.TEST_TOP1))
                .average().orElseThrow();
    }

    /**
     * An α at its own learning rate: the one with the highest mean test top-1 over the seeds that choose; of equal ones
     * the lowest. The search must have ended.
     */
    RunSpec atOwnRate(double alpha, RunTable table) {
        double best = rates.get(0);
        for (double rate : rates) {
            best = searchedTop1(alpha, rate, table) > searchedTop1(alpha, best, table) ? rate : best;
        }
        return at(alpha, best);
    }

    /** Each α at the fixed rate, the search for its own, and once the search has ended, each α at its own. */
    Stream<RunSpec> tuning(RunTable table) {
        List<RunSpec> tuned = !table.has(search()) ? List.of()
                : alphas.stream().map(alpha -> atOwnRate(alpha, table)).collect(Collectors.toList());
        return Stream.of(perSeed(grid(false)), search().stream(), perSeed(tuned)).flatMap(Function.identity());
    }

    /** The twin of the run of the search that has the first of its seeds. */
    RunSpec twin(double alpha, double rate) {
        return at(alpha, rate).withSeed(selectionSeeds.get(0)).twin();
    }

    /** Each α that has a twin: at 1 it would be the same training. */
    List<Double> twinAlphas() {
        return alphas.stream().filter(alpha -> alpha < 1).collect(Collectors.toList());
    }

    /** All twins. */
    List<RunSpec> twins() {
        return twinAlphas().stream().flatMap(alpha -> rates.stream().map(rate -> twin(alpha, rate)))
                .collect(Collectors.toList());
    }

    /** The runs whose reliability diagrams are drawn. */
    List<RunSpec> calibration() {
        return Stream.of(1.0, 0.5, 0.25).map(alpha -> at(alpha).withSeed(CALIBRATION)).collect(Collectors.toList());
    }

    /** One run of each specification per seed. */
    Stream<RunSpec> perSeed(Collection<RunSpec> specs) {
        return seeds.stream().flatMap(seed -> specs.stream().map(spec -> spec.withSeed(seed)));
    }
}
