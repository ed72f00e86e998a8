package io.github.powergrad.examples.train;

import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/**
 * A bar on standard error that moves in place, for terminals. Images per second and the time left are measured here,
 * because the bar's own clock is the system's, which somebody may set. Its elapsed time, in brackets, uses that clock.
 */
public final class ProgressBarDisplay implements ProgressDisplay {

    private final ProgressBar bar;
    private final long start = System.nanoTime();
    private volatile String lastEpoch = "";
    private volatile String soFar = "";

    /** @param images the number of images to train on */
    public ProgressBarDisplay(long images) {
        bar = new ProgressBarBuilder()
                .setTaskName("training")
                .setInitialMax(images)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(250)
                .hideEta()
                .build();
    }

    @Override
    public void trained(int images) {
        bar.stepBy(images);
        bar.setExtraMessage(speed() + soFar + lastEpoch);
    }

    @Override
    public void measured(double crossEntropy, double top1) {
        soFar = String.format(Locale.ROOT, ", loss %.3f, top-1 %.1f%%", crossEntropy, top1);
    }

    @Override
    public void epochEnded(EpochResult result) {
        lastEpoch = String.format(Locale.ROOT, ", seed %d epoch %d: ", result.plan().seed(), result.epoch())
                + (result.isFinite() ? String.format(Locale.ROOT, "test %.1f%%", result.get(Metric.TEST_TOP1)) : "diverged");
    }

    @Override
    public synchronized void skipped(long images) {
        bar.maxHint(bar.getMax() - images);
    }

    private String speed() {
        double perSecond = Math.max(1, bar.getCurrent()) / ((System.nanoTime() - start) / 1e9);
        long left = Math.round((bar.getMax() - bar.getCurrent()) / perSecond);
        return String.format(Locale.ROOT, " %,.0f images/s, %d:%02d left", perSecond, left / 60, left % 60);
    }

    @Override
    public void close() {
        bar.close();
    }
}
