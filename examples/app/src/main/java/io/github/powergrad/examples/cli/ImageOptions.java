package io.github.powergrad.examples.cli;

import io.github.powergrad.examples.InvalidSettingException;
import io.github.powergrad.examples.data.FashionMnistSource;
import io.github.powergrad.examples.data.ImageSource;
import io.github.powergrad.examples.data.folder.Augmentation;
import io.github.powergrad.examples.data.folder.ClassSelection;
import io.github.powergrad.examples.data.folder.ColourImages;
import io.github.powergrad.examples.data.folder.ImageFolderOptions;
import io.github.powergrad.examples.data.folder.SkipLimit;
import io.github.powergrad.examples.train.Recipe;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** The options that say where images come from and how they are read. */
final class ImageOptions {

    @Option(names = "--data", paramLabel = "DIR|FILE")
    private Path data;

    @Option(names = "--workers", paramLabel = "N")
    private Integer workers;

    @Option(names = "--max-skipped", paramLabel = "P%", defaultValue = "1%")
    private String maxSkipped;

    /** Returns whether the images are those that come with the examples. */
    boolean bundled() {
        return data == null;
    }

    /** Returns the name of the recipe that suits the images. */
    String usualRecipe() {
        return data == null ? Recipe.QUICK
                : ColourImages.areCifar(data) ? Recipe.CIFAR_10 : TrainingOptions.FOLDER_RECIPE;
    }

    /** Returns how the images of --data are read; throws InvalidSettingException where a value is not allowed. */
    ImageFolderOptions check() {
        ImageFolderOptions options = ImageFolderOptions.defaults();
        if (workers != null) {
            options = options.withWorkers(workers);
        }
        try {
            return options.withMaxSkipped(SkipLimit.parse(maxSkipped));
        } catch (IllegalArgumentException wrong) {
            throw new InvalidSettingException("{max-skipped}: " + wrong.getMessage());
        }
    }

    /**
     * Opens the images.
     *
     * @param imageSize height and width, 0 for what suits the data
     * @param augmentation how images of --data are varied, cut and normalized
     * @param images how many bundled training images to use, 0 for all
     * @param classes which classes, nothing for all
     * @param seed decides order and augmentation
     * @param skippedList where skipped images are listed; null for nowhere
     * @throws IOException saying what is wrong with the folder or its images
     */
    ImageSource open(
            int imageSize, Augmentation augmentation, int images, String classes, long seed, Path skippedList)
            throws IOException {
        if (data == null) {
            return FashionMnistSource.bundled(imageSize, images, classes, seed);
        }
        ImageFolderOptions options =
                check().withAugmentation(augmentation).withSeed(seed).withSkippedList(skippedList);
        if (imageSize > 0) {
            options = options.withImageSize(imageSize);
        }
        if (!classes.isEmpty()) {
            options = options.withClasses(ClassSelection.parse(classes));
        }
        return ColourImages.open(data, options);
    }
}
