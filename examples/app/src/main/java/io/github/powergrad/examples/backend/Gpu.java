package io.github.powergrad.examples.backend;

import java.util.Locale;

/** A GPU, as its driver describes it. */
public final class Gpu {

    private final String name;
    private final int capability;
    private final long memory;

    /**
     * @param name such as NVIDIA A100-SXM4-40GB
     * @param major compute capability, before the point
     * @param minor compute capability, behind the point
     * @param memory bytes
     */
    Gpu(String name, int major, int minor, long memory) {
        this.name = name;
        this.capability = 10 * major + minor;
        this.memory = memory;
    }

    /** Returns its name. */
    public String name() {
        return name;
    }

    /** Returns its memory in bytes. */
    public long memory() {
        return memory;
    }

    /** Returns its compute capability, such as 8.6. */
    public String capability() {
        return capability(capability);
    }

    /** Returns its compute capability, times ten. */
    int capabilityTimesTen() {
        return capability;
    }

    static String capability(int tenths) {
        return tenths / 10 + "." + tenths % 10;
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s (compute capability %s, %.1f GiB)", name, capability(), memory / (double) (1 << 30));
    }
}
