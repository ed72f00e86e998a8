package io.github.powergrad;

import static io.github.powergrad.LossPowerGradTest.IDENTITY;
import static io.github.powergrad.LossPowerGradTest.SOFTMAX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.github.powergrad.RandomMinibatch.Labels;
import io.github.powergrad.RandomMinibatch.Layout;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.lossfunctions.impl.LossMCXENT;

/** Over random shapes, types, layouts, alphas, labels, masks, weights and smoothing, against plain Java. */
@Label("Whatever the minibatch, the loss")
class LossPropertiesTest {

    /** A minibatch, how it is stored, and the settings of the loss. */
    static final class Case {

        final RandomMinibatch batch;
        final Labels kind;
        final DataType type;
        final Layout logitsLayout;
        final Layout labelsLayout;
        final double alpha;
        final double smoothing;

        Case(int[] shape, double scale, Labels kind, int options, DataType type, Layout[] layouts, double alpha,
                long seed) {
            batch = new RandomMinibatch(shape[0], shape[1], scale, kind, (options & 1) != 0, (options & 2) != 0, type,
                    seed);
            this.kind = kind;
            this.type = type;
            this.alpha = alpha;
            logitsLayout = layouts[0];
            labelsLayout = layouts[1];
            smoothing = (options & 4) != 0 ? 0.1 : 0;
        }

        LossPowerGrad loss() {
            LossPowerGrad.Builder builder =
                    kind == Labels.INTEGER ? LossSparsePowerGrad.builder() : LossPowerGrad.builder();
            return builder.alpha(alpha).labelSmoothing(smoothing).weights(batch.weightRow()).softmaxClipEps(0).build();
        }

        INDArray logits() {
            return RandomMinibatch.laidOut(batch.logits, type, logitsLayout);
        }

        INDArray labels() {
            return kind == Labels.INTEGER ? batch.indices()
                    : RandomMinibatch.laidOut(batch.labels, type, labelsLayout);
        }

        double[] target(int row) {
            return Reference.smoothed(batch.labels[row], smoothing);
        }

        double mask(int row) {
            return batch.mask == null ? 1 : batch.mask[row];
        }

        /** Rounding grows with the sum of what is weighed and subtracted. */
        double tolerance(int row) {
            double share = Math.max(1, Arrays.stream(target(row)).sum()) * (batch.weights == null ? 1 : 2);
            return share * (type == DataType.DOUBLE ? 1e-12 : type == DataType.FLOAT ? 2e-6
                    : type == DataType.HALF ? 1e-3 : 8e-3);
        }

        @Override
        public String toString() {
            return batch.logits.length + "x" + batch.logits[0].length + " " + type + " " + kind + " " + logitsLayout + "/"
                    + labelsLayout + " alpha " + alpha + " smoothing " + smoothing + " weights "
                    + Arrays.toString(batch.weights) + " mask " + Arrays.toString(batch.mask);
        }
    }

    @Provide
    Arbitrary<Case> cases() {
        return cases(Arbitraries.of(DataType.DOUBLE, DataType.FLOAT, DataType.HALF, DataType.BFLOAT16));
    }

    @Provide
    Arbitrary<Case> exactTypes() {
        return cases(Arbitraries.of(DataType.DOUBLE, DataType.FLOAT));
    }

    private static Arbitrary<Case> cases(Arbitrary<DataType> types) {
        Arbitrary<int[]> shapes = Combinators.combine(Arbitraries.integers().between(1, 17),
                Arbitraries.integers().between(1, 70)).as((examples, classes) -> new int[] {examples, classes});
        Arbitrary<Layout[]> layouts = Arbitraries.of(Layout.class).array(Layout[].class).ofSize(2);
        Arbitrary<Double> alphas = Arbitraries.oneOf(Arbitraries.of(0.0, Double.MIN_VALUE, 0.05, 0.25, 0.3,
                Math.nextDown(1.0), 1.0), Arbitraries.doubles().between(0, 1).ofScale(6));
        return Combinators.combine(shapes, Arbitraries.of(0.01, 1.0, 10.0, 300.0), Arbitraries.of(Labels.class),
                Arbitraries.integers().between(0, 7), types, layouts, alphas, Arbitraries.longs()).as(Case::new);
    }

    @Property(tries = 400)
    @Label("has the gradient of the formula")
    void hasTheGradientOfTheFormula(@ForAll("cases") Case it) {
        INDArray gradient = it.loss().computeGradient(it.labels(), it.logits(), SOFTMAX, it.batch.maskColumn());

        assertThat(gradient.dataType()).isEqualTo(it.type);
        double[][] rows = Reference.rows(gradient);
        for (int n = 0; n < rows.length; n++) {
            double mask = it.mask(n);
            double[] expected = Arrays.stream(Reference.gradient(it.batch.logits[n], it.target(n), it.alpha,
                    it.batch.weights)).map(g -> g * mask).toArray();
            assertThat(rows[n]).containsExactly(expected, within(it.tolerance(n)));
        }
    }

    @Property(tries = 300)
    @Label("scores the cross-entropy, whatever alpha")
    void scoresTheCrossEntropy(@ForAll("cases") Case it) {
        double[] scores = it.loss().computeScoreArray(it.labels(), it.logits(), SOFTMAX, it.batch.maskColumn())
                .castTo(DataType.DOUBLE).toDoubleVector();
        double sum = 0;
        for (int n = 0; n < scores.length; n++) {
            double expected = it.mask(n) * Reference.crossEntropy(it.batch.logits[n], it.target(n), it.batch.weights);
            sum += expected;
            assertThat(scores[n]).isCloseTo(expected, within(it.tolerance(n) * Math.max(1, Math.abs(expected))));
        }
        // computed in DOUBLE, but smoothing of shorter labels is rounded
        double tolerance = 1e-9 * Math.max(1, Math.abs(sum)) * (it.type == DataType.DOUBLE ? 1 : 1e3);
        assertThat(it.loss().computeScore(it.labels(), it.logits(), SOFTMAX, it.batch.maskColumn(), false))
                .isCloseTo(sum, within(tolerance));
        assertThat(it.loss().computeScore(it.labels(), it.logits(), SOFTMAX, it.batch.maskColumn(), true))
                .isCloseTo(sum / scores.length, within(tolerance));
    }

    @Property(tries = 200)
    @Label("behind a softmax layer hands back the same gradient")
    void behindASoftmaxLayerHandsBackTheSameGradient(@ForAll("exactTypes") Case it) {
        double[][] p = Arrays.stream(it.batch.logits)
                .map(z -> Reference.softmax(Arrays.stream(z).map(v -> Math.tanh(v) * 8).toArray(), 1))
                .toArray(double[][]::new);
        INDArray probabilities = RandomMinibatch.laidOut(p, DataType.DOUBLE, it.logitsLayout);

        double[][] rows = Reference.rows(
                it.loss().computeGradient(it.labels(), probabilities, IDENTITY, it.batch.maskColumn()));

        for (int n = 0; n < rows.length; n++) {
            double[] logits = Arrays.stream(p[n]).map(Math::log).toArray();
            double mask = it.mask(n);
            double sum = Arrays.stream(it.target(n)).sum();
            if (it.batch.weights == null && Math.abs(sum - 1) > 1e-12) {
                continue; // without weights the softmax form takes s = 1, the identity form s = sum q
            }
            double[] expected = Arrays.stream(Reference.gradient(logits, it.target(n), it.alpha, it.batch.weights))
                    .map(g -> g * mask).toArray();
            assertThat(Reference.throughSoftmax(p[n], rows[n])).containsExactly(expected, within(1e-9));
        }
    }

    @Property(tries = 150)
    @Label("at alpha = 1 without smoothing has LossMCXENT's gradient to the last bit")
    void atAlphaOneIsLossMCXENT(@ForAll("exactTypes") Case it) {
        INDArray labels = RandomMinibatch.laidOut(it.batch.labels, it.type, it.labelsLayout);
        if (it.batch.mask != null && (it.batch.mask.length == 1 || it.batch.logits[0].length == 1)) {
            return; // LossMCXENT takes such a mask for one per output
        }
        LossMCXENT theirs = new LossMCXENT();
        theirs.setWeights(it.batch.weightRow()); // its constructor refuses the weight of a single class in 1.0.0-M1.1
        LossPowerGrad ours = LossPowerGrad.builder().alpha(1).weights(it.batch.weightRow()).build();

        INDArray expected = theirs.computeGradient(labels, it.logits(), SOFTMAX, it.batch.maskColumn());
        INDArray gradient = ours.computeGradient(labels, it.logits(), SOFTMAX, it.batch.maskColumn());

        assertThat(Reference.rows(gradient)).isDeepEqualTo(Reference.rows(expected));
    }

    @Property(tries = 150)
    @Label("modifies none of its arguments")
    void modifiesNoneOfItsArguments(@ForAll("cases") Case it) {
        INDArray logits = it.logits();
        INDArray labels = it.labels();
        INDArray mask = it.batch.maskColumn();
        double[][] labelsBefore = Reference.rows(labels);

        it.loss().computeGradientAndScore(labels, logits, SOFTMAX, mask, true);
        it.loss().computeScoreArray(labels, logits, SOFTMAX, mask);

        assertThat(Reference.rows(logits)).isDeepEqualTo(it.batch.logits);
        assertThat(Reference.rows(labels)).isDeepEqualTo(labelsBefore);
        if (mask != null) {
            assertThat(mask.ravel().toDoubleVector()).containsExactly(it.batch.mask);
        }
    }

    @Property(tries = 150)
    @Label("transforms without changing the order, towards the uniform distribution")
    void theTransformKeepsTheOrder(@ForAll("exactTypes") Case it) {
        double[][] transformed = Reference.rows(PowerTransform.ofLogits(it.logits(), it.alpha));
        for (int n = 0; n < transformed.length; n++) {
            double[] z = it.batch.logits[n];
            double[] p = Reference.softmax(z, 1);
            double largest = Arrays.stream(p).max().orElseThrow();
            double slack = it.type == DataType.DOUBLE ? 1e-12 : 2e-6;
            assertThat(transformed[n]).containsExactly(Reference.softmax(z, it.alpha), within(slack));
            assertThat(Arrays.stream(transformed[n]).sum()).isCloseTo(1, within(70 * slack));
            assertThat(Arrays.stream(transformed[n]).max().orElseThrow()).isLessThanOrEqualTo(largest + slack);
            for (int c = 1; c < z.length; c++) {
                if (z[c] > z[c - 1]) {
                    assertThat(transformed[n][c]).isGreaterThanOrEqualTo(transformed[n][c - 1]);
                }
            }
        }
    }
}
