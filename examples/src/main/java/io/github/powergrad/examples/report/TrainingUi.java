package io.github.powergrad.examples.report;

import java.io.IOException;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.ui.api.UIServer;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;

/** Deeplearning4j's training UI in the browser, for as long as a training runs; close it to stop its server. */
public final class TrainingUi implements AutoCloseable {

    /** The system property by which Deeplearning4j takes another port than 9000. */
    public static final String PORT = "org.deeplearning4j.ui.port";

    private final UIServer server;
    private final InMemoryStatsStorage storage = new InMemoryStatsStorage();

    private TrainingUi(UIServer server) {
        this.server = server;
        server.attach(storage);
    }

    /**
     * Starts the server.
     *
     * @throws IOException if it cannot start, on a port that is taken for example
     */
    public static TrainingUi start() throws IOException {
        try {
            return new TrainingUi(UIServer.getInstance());
        } catch (RuntimeException failure) {
            throw new IOException("the training UI cannot start on port " + System.getProperty(PORT, "9000") + " ("
                    + failure.getMessage() + "); set another free port by POWERGRAD_JAVA_OPTS=-D" + PORT + "=PORT, or leave --ui out",
                    failure);
        }
    }

    /**
     * Shows what a network does from now on.
     *
     * @param network gets one more listener
     */
    public void show(ComputationGraph network) {
        network.addListeners(new StatsListener(storage));
    }

    /** Returns the address to open in a browser. */
    public String address() {
        return server.getAddress() + "/train/overview";
    }

    @Override
    public void close() throws IOException {
        try {
            server.stop();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while the training UI stopped", interrupted);
        }
    }
}
