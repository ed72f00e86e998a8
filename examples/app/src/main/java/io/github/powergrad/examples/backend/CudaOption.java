package io.github.powergrad.examples.backend;

import java.io.IOException;

/** The option {@code --cuda} of the launcher, which puts one of ND4J's CUDA backends on the class path. */
public final class CudaOption {

    /** The version of CUDA; set by the launcher. */
    public static final String PROPERTY = "powergrad.cuda";

    private CudaOption() {}

    /** Returns whether it was given, so that the GPU computes. */
    public static boolean isGiven() {
        return System.getProperty(PROPERTY) != null;
    }

    /** Returns whether it was given and chose the backend that runs layers through cuDNN. */
    public static boolean bringsCudnn() {
        return CudaBackend.CUDA_11_2.version().equals(System.getProperty(PROPERTY));
    }

    /** Returns the backend that is on the class path. */
    static CudaBackend backend() throws IOException {
        return CudaBackend.of(System.getProperty(PROPERTY));
    }
}
