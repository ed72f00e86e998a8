package io.github.powergrad.examples.model;

import io.github.powergrad.examples.InvalidSettingException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What distinguishes one network from another, as data; {@link NetworkBuilder} builds networks from it.
 *
 * <p>The residual networks are those of torchvision and timm, parameter for parameter. {@code conv3-8} is the network of
 * three convolutions that {@code compare} and the study train, with 8, 16 and 16 channels; {@code conv3-8-bn} is the
 * same with batch normalization. Other numbers than 8 can be named too.
 */
public final class Architecture {

    /** How the images enter the network. */
    enum Stem {
        /** As the first of three equal convolutions does. */
        NONE,
        /** A 7x7 convolution with stride 2 and a 3x3 max pooling with stride 2. */
        IMAGENET,
        /** A 3x3 convolution with stride 1. */
        CIFAR
    }

    /** What the stages are made of. */
    enum Block {
        /** One 3x3 convolution with stride 2, without a residual branch. */
        CONVOLUTION,
        /** Two 3x3 convolutions; the first has the stride. */
        BASIC,
        /** 1x1, 3x3, 1x1 with four times the channels at the end; the 3x3 has the stride (version 1.5). */
        BOTTLENECK
    }

    private static final List<Architecture> ALL = List.of(
            imageNet("resnet18", Block.BASIC, true, false, 2, 2, 2, 2),
            imageNet("resnet50", Block.BOTTLENECK, true, false, 3, 4, 6, 3),
            imageNet("resnet101", Block.BOTTLENECK, true, false, 3, 4, 23, 3),
            imageNet("seresnet18", Block.BASIC, true, true, 2, 2, 2, 2),
            imageNet("seresnet50", Block.BOTTLENECK, true, true, 3, 4, 6, 3),
            imageNet("resnet18-nobn", Block.BASIC, false, false, 2, 2, 2, 2),
            new Architecture("resnet20", Stem.CIFAR, Block.BASIC, new int[] {16, 32, 64}, new int[] {3, 3, 3},
                    true, false, 10),
            threeConvolutions(8, false),
            threeConvolutions(8, true));

    private static final Pattern THREE_CONVOLUTIONS = Pattern.compile("conv3-([1-9]\\d{0,2})(-bn)?");
    private static final int MOST_CHANNELS = 512;

    private final String name;
    final Stem stem;
    final Block block;
    final int[] widths;
    final int[] depths;
    final boolean normalized;
    final boolean squeezed;
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

    private static Architecture imageNet(
            String name, Block block, boolean normalized, boolean squeezed, int... depths) {
        return new Architecture(
                name, Stem.IMAGENET, block, new int[] {64, 128, 256, 512}, depths, normalized, squeezed, 1000);
    }

    /**
     * Returns the network of three convolutions.
     *
     * @param channels channels of the first convolution, from 1 to {@value #MOST_CHANNELS}; the other two have twice as
     *     many
     * @param normalized whether each convolution is followed by batch normalization
     */
    public static Architecture threeConvolutions(int channels, boolean normalized) {
        if (channels < 1 || channels > MOST_CHANNELS) {
            throw new InvalidSettingException("{width} must be in [1, " + MOST_CHANNELS + "], got " + channels);
        }
        return new Architecture("conv3-" + channels + (normalized ? "-bn" : ""), Stem.NONE, Block.CONVOLUTION,
                new int[] {channels, 2 * channels, 2 * channels}, new int[] {1, 1, 1}, normalized, false, 10);
    }

    /** Returns the same kind of network with other channels and numbers of blocks per stage, for tests. */
    Architecture sized(int[] newWidths, int[] newDepths) {
        return new Architecture(name, stem, block, newWidths, newDepths, normalized, squeezed, paperClasses);
    }

    public static List<Architecture> all() {
        return ALL;
    }

    /**
     * Returns the architecture of a name.
     *
     * @throws IllegalArgumentException if there is none, with the names that there are
     */
    public static Architecture named(String name) {
        Matcher three = THREE_CONVOLUTIONS.matcher(name);
        if (three.matches() && Integer.parseInt(three.group(1)) <= MOST_CHANNELS) {
            return threeConvolutions(Integer.parseInt(three.group(1)), three.group(2) != null);
        }
        return ALL.stream().filter(one -> one.name.equals(name)).findFirst().orElseThrow(() ->
                new InvalidSettingException("{model} must be one of "
                        + ALL.stream().map(Architecture::name).collect(Collectors.joining(", ")) + ", got " + name));
    }

    /** Returns the name, as timm writes it. */
    public String name() {
        return name;
    }

    /** Returns the number of classes of the data set that the network was published for. */
    public int paperClasses() {
        return paperClasses;
    }

    boolean isResidual() {
        return block != Block.CONVOLUTION;
    }

    /** Whether biases decay as weights do: as in PyTorch's SGD, not as in timm. */
    boolean decaysBiases() {
        return !isResidual();
    }
}
