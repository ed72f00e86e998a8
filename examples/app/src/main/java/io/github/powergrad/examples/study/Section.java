package io.github.powergrad.examples.study;

import io.github.powergrad.examples.files.OutputFolder;
import java.io.IOException;

/** A section of the report: its text and its figures, both made of the results alone. */
interface Section {

    /** The part of the study whose runs it needs. */
    StudyPart part();

    /** The heading. */
    String title();

    /** The text below the heading, Markdown. */
    String text(StudyResults results);

    /**
     * Draws its figures, if it has any.
     *
     * @throws IOException if they cannot be written
     */
    default void draw(StudyResults results, OutputFolder output) throws IOException {}
}
