package io.github.powergrad.benchmarks;

import io.github.powergrad.examples.backend.CpuBackend;
import java.util.Arrays;
import java.util.Locale;

/** What does LossPowerGrad add to a step of training? Steps with both losses in turn, on one native thread each. */
public final class StepCost {

    private static final int WARM_UP = 10;

    private StepCost() {}

    /**
     * Prints one line of Markdown.
     *
     * @param arguments network and number of pairs
     */
    public static void main(String[] arguments) {
        CpuBackend.oneNativeThread();
        System.out.println(measured(arguments[0], Integer.parseInt(arguments[1])));
        System.exit(0); // ND4J's threads are not daemons
    }

    /** Returns one line of Markdown. */
    static String measured(String network, int pairs) {
        NetworkCase both = new NetworkCase(network + "/32/64");
        Runnable plain = both.training(both.fast(Call.loss(Call.PEER)));
        Runnable ours = both.training(both.fast(Call.loss(Call.OURS)));
        double[] ratios = new double[pairs];
        for (int i = -WARM_UP; i < pairs; i++) {
            // Which one goes first alternates too: what it leaves in the caches helps the second.
            double[] times = i % 2 == 0 ? times(plain, ours) : times(ours, plain);
            if (i >= 0) {
                ratios[i] = i % 2 == 0 ? times[1] / times[0] : times[0] / times[1];
            }
        }
        Arrays.sort(ratios);
        return String.format(Locale.ROOT, "The time of a training step of %s with LossPowerGrad 0.3 differs from that with"
                        + " %s by %+.2f %% (median of %d pairs; quartiles %+.2f and %+.2f %%).", network, Call.PEER,
                percent(ratios[pairs / 2]), pairs, percent(ratios[pairs / 4]), percent(ratios[3 * pairs / 4]));
    }

    private static double[] times(Runnable first, Runnable second) {
        long start = System.nanoTime();
        first.run();
        long between = System.nanoTime();
        second.run();
        return new double[] {between - start, System.nanoTime() - between};
    }

    private static double percent(double ratio) {
        return 100 * (ratio - 1);
    }
}
