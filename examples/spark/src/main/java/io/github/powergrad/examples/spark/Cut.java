package io.github.powergrad.examples.spark;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

/** Cuts parts of files into minibatches of one size, the last of which may be smaller. */
final class Cut implements Iterator<RemoteBatch> {

    private final List<Part> parts;
    private final int batch;
    private final Reading reading;
    private int part;
    private int row;

    /**
     * @param parts what a pass reads, none of it empty
     * @param batch images a minibatch
     * @param reading how they are read
     */
    Cut(List<Part> parts, int batch, Reading reading) {
        this.parts = parts;
        this.batch = batch;
        this.reading = reading;
    }

    @Override
    public boolean hasNext() {
        return part < parts.size();
    }

    @Override
    public RemoteBatch next() {
        if (!hasNext()) {
            throw new NoSuchElementException("the pass has ended");
        }
        ArrayList<Part> pieces = new ArrayList<>();
        int missing = batch;
        while (missing > 0 && hasNext()) {
            Part from = parts.get(part);
            int to = Math.min(from.rows.length, row + missing);
            pieces.add(from.piece(row, to));
            missing -= to - row;
            row = to;
            if (row == from.rows.length) {
                part++;
                row = 0;
            }
        }
        return new PreparedBatch(pieces, batch - missing, reading);
    }
}
