package io.github.powergrad.fastcpu;

/** The working memory of a network: one operation uses it after the other. */
final class Scratches implements AutoCloseable {

    /** The scratchpads of the operations. */
    final Scratch pad;

    /** Weights, or their gradient, in the layout of an operation. */
    final Scratch weights;

    Scratches() {
        this(new Scratch(), new Scratch());
    }

    Scratches(Scratch pad, Scratch weights) {
        this.pad = pad;
        this.weights = weights;
    }

    @Override
    public void close() {
        pad.close();
        weights.close();
    }
}
