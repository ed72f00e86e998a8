package io.github.powergrad.examples.train;

import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.csv.CSVFormat;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Adds up measures of the logits of labelled images: top-1 and top-5, over all and per class, norm, and how good the
 * probabilities are. These are p = softmax(z) and p' = softmax(αz), which the network predicts once α is folded into it.
 */
public final class LogitMeasures implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final int FIVE = 5;

    private final long[] imagesOfClass;
    private final long[] top1OfClass;
    private final long[] top5OfClass;
    private final Calibration plain = new Calibration(1);
    private final Calibration folded;
    private double norm;

    /**
     * Measures p alone: α is 1.
     *
     * @param classes number of classes
     */
    public LogitMeasures(int classes) {
        this(classes, 1);
    }

    /**
     * @param classes number of classes
     * @param alpha that of the loss; 1 for ordinary cross-entropy
     */
    public LogitMeasures(int classes, double alpha) {
        folded = alpha == 1 ? plain : new Calibration(alpha);
        imagesOfClass = new long[classes];
        top1OfClass = new long[classes];
        top5OfClass = new long[classes];
    }

    /**
     * Adds a minibatch.
     *
     * @param logits [N, C]
     * @param labels one-hot, [N, C]
     * @return whether the cross-entropy of each image is finite
     */
    public boolean add(INDArray logits, INDArray labels) {
        int classes = imagesOfClass.length;
        float[] all = logits.castTo(DataType.FLOAT).dup('c').reshape(logits.length()).toFloatVector();
        int[] label = labels.argMax(1).toIntVector();
        float[] row = new float[classes];
        double before = plain.crossEntropySum();
        for (int image = 0; image < label.length; image++) {
            System.arraycopy(all, image * classes, row, 0, classes);
            add(row, label[image]);
        }
        return Double.isFinite(plain.crossEntropySum() - before);
    }

    void add(float[] logits, int label) {
        int above = 0;
        for (int i = 0; i < logits.length; i++) {
            // Of equal logits the first is taken, as arg max does.
            if (logits[i] > logits[label] || logits[i] == logits[label] && i < label) {
                above++;
            }
        }
        imagesOfClass[label]++;
        top1OfClass[label] += above == 0 ? 1 : 0;
        top5OfClass[label] += above < FIVE ? 1 : 0;
        plain.add(logits, label, above == 0);
        if (folded != plain) {
            folded.add(logits, label, above == 0);
        }
        norm += norm(logits);
    }

    private static double norm(float[] logits) {
        double squares = 0;
        for (float logit : logits) {
            squares += (double) logit * logit;
        }
        return Math.sqrt(squares);
    }

    /**
     * Adds what others have added up.
     *
     * @param others with the same classes and α
     */
    public void add(LogitMeasures others) {
        if (others.folded.factor() != folded.factor()) {
            throw new IllegalArgumentException("measures with alpha " + others.folded.factor()
                    + " cannot be added to those with alpha " + folded.factor());
        }
        for (int label = 0; label < imagesOfClass.length; label++) {
            imagesOfClass[label] += others.imagesOfClass[label];
            top1OfClass[label] += others.top1OfClass[label];
            top5OfClass[label] += others.top5OfClass[label];
        }
        plain.add(others.plain);
        if (folded != plain) {
            folded.add(others.folded);
        }
        norm += others.norm;
    }

    /** Returns the sum of these and others with the same classes and α. */
    public LogitMeasures plus(LogitMeasures others) {
        LogitMeasures sum = new LogitMeasures(imagesOfClass.length, folded.factor());
        sum.add(this);
        sum.add(others);
        return sum;
    }

    public long images() {
        return Arrays.stream(imagesOfClass).sum();
    }

    /** Returns the top-1 accuracy in percent. */
    public double top1() {
        return 100.0 * Arrays.stream(top1OfClass).sum() / images();
    }

    /** Returns the top-5 accuracy in percent. */
    public double top5() {
        return 100.0 * Arrays.stream(top5OfClass).sum() / images();
    }

    /** Returns the mean cross-entropy of p. */
    public double crossEntropy() {
        return plain.crossEntropy();
    }

    /** Returns how good p is. */
    public Calibration plain() {
        return plain;
    }

    /** Returns how good p' is; the same object as {@link #plain} if α is 1. */
    public Calibration folded() {
        return folded;
    }

    /** Returns the mean L2 norm of the logits. */
    public double logitNorm() {
        return norm / images();
    }

    /**
     * Returns a table of the classes as CSV: {@code class,images,top1,top5}. Accuracies are in percent, NaN where there are
     * no images.
     */
    public String ofClasses(List<String> names) {
        CSVFormat csv = CSVFormat.DEFAULT.builder().setRecordSeparator('\n').get();
        StringBuilder table = new StringBuilder("class,images,top1,top5\n");
        for (int label = 0; label < names.size(); label++) {
            table.append(csv.format(names.get(label), imagesOfClass[label],
                    NumberText.sixDigits(100.0 * top1OfClass[label] / imagesOfClass[label]),
                    NumberText.sixDigits(100.0 * top5OfClass[label] / imagesOfClass[label]))).append('\n');
        }
        return table.toString();
    }
}
