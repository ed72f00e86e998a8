package io.github.powergrad.examples.train;

import io.github.powergrad.examples.files.WholeFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/** A table of the classes as CSV: {@code class,images,top1,top5}, accuracies in percent. */
public final class ClassTable {

    private static final CSVFormat CSV = CSVFormat.DEFAULT.builder()
            .setRecordSeparator('\n').setHeader("class", "images", "top1", "top5").get();

    private ClassTable() {}

    /** Writes the file. */
    public static void write(Path file, List<String> classNames, LogitMeasures measures) throws IOException {
        StringBuilder content = new StringBuilder();
        CSVPrinter printer = new CSVPrinter(content, CSV);
        for (int number = 0; number < classNames.size(); number++) {
            printer.printRecord(classNames.get(number), measures.images(number),
                    NumberText.sixDigits(measures.top1(number)), NumberText.sixDigits(measures.top5(number)));
        }
        WholeFile.write(file, stream -> stream.write(content.toString().getBytes(StandardCharsets.UTF_8)));
    }
}
