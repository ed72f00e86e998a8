package io.github.powergrad.benchmarks;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.factory.Nd4j;

/** How long something takes that is done again and again. */
final class Times {

    private Times() {}

    /**
     * Returns the median time.
     *
     * @param action what is timed, 4 times or more; the first quarter does not count, since Java compiles then
     * @param seconds how long it is repeated
     * @return seconds
     */
    static double median(Runnable action, double seconds) {
        List<Double> times = repeat(action, seconds, 4);
        return median(times.subList(times.size() / 4, times.size()));
    }

    /** The same for what is warm: it is timed once or more, and all times count. */
    static double medianWarm(Runnable action, double seconds) {
        return median(repeat(action, seconds, 1));
    }

    private static List<Double> repeat(Runnable action, double seconds, int least) {
        List<Double> times = new ArrayList<>();
        long end = System.nanoTime() + (long) (seconds * 1e9);
        while (System.nanoTime() < end || times.size() < least) {
            long start = System.nanoTime();
            action.run();
            times.add((System.nanoTime() - start) / 1e9);
        }
        return times;
    }

    /** Returns the median of some numbers. */
    static double median(List<Double> numbers) {
        double[] sorted = numbers.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    /** The same for what leaves work to a GPU: until the GPU has done it. */
    static double medianOnDevice(Runnable action, double seconds) {
        return median(() -> {
            action.run();
            Nd4j.getExecutioner().commit();
        }, seconds);
    }
}
