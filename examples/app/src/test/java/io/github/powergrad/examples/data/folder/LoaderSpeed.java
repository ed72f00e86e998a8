package io.github.powergrad.examples.data.folder;

import io.github.powergrad.examples.data.BatchStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.opencv.opencv_core.Mat;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Measures how fast an image folder is read, as a whole and stage by stage on one thread.
 *
 * <pre>mvn test-compile exec:java -Dexec.classpathScope=test
 *   -Dmain.class=io.github.powergrad.examples.data.folder.LoaderSpeed -Dexec.args="FOLDER WORKERS"</pre>
 */
public final class LoaderSpeed {

    private static final int SIZE = 224;
    private static final int BATCH = 64;
    private static final int EPOCHS = 4;

    private LoaderSpeed() {}

    /** @param args the folder and the number of threads */
    public static void main(String[] args) throws Exception {
        Path folder = Paths.get(args[0]);
        ImageFolderOptions options = ImageFolderOptions.defaults()
                .withWorkers(Integer.parseInt(args[1])).withMaxSkipped(SkipLimit.parse("100%"));
        try (ColourImages source = ColourImages.open(folder, options)) {
            System.out.println(source.description());
            for (int epoch = 0; epoch < EPOCHS; epoch++) {
                long start = System.nanoTime();
                long images = drain(source.training(epoch, BATCH));
                System.out.printf("training, %d workers: %.0f images/s%n", options.workers, images / seconds(start));
            }
            long start = System.nanoTime();
            long images = drain(source.test(BATCH));
            System.out.printf("test, %d workers: %.0f images/s%n", options.workers, images / seconds(start));
        }
        for (int round = 0; round < 2; round++) {
            stages(ClassFolders.in(folder.resolve("train")));
        }
    }

    private static long drain(BatchStream batches) {
        long images = 0;
        try (BatchStream closing = batches) {
            while (batches.hasNext()) {
                DataSet batch = batches.next();
                images += batch.numExamples();
                batch.getFeatures().close();
                batch.getLabels().close();
            }
        }
        return images;
    }

    private static void stages(ClassFolders folders) throws Exception {
        ImageList list = folders.images(List.copyOf(folders.names()));
        SplittableRandom random = new SplittableRandom(1);
        INDArray batch = Nd4j.createUninitialized(DataType.FLOAT, BATCH, Normalization.CHANNELS, SIZE, SIZE);
        FloatPointer to = new FloatPointer(batch.data().pointer());
        View view = Augmentation.IMAGENET.training(SIZE, new EpochRandom(0, 0));
        long read = 0;
        long decode = 0;
        long resize = 0;
        long scale = 0;
        long copy = 0;
        for (int i = 0; i < list.size(); i++) {
            long t0 = cpu();
            byte[] bytes = Files.readAllBytes(list.file(i));
            long t1 = cpu();
            try (Mat image = ImageFile.decode(bytes, view)) {
                long t2 = cpu();
                try (Mat square = Crop.random(image.cols(), image.rows(), random).resized(image, SIZE, SIZE)) {
                    long t3 = cpu();
                    float[] values = Normalization.IMAGENET.planes(square, i % 2 == 0);
                    long t4 = cpu();
                    to.position((long) i % BATCH * values.length).put(values);
                    copy += cpu() - t4;
                    read += t1 - t0;
                    decode += t2 - t1;
                    resize += t3 - t2;
                    scale += t4 - t3;
                }
            }
        }
        double n = list.size() * 1e6;
        System.out.printf("ms per image: read %.3f, decode %.3f, crop and resize %.3f, scale %.3f, copy %.3f%n",
                read / n, decode / n, resize / n, scale / n, copy / n);
    }

    /** Processor time, so that whatever else runs on the machine does not count. */
    private static long cpu() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
    }
}
