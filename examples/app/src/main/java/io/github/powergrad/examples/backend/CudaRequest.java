package io.github.powergrad.examples.backend;

import java.io.IOException;

/** Whether the launcher was called with {@code --cuda}, and so has put one of ND4J's CUDA backends on the class path. */
public final class CudaRequest {

    /** The version of CUDA; set by the launcher. */
    public static final String PROPERTY = "powergrad.cuda";

    private CudaRequest() {}

    /** Returns whether the GPU is asked for. */
    public static boolean made() {
        return System.getProperty(PROPERTY) != null;
    }

    /** Returns whether the GPU is asked for, with the backend that runs layers through cuDNN. */
    public static boolean withCudnn() {
        return CudaBackend.CUDA_11_2.version().equals(System.getProperty(PROPERTY));
    }

    /** Returns the backend that is on the class path. */
    static CudaBackend backend() throws IOException {
        return CudaBackend.of(System.getProperty(PROPERTY));
    }
}
