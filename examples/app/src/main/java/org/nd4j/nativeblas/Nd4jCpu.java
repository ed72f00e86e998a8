package org.nd4j.nativeblas;

/**
 * Stands in for a class that Deeplearning4j 1.0.0-M2.1 looks up under its old name.
 *
 * <p>{@code org.deeplearning4j.nn.layers.mkldnn.BaseMKLDNNHelper} asks
 * {@code org.nd4j.nativeblas.Nd4jCpu$Environment} by reflection whether oneDNN is there. The class has
 * moved to {@code org.nd4j.linalg.cpu.nativecpu.bindings}, the look-up fails, and every layer silently
 * does without oneDNN. This class answers the two calls by asking the one that moved.
 *
 * <p>It can go as soon as the Deeplearning4j in use looks the class up under its new name.
 */
public final class Nd4jCpu {

    private Nd4jCpu() {}

    /** The part of the old {@code Environment} that Deeplearning4j calls. */
    public static final class Environment {

        private static final Environment INSTANCE = new Environment();

        private Environment() {}

        /** Returns the one instance. */
        public static Environment getInstance() {
            return INSTANCE;
        }

        /** Returns whether the native library was built with oneDNN and may use it. */
        public boolean isUseMKLDNN() {
            return org.nd4j.linalg.cpu.nativecpu.bindings.Nd4jCpu.Environment.getInstance().isUseONEDNN();
        }
    }
}
