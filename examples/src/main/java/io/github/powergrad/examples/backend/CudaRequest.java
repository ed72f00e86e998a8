package io.github.powergrad.examples.backend;

/** Whether the launcher was called with {@code --cuda}, and so has put ND4J's CUDA backend on the class path. */
public final class CudaRequest {

    /** Set by the launcher. */
    public static final String PROPERTY = "powergrad.cuda";

    private CudaRequest() {}

    /** Returns whether the GPU is asked for. */
    public static boolean made() {
        return Boolean.getBoolean(PROPERTY);
    }
}
