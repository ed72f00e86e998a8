package io.github.powergrad.examples.backend;

import java.io.IOException;
import java.util.Optional;

/** Tells the launcher which of ND4J's CUDA backends to fetch, before anything of ND4J is fetched or loaded. */
public final class CudaChoice {

    private CudaChoice() {}

    /**
     * Prints the version of CUDA.
     *
     * @param asked the version that the user asks for; empty if it is to be chosen
     */
    public static void main(String[] asked) {
        try {
            Optional<CudaBackend> version = asked[0].isEmpty() ? Optional.empty() : Optional.of(CudaBackend.of(asked[0]));
            System.out.println(CudaBackend.choose(version, CudaDriver.ask()).version());
        } catch (IOException none) {
            System.err.println("error: " + none.getMessage());
            System.exit(1);
        }
    }
}
