package io.github.powergrad.examples.study;

import io.github.powergrad.examples.data.DataException;
import io.github.powergrad.examples.files.OutputFolder;
import io.github.powergrad.examples.report.Digits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * All runs of a study that have ended, in three CSV files: {@value #RUNS} with a row a run, {@value #EPOCHS} with a row
 * an epoch, {@value #FILTERS} with the norms of the filters. A run is there when its row in {@value #RUNS} is, which is
 * written last; each file is replaced as a whole, so a kill at any moment loses only runs that had not ended.
 *
 * <p>The rows are sorted and hold no times, so that the files do not depend on which run ended first.
 */
final class RunTable {

    static final String RUNS = "runs.csv";
    static final String EPOCHS = "epochs.csv";
    static final String FILTERS = "filters.csv";

    private static final String RUNS_HEADER = "data," + RunSpec.COLUMNS + ",outcome," + MeasuredEpoch.COLUMNS;
    private static final String EPOCHS_HEADER = RunSpec.COLUMNS + "," + MeasuredEpoch.COLUMNS;
    private static final String FILTERS_HEADER = RunSpec.COLUMNS + ",epoch,norms...";

    private final DataDescription data;
    private final Map<String, FinishedRun> runs;

    private RunTable(DataDescription data, Map<String, FinishedRun> runs) {
        this.data = data;
        this.runs = runs;
    }

    /** Returns a table without runs, on some images. */
    static RunTable empty(DataDescription data) {
        return new RunTable(data, new TreeMap<>());
    }

    /**
     * Reads the table of a folder.
     *
     * @return the table; null if there is none yet
     * @throws IOException if a file is damaged
     */
    static RunTable read(Path folder) throws IOException {
        if (!Files.exists(folder.resolve(RUNS))) {
            return null;
        }
        Map<String, List<MeasuredEpoch>> epochs = new HashMap<>();
        eachRow(folder.resolve(EPOCHS), EPOCHS_HEADER, cells -> epochs
                .computeIfAbsent(spec(cells, 0).csv(), spec -> new ArrayList<>())
                .add(MeasuredEpoch.parse(cells.subList(RunSpec.COLUMN_COUNT, cells.size()))));
        Map<String, List<double[]>> filters = new HashMap<>();
        eachRow(folder.resolve(FILTERS), FILTERS_HEADER, cells -> filters
                .computeIfAbsent(spec(cells, 0).csv(), spec -> new ArrayList<>())
                .add(cells.stream().skip(RunSpec.COLUMN_COUNT + 1).mapToDouble(Double::parseDouble).toArray()));
        Map<String, FinishedRun> runs = new TreeMap<>();
        List<DataDescription> data = new ArrayList<>();
        eachRow(folder.resolve(RUNS), RUNS_HEADER, cells -> {
            data.add(DataDescription.parse(cells.get(0)));
            RunSpec spec = spec(cells, 1);
            List<MeasuredEpoch> itsEpochs = epochs.getOrDefault(spec.csv(), List.of());
            MeasuredEpoch last = MeasuredEpoch.parse(cells.subList(RunSpec.COLUMN_COUNT + 2, cells.size()));
            if (itsEpochs.isEmpty() || !itsEpochs.get(itsEpochs.size() - 1).csv().equals(last.csv())) {
                throw new IllegalArgumentException("its last epoch is not in " + EPOCHS);
            }
            runs.put(spec.csv(), new FinishedRun(spec, itsEpochs, filters.getOrDefault(spec.csv(), List.of())));
        });
        if (data.stream().distinct().count() != 1) {
            throw new DataException(folder.resolve(RUNS) + " holds runs on different images, or none; delete it, or"
                    + " choose another folder with --out");
        }
        return new RunTable(data.get(0), runs);
    }

    private static RunSpec spec(List<String> cells, int from) {
        return RunSpec.parse(cells.subList(from, from + RunSpec.COLUMN_COUNT));
    }

    private interface Row {
        void read(List<String> cells);
    }

    private static void eachRow(Path file, String header, Row row) throws IOException {
        List<String> lines;
        try {
            lines = Files.readAllLines(file);
        } catch (IOException unreadable) {
            throw new DataException(file + " cannot be read (" + unreadable + "); the three files runs.csv,"
                    + " epochs.csv and filters.csv belong together: restore it, or choose another folder with --out");
        }
        if (lines.isEmpty() || !lines.get(0).equals(header)) {
            throw new DataException(file + " is not of this version of the study: its first line is not " + header
                    + "; choose another folder with --out");
        }
        for (int i = 1; i < lines.size(); i++) {
            try {
                row.read(Arrays.asList(lines.get(i).split(",")));
            } catch (IllegalArgumentException | IndexOutOfBoundsException damaged) {
                throw new DataException(file + " is damaged in line " + (i + 1) + " (" + damaged.getMessage()
                        + "); restore it, delete that run's lines in all three files, or"
                        + " choose another folder with --out");
            }
        }
    }

    /** The images of all runs. */
    DataDescription data() {
        return data;
    }

    /** The runs, in an order of their own. */
    synchronized Collection<FinishedRun> runs() {
        return Collections.unmodifiableCollection(new ArrayList<>(runs.values()));
    }

    /** The run of a specification; null if it has not ended yet. */
    synchronized FinishedRun run(RunSpec spec) {
        return runs.get(spec.csv());
    }

    /** Whether all of these runs have ended. */
    boolean has(List<RunSpec> specs) {
        return specs.stream().allMatch(spec -> run(spec) != null);
    }

    /**
     * Adds a run and writes the files.
     *
     * @throws IOException if they cannot be written
     */
    synchronized void add(FinishedRun run, OutputFolder output) throws IOException {
        runs.put(run.spec().csv(), run);
        write(output, FILTERS, FILTERS_HEADER, runs.values().stream()
                .map(RunTable::filterLines).collect(Collectors.joining()));
        write(output, EPOCHS, EPOCHS_HEADER, runs.values().stream()
                .map(RunTable::epochLines).collect(Collectors.joining()));
        write(output, RUNS, RUNS_HEADER, runs.values().stream()
                .map(each -> String.join(",", data.csv(), each.spec().csv(), each.diverged() ? "diverged" : "finished",
                        each.last().csv()) + "\n")
                .collect(Collectors.joining()));
    }

    private static String epochLines(FinishedRun run) {
        return run.epochs().stream()
                .map(epoch -> run.spec().csv() + "," + epoch.csv() + "\n").collect(Collectors.joining());
    }

    private static String filterLines(FinishedRun run) {
        StringBuilder lines = new StringBuilder();
        for (int epoch = 0; epoch < run.filterNorms().size(); epoch++) {
            lines.append(run.spec().csv()).append(',').append(epoch).append(',')
                    .append(Arrays.stream(run.filterNorms().get(epoch)).mapToObj(norm -> Digits.plain(Digits.six(norm)))
                            .collect(Collectors.joining(",")))
                    .append('\n');
        }
        return lines.toString();
    }

    private static void write(OutputFolder output, String file, String header, String lines) throws IOException {
        output.write(file, (header + "\n" + lines).getBytes(StandardCharsets.UTF_8));
    }
}
