package io.github.powergrad.examples.report;

import io.github.powergrad.examples.training.EpochResult;
import java.text.DecimalFormat;
import java.text.DecimalFormatSymbols;
import java.util.Locale;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarStyle;

/** A bar on standard error that moves in place, with images a second and the time left. For terminals. */
public final class ProgressBarDisplay implements ProgressDisplay {

    private final ProgressBar bar;
    private volatile String lastEpoch = "";
    private volatile String soFar = "";

    /**
     * @param images the number of images to train on
     */
    public ProgressBarDisplay(long images) {
        bar = new ProgressBarBuilder()
                .setTaskName("training")
                .setInitialMax(images)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(250)
                // The bar adds "/s".
                .showSpeed(new DecimalFormat(" #,##0 'images'", DecimalFormatSymbols.getInstance(Locale.ROOT)))
                .hideEta()
                .build();
    }

    @Override
    public void trained(int images) {
        bar.stepBy(images);
        bar.setExtraMessage(timeLeft() + soFar + lastEpoch);
    }

    @Override
    public void measured(double crossEntropy, double top1) {
        soFar = String.format(Locale.ROOT, ", loss %.3f, top-1 %.1f%%", crossEntropy, top1);
    }

    @Override
    public void epochEnded(EpochResult result) {
        lastEpoch = String.format(Locale.ROOT, ", seed %d epoch %d: ", result.seed(), result.epoch())
                + (result.isFinite() ? String.format(Locale.ROOT, "test %.1f%%", result.testTop1()) : "diverged");
    }

    @Override
    public synchronized void skipped(long images) {
        bar.maxHint(bar.getMax() - images);
    }

    /** The bar's own display of elapsed and remaining time does not say which is which. */
    private String timeLeft() {
        long done = bar.getCurrent();
        long seconds = bar.getElapsedAfterStart().toSeconds() * (bar.getMax() - done) / Math.max(1, done);
        return String.format(Locale.ROOT, " %d:%02d left", seconds / 60, seconds % 60);
    }

    @Override
    public void close() {
        bar.close();
    }
}
