package io.github.powergrad.examples.backend;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import org.deeplearning4j.nn.graph.ComputationGraph;

/** The Deeplearning4j on the class path: 1.0.0-M2.1, or 1.0.0-M1.1 for CUDA 11.2. */
public final class Deeplearning4j {

    private Deeplearning4j() {}

    /** Returns its version, such as 1.0.0-M2.1. */
    public static String version() {
        try (InputStream stream = ComputationGraph.class.getResourceAsStream(
                "/META-INF/maven/org.deeplearning4j/deeplearning4j-nn/pom.properties")) {
            Properties properties = new Properties();
            properties.load(stream);
            return properties.getProperty("version");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
