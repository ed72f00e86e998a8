package io.github.powergrad.examples.model;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What distinguishes one residual network from another, as data; {@link ResNet} builds networks from it.
 *
 * <p>The networks are those of torchvision and timm, parameter for parameter.
 */
public final class Architecture {

    /** How the images enter the network. */
    enum Stem {
        /** A 7x7 convolution with stride 2 and a 3x3 max pooling with stride 2. */
        IMAGENET,
        /** A 3x3 convolution with stride 1. */
        CIFAR
    }

    /** The residual branch. */
    enum Block {
        /** Two 3x3 convolutions; the first has the stride. */
        BASIC,
        /** 1x1, 3x3, 1x1 with four times the channels at the end; the 3x3 has the stride (version 1.5). */
        BOTTLENECK
    }

    private static final int[] IMAGENET_WIDTHS = {64, 128, 256, 512};

    private static final List<Architecture> ALL = List.of(
            imageNet("resnet18", Block.BASIC, 2, 2, 2, 2),
            imageNet("resnet50", Block.BOTTLENECK, 3, 4, 6, 3),
            imageNet("resnet101", Block.BOTTLENECK, 3, 4, 23, 3),
            imageNet("resnet18", Block.BASIC, 2, 2, 2, 2).squeezeAndExcitation("seresnet18"),
            imageNet("resnet50", Block.BOTTLENECK, 3, 4, 6, 3).squeezeAndExcitation("seresnet50"),
            imageNet("resnet18", Block.BASIC, 2, 2, 2, 2).withoutNormalization("resnet18-nobn"),
            new Architecture("resnet20", Stem.CIFAR, Block.BASIC, new int[] {16, 32, 64}, new int[] {3, 3, 3},
                    true, false, 10));

    private final String name;
    private final Stem stem;
    private final Block block;
    private final int[] widths;
    private final int[] depths;
    private final boolean normalized;
    private final boolean squeezed;
    private final int paperClasses;

    private Architecture(
            String name, Stem stem, Block block, int[] widths, int[] depths, boolean normalized, boolean squeezed,
            int paperClasses) {
        this.name = name;
        this.stem = stem;
        this.block = block;
        this.widths = widths;
        this.depths = depths;
        this.normalized = normalized;
        this.squeezed = squeezed;
        this.paperClasses = paperClasses;
    }

    private static Architecture imageNet(String name, Block block, int... depths) {
        return new Architecture(name, Stem.IMAGENET, block, IMAGENET_WIDTHS, depths, true, false, 1000);
    }

    private Architecture squeezeAndExcitation(String newName) {
        return new Architecture(newName, stem, block, widths, depths, normalized, true, paperClasses);
    }

    private Architecture withoutNormalization(String newName) {
        return new Architecture(newName, stem, block, widths, depths, false, squeezed, paperClasses);
    }

    /** Returns the same kind of network with other channels and numbers of blocks a stage, for tests. */
    Architecture sized(int[] newWidths, int[] newDepths) {
        return new Architecture(name, stem, block, newWidths, newDepths, normalized, squeezed, paperClasses);
    }

    /** Returns every architecture. */
    public static List<Architecture> all() {
        return ALL;
    }

    /** Returns the names of all architectures, as an error message lists them. */
    public static String names() {
        return ALL.stream().map(Architecture::name).collect(Collectors.joining(", "));
    }

    /**
     * Returns the architecture of a name.
     *
     * @throws IllegalArgumentException if there is none, with the names that there are
     */
    public static Architecture named(String name) {
        return ALL.stream().filter(one -> one.name.equals(name)).findFirst().orElseThrow(() ->
                new IllegalArgumentException("--model must be one of " + names() + ", got " + name));
    }

    /** Returns the name, as timm writes it. */
    public String name() {
        return name;
    }

    /** Returns the number of classes of the data set that the network was published for. */
    public int paperClasses() {
        return paperClasses;
    }

    Stem stem() {
        return stem;
    }

    Block block() {
        return block;
    }

    int[] widths() {
        return widths.clone();
    }

    int[] depths() {
        return depths.clone();
    }

    boolean normalized() {
        return normalized;
    }

    boolean squeezed() {
        return squeezed;
    }

    @Override
    public String toString() {
        return name + Arrays.toString(depths);
    }
}
