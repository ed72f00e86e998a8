package io.github.powergrad.examples.train;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/** One line per epoch, with images per second and the time left. For logs and pipes, where a bar would pile up. */
public final class ProgressLines implements ProgressDisplay {

    private final PrintWriter out;
    private final long start = System.nanoTime();
    private long planned;
    private long done;

    /**
     * @param images the number of images to train on
     * @param out where the lines go
     */
    public ProgressLines(long images, PrintWriter out) {
        this.planned = images;
        this.out = out;
    }

    @Override
    public synchronized void trained(int images) {
        done += images;
    }

    @Override
    public synchronized void epochEnded(EpochResult result) {
        double elapsed = (System.nanoTime() - start) / 1e9;
        Duration left = Duration.ofSeconds(Math.round(elapsed * (planned - done) / Math.max(1, done)));
        String measured = result.isFinite()
                ? String.format(Locale.ROOT, "train %5.2f%%  test %5.2f%%",
                        result.get(Metric.TRAIN_TOP1), result.get(Metric.TEST_TOP1))
                : "diverged";
        out.printf(Locale.ROOT, "%3d%%  %-27s seed %d  epoch %2d  %s  %,.0f images/s  %d:%02d left%n",
                100 * done / Math.max(1, planned), result.plan().lossText(), result.plan().seed(), result.epoch(), measured,
                result.get(Metric.IMAGES_PER_SECOND), left.toMinutes(), left.toSecondsPart());
        out.flush();
    }

    @Override
    public synchronized void skipped(long images) {
        planned -= images;
    }

    @Override
    public void close() {
        out.flush();
    }
}
