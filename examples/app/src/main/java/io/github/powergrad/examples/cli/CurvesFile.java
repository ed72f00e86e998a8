package io.github.powergrad.examples.cli;

import io.github.powergrad.examples.files.OutputFolder;
import io.github.powergrad.examples.report.AccuracyFigure;
import io.github.powergrad.examples.train.EpochResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;

/** Draws the accuracy figure, or says why it cannot be drawn: the numbers are worth keeping all the same. */
final class CurvesFile {

    private CurvesFile() {}

    /** Returns the name of the file after a comma, or nothing if there is none. */
    static String draw(OutputFolder output, List<EpochResult> epochs, String title, PrintWriter stderr) throws IOException {
        try {
            return new AccuracyFigure(title, epochs).write(output) ? ", " + AccuracyFigure.FILE : "";
        } catch (RuntimeException | LinkageError | InternalError noFonts) {
            // A Java without fonts cannot draw.
            stderr.println(AccuracyFigure.FILE + " could not be drawn (" + noFonts
                    + "); a Java without fonts cannot: install fontconfig and a font");
            return "";
        }
    }
}
