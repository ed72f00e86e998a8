package io.github.powergrad.examples.study;

import io.github.powergrad.examples.data.DataException;
import io.github.powergrad.examples.files.OutputFolder;
import io.github.powergrad.examples.train.EpochResult;
import io.github.powergrad.examples.train.Metric;
import io.github.powergrad.examples.train.NumberText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * All runs of a study that have ended, in CSV files: {@value #RUNS} with one row per run, {@value #EPOCHS} with one
 * row per epoch, {@value #FILTERS} with the norms of the filters, {@value #TWINS} with what twins are compared by. A run is there when its row in {@value #RUNS} is, which
 * is written last; each file is replaced as a whole, so a kill at any moment loses only runs that had not ended.
 *
 * <p>The rows are sorted and hold no times, so that the files do not depend on which run ended first.
 */
final class RunTable {

    static final String RUNS = "runs.csv";
    static final String EPOCHS = "epochs.csv";
    static final String FILTERS = "filters.csv";
    static final String TWINS = "twins.csv";

    /**
     * What is kept of an epoch. NaN where the training had diverged, and where there was nothing to measure: the training
     * images after any but the last epoch, except in the runs that are followed; the filters of normalized networks.
     */
    private static final List<Metric> MEASURES = List.of(Metric.TRAIN_LOSS, Metric.TRAIN_TOP1, Metric.TEST_TOP1,
            Metric.TEST_CROSS_ENTROPY, Metric.LOGIT_NORM, Metric.ZEROED_FILTERS, Metric.SILENT_FILTERS);

    private static final List<String> EPOCHS_HEADER = joined(RunSpec.COLUMNS, List.of("epoch"),
            MEASURES.stream().map(RunTable::column).collect(Collectors.toList()));
    private static final List<String> RUNS_HEADER = joined(List.of("data"), RunSpec.COLUMNS, List.of("outcome"),
            EPOCHS_HEADER.subList(RunSpec.COLUMNS.size(), EPOCHS_HEADER.size()));
    private static final List<String> FILTERS_HEADER = joined(RunSpec.COLUMNS, List.of("epoch", "norms..."));
    private static final String TRANSFORM_TOP1 = "transform_test_top1";
    private static final String SCALED_CROSS_ENTROPY = "transform_cross_entropy_of_alpha_z";
    private static final String LOGIT_DIFFERENCE = "largest_logit_difference";
    private static final List<String> TWINS_HEADER =
            joined(RunSpec.COLUMNS, List.of(TRANSFORM_TOP1, SCALED_CROSS_ENTROPY, LOGIT_DIFFERENCE));
    private static final CSVFormat CSV = CSVFormat.DEFAULT;
    private static final CSVFormat WITH_HEADER = CSV.builder().setHeader().get();

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
        Map<RunSpec, List<EpochResult>> epochs = new HashMap<>();
        eachRow(folder.resolve(EPOCHS), EPOCHS_HEADER, row -> {
            RunSpec spec = RunSpec.parse(row::get);
            epochs.computeIfAbsent(spec, its -> new ArrayList<>()).add(epoch(spec, row));
        });
        Map<RunSpec, List<double[]>> filters = new HashMap<>();
        eachRow(folder.resolve(FILTERS), FILTERS_HEADER, row -> filters
                .computeIfAbsent(RunSpec.parse(row::get), spec -> new ArrayList<>())
                .add(row.stream().skip(FILTERS_HEADER.size() - 1).mapToDouble(Double::parseDouble).toArray()));
        Map<RunSpec, TwinGap> gaps = new HashMap<>();
        // Not there in a study that was started before there were twins.
        if (Files.exists(folder.resolve(TWINS))) {
            eachRow(folder.resolve(TWINS), TWINS_HEADER, row -> gaps.put(RunSpec.parse(row::get), new TwinGap(
                    Double.parseDouble(row.get(TRANSFORM_TOP1)), Double.parseDouble(row.get(SCALED_CROSS_ENTROPY)),
                    Double.parseDouble(row.get(LOGIT_DIFFERENCE)))));
        }
        Map<String, FinishedRun> runs = new TreeMap<>();
        List<DataDescription> data = new ArrayList<>();
        eachRow(folder.resolve(RUNS), RUNS_HEADER, row -> {
            data.add(DataDescription.parse(row.get("data")));
            RunSpec spec = RunSpec.parse(row::get);
            List<EpochResult> itsEpochs = epochs.getOrDefault(spec, List.of());
            EpochResult last = epoch(spec, row);
            if (itsEpochs.isEmpty() || !cells(itsEpochs.get(itsEpochs.size() - 1)).equals(cells(last))) {
                throw new IllegalArgumentException("its last epoch is not in " + EPOCHS);
            }
            FinishedRun run = new FinishedRun(spec, itsEpochs, filters.getOrDefault(spec, List.of()));
            if (spec.isTwin() && !gaps.containsKey(spec)) {
                throw new IllegalArgumentException("it is not in " + TWINS);
            }
            runs.put(spec.toString(), spec.isTwin() ? run.with(gaps.get(spec)) : run);
        });
        if (data.stream().distinct().count() != 1) {
            throw new DataException(folder.resolve(RUNS) + " holds runs on different images, or none; delete it, or"
                    + " choose another folder with --out");
        }
        return new RunTable(data.get(0), runs);
    }

    private static String column(Metric metric) {
        return metric == Metric.TRAIN_LOSS ? "train_cross_entropy" : metric.column();
    }

    private static EpochResult epoch(RunSpec spec, CSVRecord row) {
        Map<Metric, Double> values = new EnumMap<>(Metric.class);
        MEASURES.forEach(metric -> values.put(metric, Double.valueOf(row.get(column(metric)))));
        return new EpochResult(spec.plan(), Integer.parseInt(row.get("epoch")), values);
    }

    private static List<String> cells(EpochResult result) {
        return joined(List.of(String.valueOf(result.epoch())),
                MEASURES.stream().map(metric -> sixDigits(result.get(metric))).collect(Collectors.toList()));
    }

    private static String sixDigits(double value) {
        return NumberText.plain(NumberText.sixDigits(value));
    }

    private static void eachRow(Path file, List<String> header, Consumer<CSVRecord> row) throws IOException {
        long line = 1;
        try (CSVParser rows = CSVParser.parse(file, StandardCharsets.UTF_8, WITH_HEADER)) {
            if (!rows.getHeaderNames().equals(header)) {
                throw new DataException(file + " is not of this version of the study: its first line is not "
                        + String.join(",", header) + "; choose another folder with --out");
            }
            for (CSVRecord cells : rows) {
                line++;
                row.accept(cells);
            }
        } catch (IllegalArgumentException damaged) {
            throw new DataException(file + " is damaged in line " + line + " (" + damaged.getMessage()
                    + "); restore it, delete that run's lines in all CSV files, or choose another folder with --out");
        } catch (DataException itself) {
            throw itself;
        } catch (IOException | UncheckedIOException unreadable) {
            throw new DataException(file + " cannot be read (" + unreadable + "); the files runs.csv, epochs.csv,"
                    + " filters.csv and twins.csv belong together: restore it, or choose another folder with --out");
        }
    }

    /** The images of all runs. */
    DataDescription data() {
        return data;
    }

    /** The runs, in an order of their own. */
    synchronized Collection<FinishedRun> runs() {
        return List.copyOf(runs.values());
    }

    /** The run of a specification; null if it has not ended yet. */
    synchronized FinishedRun run(RunSpec spec) {
        return runs.get(spec.toString());
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
        runs.put(run.spec().toString(), run);
        write(output, FILTERS, FILTERS_HEADER, runs.values().stream().flatMap(RunTable::filterRows));
        if (runs.values().stream().anyMatch(each -> each.gap().isPresent())) {
            write(output, TWINS, TWINS_HEADER, runs.values().stream().flatMap(RunTable::twinRow));
        }
        write(output, EPOCHS, EPOCHS_HEADER, runs.values().stream()
                .flatMap(each -> each.epochs().stream().map(epoch -> joined(each.spec().cells(), cells(epoch)))));
        write(output, RUNS, RUNS_HEADER, runs.values().stream().map(each -> joined(List.of(data.cell()),
                each.spec().cells(), List.of(each.diverged() ? "diverged" : "finished"), cells(each.last()))));
    }

    private static Stream<List<String>> filterRows(FinishedRun run) {
        return IntStream.range(0, run.filterNorms().size()).mapToObj(epoch -> joined(run.spec().cells(),
                List.of(String.valueOf(epoch)), Arrays.stream(run.filterNorms().get(epoch))
                        .mapToObj(RunTable::sixDigits).collect(Collectors.toList())));
    }

    private static Stream<List<String>> twinRow(FinishedRun run) {
        return run.gap().stream().map(gap -> joined(run.spec().cells(),
                List.of(sixDigits(gap.top1()), sixDigits(gap.crossEntropy()), sixDigits(gap.logitDifference()))));
    }

    private static void write(OutputFolder output, String file, List<String> header, Stream<List<String>> rows)
            throws IOException {
        output.write(file, Stream.concat(Stream.of(header), rows).map(row -> CSV.format(row.toArray()) + "\n")
                .collect(Collectors.joining()).getBytes(StandardCharsets.UTF_8));
    }

    @SafeVarargs
    private static List<String> joined(List<String>... cells) {
        return Arrays.stream(cells).flatMap(List::stream).collect(Collectors.toList());
    }
}
