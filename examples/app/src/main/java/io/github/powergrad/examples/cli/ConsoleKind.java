package io.github.powergrad.examples.cli;

import io.github.powergrad.examples.train.ProgressBarDisplay;
import io.github.powergrad.examples.train.ProgressDisplay;
import io.github.powergrad.examples.train.ProgressLines;
import java.io.PrintWriter;
import java.nio.charset.Charset;

/** Fits what is shown to where it is shown. */
final class ConsoleKind {

    /** Set by the launcher, which knows whether standard error is a terminal; Java itself cannot tell. */
    static final String TERMINAL = "powergrad.terminal";

    private ConsoleKind() {}

    /** Returns a bar for a terminal, lines for everything else. */
    static ProgressDisplay progress(long images, PrintWriter stderr) {
        return isTerminal() && images > 0 ? new ProgressBarDisplay(images) : new ProgressLines(images, stderr);
    }

    /** Returns ± where standard output can show it. */
    static String plusMinus() {
        String charset = System.getProperty("stdout.encoding", Charset.defaultCharset().name());
        return Charset.isSupported(charset) && Charset.forName(charset).newEncoder().canEncode('\u00B1') ? "\u00B1" : "+/-";
    }

    private static boolean isTerminal() {
        String told = System.getProperty(TERMINAL);
        // Without the launcher: from Java 22 on there is a console even where there is no terminal.
        return told == null ? System.console() != null && Runtime.version().feature() < 22 : Boolean.parseBoolean(told);
    }
}
