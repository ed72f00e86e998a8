package io.github.powergrad.examples.data.folder;

import io.github.powergrad.examples.data.BatchStream;
import io.github.powergrad.examples.data.OneHot;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Batches that several threads prepare ahead of the one that trains. The images of a batch are fixed before it is
 * begun and each has its place in it, so the batches do not depend on which thread is faster. Broken images are left
 * out, which makes their batch smaller; a batch of broken images alone is left out as a whole.
 *
 * <p>Only a few batches are begun ahead: as many as keep all threads busy, and no more however slow the consumer is.
 */
final class DecodedBatches implements BatchStream {

    private static final int LEAST_AHEAD = 2;
    private static final int IMAGES_AHEAD_PER_WORKER = 2;
    private static final long MILLIS_TO_STOP = 30_000;
    private static final AtomicInteger THREAD_NUMBER = new AtomicInteger();

    /** The images of a pass. */
    static final class Pass {
        final int[] order;
        final int batch;
        final int imageSize;
        final int classes;

        /** @param order the numbers of the images */
        Pass(int[] order, int batch, int imageSize, int classes) {
            this.order = order;
            this.batch = batch;
            this.imageSize = imageSize;
            this.classes = classes;
        }

        int batches() {
            return (int) (((long) order.length + batch - 1) / batch);
        }

        int[] images(int number) {
            int from = number * batch;
            return Arrays.copyOfRange(order, from, (int) Math.min((long) from + batch, order.length));
        }
    }

    /** What the batches need to know about an image. */
    interface Images {

        /**
         * Makes of an image what the network gets; called from several threads at once.
         *
         * @return three planes, red, green, blue
         * @throws BrokenImageException if it is not a whole image
         */
        float[] prepare(int image) throws BrokenImageException;

        int label(int image);

        /** Called in the order of the batches by the thread that takes them. */
        void skipped(int image, String reason);

        /** Called by the same thread when the last batch has been taken. */
        void passEnded();
    }

    /** Batches that are begun and not taken, in their order; whoever touches it holds its lock. */
    final Queue<PendingBatch> pending = new ArrayDeque<>();

    private final Pass pass;
    private final Images images;
    private final ExecutorService workers;
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final int ahead;
    private final long millisToStop;
    private int begun;
    private volatile boolean closed;

    DecodedBatches(Pass pass, Images images, int workers) {
        this(pass, images, workers, MILLIS_TO_STOP);
    }

    /** @param millisToStop how long closing waits for the threads, all of them together */
    DecodedBatches(Pass pass, Images images, int workers, long millisToStop) {
        this.pass = pass;
        this.images = images;
        this.millisToStop = millisToStop;
        this.workers = Executors.newFixedThreadPool(workers, this::thread);
        this.ahead = Math.max(LEAST_AHEAD, (IMAGES_AHEAD_PER_WORKER * workers + pass.batch - 1) / pass.batch);
        try {
            begin(ahead);
        } catch (RuntimeException | Error failure) {
            // There may be no memory for the second batch, while threads are busy with the first.
            close();
            throw failure;
        }
    }

    /** Returns how many batches are begun ahead of the one that is taken. */
    int ahead() {
        return ahead;
    }

    /** Returns whether it is closed or all read. */
    boolean isClosed() {
        return closed;
    }

    @Override
    public boolean hasNext() {
        while (!closed) {
            PendingBatch first;
            synchronized (pending) {
                first = pending.peek();
            }
            if (first == null) {
                close();
                images.passEnded();
            } else if (hasWholeImages(first)) {
                return true;
            } else {
                take();
            }
        }
        return false;
    }

    @Override
    public DataSet next() {
        // Whoever closes takes the batch away, perhaps right now.
        PendingBatch batch = hasNext() ? take() : null;
        if (batch == null) {
            throw new NoSuchElementException("this pass over the images has ended or was closed");
        }
        return new DataSet(batch.features.join().orElseThrow(), oneHot(batch));
    }

    @Override
    public void close() {
        synchronized (pending) {
            closed = true;
            pending.forEach(PendingBatch::abandon);
            pending.clear();
        }
        // Images of abandoned batches are not prepared; the last one of a batch frees its memory.
        workers.shutdownNow().forEach(Runnable::run);
        try {
            // Not awaitTermination, which returns while the last thread is still on its way out.
            long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millisToStop);
            for (Thread thread : threads) {
                TimeUnit.NANOSECONDS.timedJoin(thread, deadline - System.nanoTime());
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns the first batch, after another has been begun in its place; null if it has been closed. */
    private PendingBatch take() {
        synchronized (pending) {
            begin(ahead + 1);
            return pending.poll();
        }
    }

    private void begin(int most) {
        synchronized (pending) {
            // None is begun once it is being closed: nobody would free it.
            while (!closed && begun < pass.batches() && pending.size() < most) {
                PendingBatch batch = new PendingBatch(pass.images(begun++), pass.imageSize);
                pending.add(batch);
                for (int row = 0; row < batch.images.length; row++) {
                    int place = row;
                    workers.execute(() -> batch.prepare(place, images));
                }
            }
            if (begun == pass.batches()) {
                workers.shutdown();
            }
        }
    }

    /** Waits for a batch, and reports its broken images; false too if it has been closed meanwhile. */
    private boolean hasWholeImages(PendingBatch batch) {
        try {
            boolean any = batch.features.get().isPresent();
            batch.reportFaults(images);
            return any;
        } catch (CancellationException closedMeanwhile) {
            return false;
        } catch (InterruptedException interrupted) {
            close();
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for images", interrupted);
        } catch (ExecutionException failure) {
            close();
            throw new IllegalStateException("an image could not be prepared: " + failure.getCause(), failure.getCause());
        } catch (RuntimeException tooManyBroken) {
            close();
            throw tooManyBroken;
        }
    }

    private INDArray oneHot(PendingBatch batch) {
        int[] classes = IntStream.of(batch.wholeImages()).map(images::label).toArray();
        // The consumer may be inside a workspace, which would take the memory back at its end.
        try (MemoryWorkspace outside = Nd4j.getMemoryManager().scopeOutOfWorkspaces()) {
            return OneHot.labels(classes, pass.classes);
        }
    }

    private Thread thread(Runnable work) {
        Thread thread = new Thread(work, "image-" + THREAD_NUMBER.incrementAndGet());
        thread.setDaemon(true);
        threads.add(thread);
        return thread;
    }
}
