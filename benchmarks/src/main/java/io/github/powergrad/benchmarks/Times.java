package io.github.powergrad.benchmarks;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.factory.Nd4j;

/** How long something takes that is done again and again. */
final class Times {

    private Times() {}

    /** Returns the median in seconds, without the first quarter, in which Java compiles: at least 4 times, for so many seconds. */
    static double median(Runnable action, double seconds) {
        List<Double> times = new ArrayList<>();
        long end = System.nanoTime() + (long) (seconds * 1e9);
        while (System.nanoTime() < end || times.size() < 4) {
            long start = System.nanoTime();
            action.run();
            times.add((System.nanoTime() - start) / 1e9);
        }
        double[] warm = times.stream().skip(times.size() / 4).mapToDouble(Double::doubleValue).sorted().toArray();
        return warm[warm.length / 2];
    }

    /** The same for what leaves work to a GPU: until the GPU has done it. */
    static double medianOnDevice(Runnable action, double seconds) {
        return median(() -> {
            action.run();
            Nd4j.getExecutioner().commit();
        }, seconds);
    }
}
