package io.github.powergrad.examples.study;

import io.github.powergrad.examples.data.DataException;
import io.github.powergrad.examples.files.OutputFolder;
import io.github.powergrad.examples.train.Calibration;
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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * All runs of a study that have ended, in CSV files: {@value #RUNS} with one row per run, {@value #EPOCHS} with one row
 * per epoch, {@value #FILTERS} with the norms of the filters, {@value #TWINS} with what twins are compared by,
 * {@value #CALIBRATION} with the bins of reliability diagrams. A run is there when its row in {@value #RUNS} is, which
 * is written last. Each file is replaced as a whole, so a kill at any moment loses only runs that had not ended.
 *
 * <p>The rows are sorted and hold no times, so that the files do not depend on which run ended first.
 */
final class RunTable {

    static final String RUNS = "runs.csv";
    static final String EPOCHS = "epochs.csv";
    static final String FILTERS = "filters.csv";
    static final String TWINS = "twins.csv";
    static final String CALIBRATION = "calibration.csv";

    /**
     * What is kept of an epoch. NaN where the training had diverged, and where there was nothing to measure: the
     * training images after any but the last epoch, except in the runs that are followed; the filters of normalized
     * networks.
     */
    private static final List<Metric> MEASURES = List.of(Metric.TRAIN_LOSS, Metric.TRAIN_TOP1, Metric.TEST_TOP1,
            Metric.TEST_CROSS_ENTROPY, Metric.LOGIT_NORM, Metric.ZEROED_FILTERS, Metric.SILENT_FILTERS);

    private static final List<String> EPOCH_COLUMNS = joined(List.of("epoch"),
            MEASURES.stream().map(RunTable::column).collect(Collectors.toList()));
    private static final List<String> EPOCHS_HEADER = joined(RunSpec.COLUMNS, EPOCH_COLUMNS);
    private static final List<String> RUNS_HEADER =
            joined(List.of("data"), RunSpec.COLUMNS, List.of("outcome"), EPOCH_COLUMNS);
    private static final List<String> FILTERS_HEADER = joined(RunSpec.COLUMNS, List.of("epoch", "norms..."));
    private static final List<String> TWINS_HEADER = joined(RunSpec.COLUMNS,
            List.of("transform_test_top1", "transform_cross_entropy_of_alpha_z", "largest_logit_difference"));
    private static final List<String> CALIBRATION_HEADER = joined(
            RunSpec.COLUMNS, List.of("probabilities", "bin", "images", "accuracy", "confidence"));

    /** What the probabilities softmax(z) and softmax(αz) are called. */
    private static final List<String> PROBABILITIES = List.of("p", "p'");

    private static final CSVFormat CSV = CSVFormat.DEFAULT.builder().setRecordSeparator('\n').get();

    private final DataDescription data;
    private final Map<String, FinishedRun> runs;

    private RunTable(DataDescription data, Map<String, FinishedRun> runs) {
        this.data = data;
        this.runs = runs;
    }

    /** A table without runs, on some images. */
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
        Map<RunSpec, List<EpochResult>> epochs = read(folder.resolve(EPOCHS), EPOCHS_HEADER, RunTable::epoch);
        Map<RunSpec, List<double[]>> filters = read(folder.resolve(FILTERS), FILTERS_HEADER, (spec, row) ->
                row.stream().skip(FILTERS_HEADER.size() - 1).mapToDouble(Double::parseDouble).toArray());
        // These two are not there in a study that was started before there were such runs.
        Map<RunSpec, List<Twin.Gap>> gaps = !Files.exists(folder.resolve(TWINS)) ? Map.of()
                : read(folder.resolve(TWINS), TWINS_HEADER, RunTable::gap);
        Map<RunSpec, List<Calibration>> calibrations = new HashMap<>();
        if (Files.exists(folder.resolve(CALIBRATION))) {
            read(folder.resolve(CALIBRATION), CALIBRATION_HEADER, (spec, row) -> restored(row, calibrations
                    .computeIfAbsent(spec, its -> List.of(new Calibration(1), new Calibration(spec.alpha())))));
        }
        Set<DataDescription> data = new HashSet<>();
        Map<String, FinishedRun> runs = new TreeMap<>();
        read(folder.resolve(RUNS), RUNS_HEADER, (spec, row) -> {
            data.add(new DataDescription(row.get("data")));
            List<EpochResult> its = epochs.getOrDefault(spec, List.of());
            if (its.isEmpty() || !cells(its.get(its.size() - 1)).equals(cells(epoch(spec, row)))) {
                throw new IllegalArgumentException("its last epoch is not in " + EPOCHS);
            }
            if (spec.isTwin() && !gaps.containsKey(spec)) {
                throw new IllegalArgumentException("it is not in " + TWINS);
            }
            FinishedRun run = new FinishedRun(spec, its, filters.getOrDefault(spec, List.of()),
                    spec.isTwin() ? gaps.get(spec).get(0) : null, calibrations.getOrDefault(spec, List.of()));
            if (spec.keepsCalibrations() && !run.diverged() && run.calibrations.isEmpty()) {
                throw new IllegalArgumentException("it is not in " + CALIBRATION);
            }
            return runs.put(spec.toString(), run);
        });
        if (data.size() != 1) {
            throw new DataException(folder.resolve(RUNS) + " holds runs on different images, or none; delete it, or"
                    + " choose another folder for the results");
        }
        return new RunTable(data.iterator().next(), runs);
    }

    /** Reads the rows of a file, by the specification in each. */
    private static <T> Map<RunSpec, List<T>> read(
            Path file, List<String> header, BiFunction<RunSpec, CSVRecord, T> parsed) throws IOException {
        Map<RunSpec, List<T>> all = new HashMap<>();
        long line = 1;
        try (CSVParser rows = CSVParser.parse(file, StandardCharsets.UTF_8, CSV.builder().setHeader().get())) {
            if (!rows.getHeaderNames().equals(header)) {
                throw new DataException(file + " is not of this version of the study: its first line is not "
                        + String.join(",", header) + "; choose another folder for the results");
            }
            for (CSVRecord row : rows) {
                line++;
                RunSpec spec = RunSpec.parse(row::get);
                all.computeIfAbsent(spec, its -> new ArrayList<>()).add(parsed.apply(spec, row));
            }
            return all;
        } catch (IllegalArgumentException | IndexOutOfBoundsException damaged) {
            throw new DataException(file + " is damaged in line " + line + " (" + damaged.getMessage() + "); restore it,"
                    + " delete that run's lines in all CSV files, or choose another folder for the results");
        } catch (DataException itself) {
            throw itself;
        } catch (IOException | UncheckedIOException unreadable) {
            throw new DataException(file + " cannot be read (" + unreadable + "); the study's CSV files belong"
                    + " together: restore it, or choose another folder for the results");
        }
    }

    private static String column(Metric metric) {
        return metric == Metric.TRAIN_LOSS ? "train_cross_entropy" : metric.column();
    }

    private static EpochResult epoch(RunSpec spec, CSVRecord row) {
        Map<Metric, Double> values = new EnumMap<>(Metric.class);
        MEASURES.forEach(metric -> values.put(metric, Double.valueOf(row.get(column(metric)))));
        return new EpochResult(spec.plan(), Integer.parseInt(row.get("epoch")), values);
    }

    private static Twin.Gap gap(RunSpec spec, CSVRecord row) {
        double[] values = row.stream().skip(RunSpec.COLUMNS.size()).mapToDouble(Double::parseDouble).toArray();
        return new Twin.Gap(values[0], values[1], values[2]);
    }

    private static Calibration restored(CSVRecord row, List<Calibration> its) {
        Calibration calibration = its.get(PROBABILITIES.indexOf(row.get("probabilities")));
        calibration.restore(Integer.parseInt(row.get("bin")) - 1, Long.parseLong(row.get("images")),
                Double.parseDouble(row.get("accuracy")), Double.parseDouble(row.get("confidence")));
        return calibration;
    }

    private static Stream<List<String>> calibrationRows(FinishedRun run) {
        return IntStream.range(0, run.calibrations.size()).boxed().flatMap(number -> {
            Calibration its = run.calibrations.get(number);
            return IntStream.range(0, Calibration.BINS).filter(bin -> its.images(bin) > 0).mapToObj(bin -> joined(
                    run.spec.cells(), List.of(PROBABILITIES.get(number)),
                    numbers(bin + 1, its.images(bin), its.accuracy(bin), its.confidence(bin))));
        });
    }

    private static List<String> cells(EpochResult result) {
        return joined(List.of(String.valueOf(result.epoch())),
                numbers(MEASURES.stream().mapToDouble(result::get).toArray()));
    }

    private static List<String> numbers(double... values) {
        return DoubleStream.of(values).mapToObj(value -> NumberText.plain(NumberText.sixDigits(value)))
                .collect(Collectors.toList());
    }

    /** The images of all runs. */
    DataDescription data() {
        return data;
    }

    /** The runs, in an order of their own. */
    Collection<FinishedRun> runs() {
        return List.copyOf(runs.values());
    }

    /** The run of a specification; null if it has not ended yet. */
    FinishedRun run(RunSpec spec) {
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
    void add(FinishedRun run, OutputFolder output) throws IOException {
        runs.put(run.spec.toString(), run);
        write(output, FILTERS, FILTERS_HEADER, runs().stream().flatMap(each ->
                IntStream.range(0, each.filterNorms.size()).mapToObj(epoch -> joined(each.spec.cells(),
                        List.of(String.valueOf(epoch)), numbers(each.filterNorms.get(epoch))))));
        write(output, TWINS, TWINS_HEADER, runs().stream().filter(each -> each.gap != null)
                .map(each -> joined(each.spec.cells(),
                        numbers(each.gap.top1, each.gap.crossEntropy, each.gap.logitDifference))));
        write(output, CALIBRATION, CALIBRATION_HEADER, runs().stream().flatMap(RunTable::calibrationRows));
        write(output, EPOCHS, EPOCHS_HEADER, runs().stream()
                .flatMap(each -> each.epochs.stream().map(epoch -> joined(each.spec.cells(), cells(epoch)))));
        write(output, RUNS, RUNS_HEADER, runs().stream().map(each -> joined(List.of(data.cell()), each.spec.cells(),
                List.of(each.diverged() ? "diverged" : "finished"), cells(each.last()))));
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
