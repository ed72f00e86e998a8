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

    /**
     * @param images the number of images to train on
     */
    public ProgressBarDisplay(long images) {
        bar = new ProgressBarBuilder()
                .setTaskName("training")
                .setInitialMax(images)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(250)
                .showSpeed(new DecimalFormat(" #,##0 'images/s'", DecimalFormatSymbols.getInstance(Locale.ROOT)))
                .build();
    }

    @Override
    public void trained(int images) {
        bar.stepBy(images);
    }

    @Override
    public void epochEnded(EpochResult result) {
        bar.setExtraMessage(String.format(Locale.ROOT, " seed %d, epoch %d: ", result.seed(), result.epoch())
                + (result.isFinite() ? String.format(Locale.ROOT, "test %.1f%%", result.testTop1()) : "diverged"));
    }

    @Override
    public synchronized void skipped(long images) {
        bar.maxHint(bar.getMax() - images);
    }

    @Override
    public void close() {
        bar.close();
    }
}
