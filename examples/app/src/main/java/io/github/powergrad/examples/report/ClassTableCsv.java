package io.github.powergrad.examples.report;

import io.github.powergrad.examples.files.WholeFile;
import io.github.powergrad.examples.train.LogitMeasures;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** A table of the classes as CSV: {@code class,images,top1,top5}, accuracies in percent. */
public final class ClassTableCsv {

    private static final String HEADER = "class,images,top1,top5";

    private ClassTableCsv() {}

    /**
     * Writes the file.
     *
     * @throws IOException if it cannot be written
     */
    public static void write(Path file, List<String> classNames, LogitMeasures measures) throws IOException {
        StringBuilder content = new StringBuilder(HEADER).append('\n');
        for (int number = 0; number < classNames.size(); number++) {
            content.append(quoted(classNames.get(number))).append(',').append(measures.images(number)).append(',')
                    .append(Digits.six(measures.top1(number))).append(',').append(Digits.six(measures.top5(number)))
                    .append('\n');
        }
        WholeFile.write(file, stream -> stream.write(content.toString().getBytes(StandardCharsets.UTF_8)));
    }

    /** Class names are folder names, and may hold anything. */
    private static String quoted(String name) {
        return name.matches("[^,\"\\r\\n]*") ? name : '"' + name.replace("\"", "\"\"") + '"';
    }
}
