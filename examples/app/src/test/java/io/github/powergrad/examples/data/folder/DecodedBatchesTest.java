package io.github.powergrad.examples.data.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.powergrad.examples.data.ImageOrder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.nd4j.linalg.api.memory.MemoryWorkspace;
import org.nd4j.linalg.api.memory.conf.WorkspaceConfiguration;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

@DisplayName("Batches prepared ahead")
@Timeout(60)
class DecodedBatchesTest {

    /** Images of one pixel with their number as value. */
    private static final class Numbers implements DecodedBatches.Images {

        final AtomicInteger prepared = new AtomicInteger();
        private final IntConsumer before;
        private boolean everyThirdBroken;

        Numbers(IntConsumer before) {
            this.before = before;
        }

        @Override
        public float[] prepare(int image) throws BrokenImageException {
            before.accept(image);
            prepared.incrementAndGet();
            if (everyThirdBroken && image % 3 == 0) {
                throw new BrokenImageException("is broken");
            }
            return new float[] {image, image, image};
        }

        @Override
        public int label(int image) {
            return image % 2;
        }

        @Override
        public void skipped(int image, String reason) {
            if (!everyThirdBroken) {
                throw new AssertionError(image + " " + reason);
            }
        }

        @Override
        public void passEnded() {}
    }

    private static DecodedBatches.Pass pass(int images, int batch) {
        return new DecodedBatches.Pass(ImageOrder.inOrder(images), batch, 1, 2);
    }

    private static DecodedBatches batches(int images, int batch, DecodedBatches.Images source, int workers) {
        return new DecodedBatches(pass(images, batch), source, workers);
    }

    @Test
    void never_run_further_ahead_than_their_limit() throws InterruptedException {
        Numbers numbers = new Numbers(image -> {});
        try (DecodedBatches batches = batches(10_000, 4, numbers, 3)) {
            batches.next();
            TimeUnit.MILLISECONDS.sleep(300);

            assertThat(batches.ahead()).isEqualTo(2);
            assertThat(numbers.prepared.get()).isBetween(4, 4 * (1 + batches.ahead()));
        }
    }

    @Test
    void of_one_image_still_keep_every_thread_busy() {
        CountDownLatch allAtOnce = new CountDownLatch(8);
        Numbers numbers = new Numbers(image -> {
            allAtOnce.countDown();
            try {
                allAtOnce.await();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });
        try (DecodedBatches batches = batches(100, 1, numbers, 8)) {
            assertThat(batches.next().getFeatures().getDouble(0)).isZero();
        }
    }

    @Test
    void come_in_order_however_long_single_images_take() {
        Numbers numbers = new Numbers(image -> {
            if (image % 7 == 0) {
                sleep(5);
            }
        });
        try (DecodedBatches batches = batches(50, 4, numbers, 4)) {
            int expected = 0;
            while (batches.hasNext()) {
                DataSet batch = batches.next();
                for (int row = 0; row < batch.numExamples(); row++) {
                    assertThat(batch.getFeatures().getDouble(row, 0, 0, 0)).isEqualTo(expected);
                    assertThat(batch.getLabels().getDouble(row, expected % 2)).isEqualTo(1);
                    expected++;
                }
            }
            assertThat(expected).isEqualTo(50);
        }
    }

    @Test
    void hand_a_failure_in_a_thread_to_whoever_takes_them() {
        Numbers numbers = new Numbers(image -> {
            if (image == 9) {
                throw new IllegalArgumentException("nine");
            }
        });
        try (DecodedBatches batches = batches(20, 4, numbers, 2)) {
            batches.next();
            batches.next();

            assertThatThrownBy(batches::next).isInstanceOf(IllegalStateException.class).hasMessageContaining("nine")
                    .hasCauseInstanceOf(IllegalArgumentException.class);
            assertThat(batches.isClosed()).isTrue();
        }
    }

    @Test
    void end_for_a_waiting_consumer_when_another_thread_closes_them() throws InterruptedException {
        DecodedBatches batches = batches(20, 4, new Numbers(image -> sleep(60_000)), 2);
        Thread consumer = new Thread(batches::hasNext);
        consumer.start();
        sleep(100);

        batches.close();

        consumer.join(Duration.ofSeconds(10).toMillis());
        assertThat(consumer.isAlive()).isFalse();
    }

    @Test
    void that_are_closed_wait_for_all_threads_together_no_longer_than_for_one() {
        CountDownLatch end = new CountDownLatch(1);
        Numbers numbers = new Numbers(image -> awaitUninterruptibly(end));
        DecodedBatches batches = new DecodedBatches(pass(20, 4), numbers, 8, 500);
        try {
            long start = System.nanoTime();
            batches.close();

            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(Duration.ofMillis(499), Duration.ofSeconds(2));
        } finally {
            end.countDown();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void that_nobody_has_taken_are_freed_when_they_are_closed(boolean someBroken) throws Exception {
        Numbers numbers = new Numbers(image -> {});
        numbers.everyThirdBroken = someBroken;
        DecodedBatches batches = batches(20, 4, numbers, 2);
        DataSet taken = batches.next();
        assertThat(batches.hasNext()).isTrue();
        List<INDArray> ahead = new ArrayList<>();
        for (PendingBatch pending : batches.pending) {
            ahead.add(pending.features.get().orElseThrow());
        }

        batches.close();

        assertThat(ahead).hasSize(2).allMatch(INDArray::wasClosed);
        assertThat(taken.getFeatures().wasClosed()).isFalse();
    }

    @Test
    void that_a_thread_is_late_with_are_freed_when_it_has_ended() throws Exception {
        CountDownLatch begun = new CountDownLatch(2);
        CountDownLatch end = new CountDownLatch(1);
        Numbers numbers = new Numbers(image -> {
            begun.countDown();
            awaitUninterruptibly(end);
        });
        DecodedBatches batches = new DecodedBatches(pass(2, 2), numbers, 2, 10);
        PendingBatch late = batches.pending.element();
        begun.await();
        batches.close();
        assertThat(late.room.wasClosed()).isFalse();

        end.countDown();

        for (int tries = 0; tries < 1000 && !late.room.wasClosed(); tries++) {
            sleep(10);
        }
        assertThat(late.room.wasClosed()).isTrue();
    }

    @Test
    void outlive_the_workspace_they_are_taken_in() {
        WorkspaceConfiguration configuration = WorkspaceConfiguration.builder().initialSize(1 << 20).build();
        try (DecodedBatches batches = batches(8, 4, new Numbers(image -> {}), 2)) {
            DataSet batch;
            try (MemoryWorkspace inside = Nd4j.getWorkspaceManager().getAndActivateWorkspace(configuration, "TRAINING")) {
                batch = batches.next();
            }

            assertThat(batch.getFeatures().isAttached()).isFalse();
            assertThat(batch.getLabels().isAttached()).isFalse();
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        while (latch.getCount() > 0) {
            sleep(1);
        }
    }

    private static void sleep(long milliseconds) {
        try {
            TimeUnit.MILLISECONDS.sleep(milliseconds);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
