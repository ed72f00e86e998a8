package io.github.powergrad.examples.study;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("What a study says of the paper's claims")
class PaperClaimsTest {

    /** At the fixed rate, with the seeds that are reported. */
    private static final Predicate<RunSpec> FIXED = spec ->
            spec.learningRate() == StudyPlan.RATE && spec.seed() < StudyPlan.SELECTION;
    private static final Predicate<RunSpec> TRANSFORM =
            spec -> spec.alpha() == StudyPlan.ALPHA && spec.toString().contains(",transform,");
    private static final Predicate<RunSpec> BATCH_NORM = RunSpec::batchNorm;
    private static final Predicate<RunSpec> PLAIN = spec -> !spec.batchNorm()
            && spec.toString().contains(",0,none,");

    @TempDir
    Path folder;

    private final CraftedRuns runs = new CraftedRuns();

    private String verdict(String claim) throws IOException {
        String table = new PaperClaims(runs.in(folder)).table().toString();
        String row = table.lines().filter(line -> line.startsWith("| " + claim + " |")).findFirst().orElseThrow();
        return row.split(" \\| ")[1];
    }

    private String numbers(String claim) throws IOException {
        String table = new PaperClaims(runs.in(folder)).table().toString();
        return table.lines().filter(line -> line.startsWith("| " + claim + " |")).findFirst().orElseThrow()
                .split(" \\| ")[2];
    }

    private String sentence(int number) throws IOException {
        return new PaperClaims(runs.in(folder)).sentences().get(number);
    }

    /** The same with each seed, or one that is now above and now below 0. */
    private static ToDoubleFunction<RunSpec> points(String effect) {
        double points = Double.parseDouble(effect.replace("±", ""));
        return spec -> effect.startsWith("±") && spec.seed() % 2 == 0 ? -points : points + 0.01 * (spec.seed() % 10);
    }

    @ParameterizedTest
    @CsvSource({"2, holds", "-2, does not hold", "±2, not shown"})
    void a_gain_without_normalization_is_one_only_where_its_interval_is_above_0(String effect, String verdict)
            throws IOException {
        runs.add(FIXED.and(PLAIN).and(TRANSFORM), points(effect));

        assertThat(verdict("without normalization the transform gains")).isEqualTo(verdict);
    }

    @ParameterizedTest
    @CsvSource({"2, does not hold, 0.25", "-2, no gain shown, none", "±2, no gain shown, none"})
    void that_nothing_is_gained_with_batch_norm_is_refuted_by_a_gain_and_else_open(
            String effect, String verdict, String gaining) throws IOException {
        runs.add(FIXED.and(BATCH_NORM).and(TRANSFORM), points(effect));

        assertThat(verdict("with batch norm a small network gains nothing")).isEqualTo(verdict);
        assertThat(numbers("with batch norm a small network gains nothing")).contains("gains at α = " + gaining);
    }

    @ParameterizedTest
    @CsvSource({"2, holds, the network without normalization gains more",
        "-2, does not hold, the network with batch norm gains more",
        "±2, not shown, which of the two networks gains more is not shown"})
    void one_network_gains_more_only_where_the_interval_between_both_gains_says_so(
            String effect, String verdict, String words) throws IOException {
        // Both gain 3, so both gains are shown whatever is between them.
        runs.add(FIXED.and(PLAIN.or(BATCH_NORM)).and(TRANSFORM), spec -> 3);
        runs.add(FIXED.and(PLAIN).and(TRANSFORM), points(effect));

        assertThat(verdict("networks without normalization gain more")).isEqualTo(verdict);
        assertThat(sentence(0)).endsWith(": " + words + ".");
    }

    @Test
    void the_first_sentence_has_both_gains_and_what_is_between_them() throws IOException {
        runs.add(FIXED.and(PLAIN).and(TRANSFORM), spec -> spec.seed());
        runs.add(FIXED.and(BATCH_NORM).and(TRANSFORM), spec -> 1);

        // 1, 2, 3: mean 2, deviation 1, and t(0.975, 2) = 4.303.
        assertThat(sentence(0)).startsWith("At learning rate 0.04 the transform (α = 0.25) changes test top-1 by"
                + " +2.00 [-0.48, +4.48] points without normalization and by +1.00 [+1.00, +1.00] points with batch"
                + " norm (mean and 95 % interval, 3 seeds). The first is +1.00 [-1.48, +3.48] points more");
    }

    @ParameterizedTest
    @CsvSource({"0, holds", "1, holds at most steps", "4, holds at most steps", "5, does not hold", "9, does not hold"})
    void a_rise_holds_at_most_steps_only_where_it_is_seen_at_more_than_half_of_them(int falls, String verdict)
            throws IOException {
        var alphas = runs.plan().alphas;
        for (int step = 1; step <= falls; step++) {
            double alpha = alphas.get(step);
            double value = 1 - 0.1 * step;
            runs.crossEntropy(BATCH_NORM.and(spec -> spec.alpha() == alpha), value);
            runs.logitNorm(PLAIN.and(spec -> spec.alpha() == alpha), value);
        }

        assertThat(verdict("the cross-entropy rises as α falls")).isEqualTo(verdict);
        assertThat(numbers("the cross-entropy rises as α falls"))
                .startsWith("at 9 of 9 steps without normalization, " + (9 - falls) + " of 9 with batch norm");
        assertThat(verdict("the logit norm rises as α falls")).isEqualTo(verdict);
    }

    @Test
    void low_alphas_are_unstable_only_where_a_run_failed() throws IOException {
        assertThat(verdict("α below 0.2 is unstable (in half precision)")).isEqualTo("not seen, in single precision");

        runs.diverge(FIXED.and(PLAIN).and(spec -> spec.alpha() == 0.1 && spec.seed() == 2));
        assertThat(verdict("α below 0.2 is unstable (in half precision)")).isEqualTo("seen, in single precision too");
        assertThat(numbers("α below 0.2 is unstable (in half precision)")).startsWith("1 of 6 runs failed");
    }

    @ParameterizedTest
    @CsvSource({"2, holds", "-2, does not hold", "±2, not shown"})
    void the_generalization_gap_grows_only_where_its_interval_says_so(String effect, String verdict)
            throws IOException {
        runs.addToGap(FIXED.and(PLAIN).and(TRANSFORM), points(effect));

        assertThat(verdict("the generalization gap grows with the transform")).isEqualTo(verdict);
    }

    @ParameterizedTest
    @CsvSource({"-2, holds", "2, does not hold", "±2, not shown"})
    void smoothing_closes_the_gap_only_where_its_interval_says_so(String effect, String verdict) throws IOException {
        runs.addToGap(TRANSFORM.and(spec -> spec.toString().contains(",0.1,none,")), points(effect));

        assertThat(verdict("label smoothing closes it")).isEqualTo(verdict);
    }

    /** Cross-entropy's best rate is 0.3, the transform's 0.08. */
    private void ownRates(String gain) {
        runs.add(PLAIN.and(spec -> spec.alpha() == 1 && spec.learningRate() == 0.3), spec -> 4);
        runs.add(PLAIN.and(TRANSFORM).and(spec -> spec.learningRate() == 0.08), spec -> 4);
        runs.add(PLAIN.and(TRANSFORM).and(spec -> spec.learningRate() == 0.08 && spec.seed() < 1000), points(gain));
    }

    @ParameterizedTest
    @CsvSource({
        "2,  1,  holds,         '50 % of the gain came from the learning rate, the rest remains'",
        "2,  3,  holds,         the gain does not come from the learning rate",
        "0,  1,  holds,         the gain does not come from the learning rate",
        "2,  -1, does not hold, cross-entropy is better at its own rate",
        "2,  ±1, not shown,     no gain is shown any more",
        "±2, ±1, not shown,     no gain is shown here either"})
    void what_is_left_of_the_gain_at_the_best_rates_is_told_by_both_intervals(
            String fixed, String own, String verdict, String words) throws IOException {
        runs.add(FIXED.and(PLAIN).and(TRANSFORM), points(fixed));
        ownRates(own);

        assertThat(verdict("the gain is there with both at their own best learning rate")).isEqualTo(verdict);
        assertThat(sentence(1)).startsWith("With each loss at its own best of 6 learning rates, 0.08 for the transform"
                + " and 0.3 for cross-entropy, ").contains(" points: " + words + ". It is taken over the 3 of 3 seeds");
    }

    @Test
    void the_second_sentence_and_the_tables_tell_from_how_many_seeds_a_difference_is() throws IOException {
        ownRates("1");
        runs.diverge(PLAIN.and(spec -> spec.alpha() == 1 && spec.learningRate() == 0.3 && spec.seed() == 2));

        assertThat(sentence(1)).contains("It is taken over the 2 of 3 seeds with which neither failed (failed runs:"
                + " transform none, cross-entropy 1 of 3). The rates were chosen with other seeds, but on the same test"
                + " images.");
        assertThat(numbers("the gain is there with both at their own best learning rate")).contains(", over 2 seeds");
        assertThat(runs.report(folder))
                .containsPattern("\\| 0.25 \\| 0.08 \\| [^|]* \\| [^|]* \\| \\+1.02 [^|]* \\| 2 \\|")
                .contains("(0.08 against 0.3 for cross-entropy, 2 seeds)")
                .contains("The lowest rate at which a run failed, here or above, is 0.3 at α = 1 and none at α = 0.05.");
    }

    @Test
    void the_third_sentence_says_how_far_apart_the_transform_and_its_twin_end() throws IOException {
        int pairs = runs.plan().twins().size();

        assertThat(sentence(2)).startsWith("Training with the transform is, step by step, ordinary training")
                .endsWith("Of " + pairs + " such pairs trained side by side, " + pairs + " end with equal test logits.");
    }

    @Test
    void the_third_sentence_has_median_and_maximum_of_the_pairs_that_do_not_end_equal() throws IOException {
        int pairs = runs.plan().twins().size();
        runs.gap(spec -> spec.alpha() == 0.3, 0, 1e-6)
                .add(spec -> spec.isTwin() && spec.alpha() == 0.3, spec -> -10 * spec.learningRate());

        // Differences of 0.2, 0.4, 0.8, 1.5, 3 and 6 points.
        assertThat(sentence(2)).endsWith("Of " + pairs + " such pairs trained side by side, " + (pairs - 6) + " end"
                + " with equal test logits; in the other 6 that do not fail, rounding grows to 1.15 points of test top-1"
                + " in the median and 6.00 at most.");
    }

    @Test
    void there_are_no_sentences_until_all_parts_have_ended() throws IOException {
        assertThat(new PaperClaims(new StudyResults(runs.plan(), RunTable.empty(
                new DataDescription("Fashion-MNIST 20000+4000 f29aca9e")))).sentences()).isEmpty();
    }
}
