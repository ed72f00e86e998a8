package io.github.powergrad.examples.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

@DisplayName("The calibration of probabilities")
class CalibrationTest {

    private static final int IMAGES = 700;
    private static final int CLASSES = 4;
    private static final double ALPHA = 0.25;

    private final double[][] logits = new double[IMAGES][CLASSES];
    private final int[] labels = new int[IMAGES];

    CalibrationTest() {
        Random random = new Random(5);
        for (int image = 0; image < IMAGES; image++) {
            labels[image] = random.nextInt(CLASSES);
            for (int i = 0; i < CLASSES; i++) {
                // A float, as that is what a network gives.
                logits[image][i] = (float) (6 * random.nextGaussian() + (i == labels[image] ? 5 : 0));
            }
        }
    }

    private LogitMeasures measured(int from, int to, double alpha) {
        INDArray z = Nd4j.create(DataType.FLOAT, to - from, CLASSES);
        INDArray q = Nd4j.zeros(DataType.FLOAT, to - from, CLASSES);
        for (int image = from; image < to; image++) {
            for (int i = 0; i < CLASSES; i++) {
                z.putScalar(image - from, i, logits[image][i]);
            }
            q.putScalar(image - from, labels[image], 1);
        }
        LogitMeasures measures = new LogitMeasures(CLASSES, alpha);
        measures.add(z, q);
        return measures;
    }

    /** As in the paper: the probabilities first, then the images of each bin one bin after another. */
    private double[] crossEntropyAndError(double factor) {
        double crossEntropy = 0;
        double error = 0;
        for (int bin = 1; bin <= 15; bin++) {
            int images = 0;
            double correct = 0;
            double confidence = 0;
            for (int image = 0; image < IMAGES; image++) {
                double[] p = new double[CLASSES];
                double sum = 0;
                for (int i = 0; i < CLASSES; i++) {
                    p[i] = Math.exp(factor * logits[image][i]);
                    sum += p[i];
                }
                int best = 0;
                for (int i = 0; i < CLASSES; i++) {
                    p[i] /= sum;
                    best = p[i] > p[best] ? i : best;
                }
                if (p[best] > (bin - 1) / 15.0 && p[best] <= bin / 15.0) {
                    images++;
                    correct += best == labels[image] ? 1 : 0;
                    confidence += p[best];
                    crossEntropy -= Math.log(p[labels[image]]);
                }
            }
            if (images > 0) {
                error += images / (double) IMAGES * Math.abs(correct / images - confidence / images);
            }
        }
        return new double[] {crossEntropy / IMAGES, error};
    }

    @Test
    void equals_a_plain_computation_for_p_and_for_p_folded() {
        LogitMeasures measures = measured(0, IMAGES, ALPHA);

        double[] plain = crossEntropyAndError(1);
        assertThat(measures.plain().crossEntropy()).isCloseTo(plain[0], within(1e-12));
        assertThat(measures.plain().error()).isCloseTo(plain[1], within(1e-12)).isGreaterThan(0.02);
        double[] folded = crossEntropyAndError(ALPHA);
        assertThat(measures.folded().crossEntropy()).isCloseTo(folded[0], within(1e-12));
        assertThat(measures.folded().error()).isCloseTo(folded[1], within(1e-12)).isGreaterThan(0.02);
    }

    @Test
    void is_the_same_for_minibatches_that_are_added_up() {
        LogitMeasures sum = new LogitMeasures(CLASSES, ALPHA);
        sum.add(measured(0, 100, ALPHA));
        sum.add(measured(100, 350, ALPHA).plus(measured(350, IMAGES, ALPHA)));
        LogitMeasures all = measured(0, IMAGES, ALPHA);

        assertThat(sum.plain().error()).isCloseTo(all.plain().error(), within(1e-13));
        assertThat(sum.folded().error()).isCloseTo(all.folded().error(), within(1e-13));
        assertThat(sum.folded().crossEntropy()).isCloseTo(all.folded().crossEntropy(), within(1e-12));
        for (int bin = 0; bin < Calibration.BINS; bin++) {
            assertThat(sum.folded().images(bin)).as("images in bin " + bin).isEqualTo(all.folded().images(bin));
        }
    }

    @Test
    void refuses_to_add_up_what_was_measured_with_another_alpha() {
        LogitMeasures measures = measured(0, 10, ALPHA);
        assertThatThrownBy(() -> measures.add(measured(0, 10, 0.5)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("alpha 0.5");
    }

    @Test
    void counts_an_image_in_the_bin_of_its_confidence() {
        Calibration half = new Calibration(1);
        half.add(new float[] {2, 2}, 0, true);
        assertThat(half.images(7)).isEqualTo(1);
        assertThat(half.confidence(7)).isEqualTo(0.5);
        assertThat(half.accuracy(7)).isEqualTo(1);
    }

    @Test
    void counts_a_sure_image_in_the_last_bin_and_one_on_an_edge_in_the_bin_below() {
        Calibration sure = new Calibration(1);
        sure.add(new float[] {1000, 0}, 0, true);
        assertThat(sure.images(14)).isEqualTo(1);
        assertThat(sure.confidence(14)).isEqualTo(1);
        assertThat(sure.error()).isZero();

        Calibration third = new Calibration(1);
        third.add(new float[] {2, 2, 2}, 1, false);
        assertThat(third.images(4)).isEqualTo(1);
        assertThat(third.accuracy(4)).isZero();
        assertThat(third.error()).isEqualTo(1.0 / 3);
    }

    @Test
    void knows_no_difference_between_p_and_p_folded_where_alpha_is_1() {
        LogitMeasures measures = measured(0, 10, 1);
        assertThat(measures.folded()).isSameAs(measures.plain());
    }
}
