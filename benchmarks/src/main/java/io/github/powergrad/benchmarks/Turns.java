package io.github.powergrad.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How fast is a network here beside the same in PyTorch? Both wait in memory, and run in turn for a moment each, so that both
 * see the same moods of the machine. The ratio is the median over the pairs of turns.
 */
final class Turns {

    private static final int PAIRS = 7;
    private static final int PARTS = 32;

    private final List<Double> ours = new ArrayList<>();
    private final List<Double> theirs = new ArrayList<>();
    private final List<Double> ratios = new ArrayList<>();

    /**
     * Takes turns.
     *
     * @param what "training" or "inference"
     * @param step makes one step of it here
     * @param batch images per step
     * @param seconds how long all turns take together; there are {@value #PAIRS} pairs, also if that takes longer
     */
    Turns(String what, Runnable step, int batch, PyTorch peer, double seconds) throws IOException {
        double turn = seconds / PARTS;
        peer.ask(what + " " + 4 * turn); // until it is warm, as the network here is
        long end = System.nanoTime() + (long) (seconds * 1e9);
        while (System.nanoTime() < end || ratios.size() < PAIRS) {
            double here = batch / Times.medianWarm(step, turn);
            double there = Double.parseDouble(peer.ask(what + " " + turn));
            ours.add(here);
            theirs.add(there);
            ratios.add(here / there);
        }
    }

    /** Returns the medians: images per second here and there, and the ratio. */
    Map<String, Double> medians() {
        return Map.of("ours", Times.median(ours), "theirs", Times.median(theirs), "ratio", Times.median(ratios));
    }
}
