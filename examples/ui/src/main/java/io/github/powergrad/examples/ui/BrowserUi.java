package io.github.powergrad.examples.ui;

import io.github.powergrad.examples.report.TrainingUi;
import java.io.IOException;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.ui.api.UIServer;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;

/** Deeplearning4j's own training UI. */
final class BrowserUi implements TrainingUi {

    /** The system property by which Deeplearning4j takes another port than 9000. */
    static final String PORT = "org.deeplearning4j.ui.port";

    private final UIServer server;
    private final InMemoryStatsStorage storage = new InMemoryStatsStorage();

    private BrowserUi(UIServer server) {
        this.server = server;
        server.attach(storage);
    }

    static BrowserUi start() throws IOException {
        try {
            return new BrowserUi(UIServer.getInstance());
        } catch (RuntimeException failure) {
            throw new IOException("the training UI cannot start on port " + System.getProperty(PORT, "9000") + " ("
                    + failure.getMessage() + "); set another free port by POWERGRAD_JAVA_OPTS=-D" + PORT
                    + "=PORT, or leave --ui out", failure);
        }
    }

    @Override
    public void show(ComputationGraph network) {
        network.addListeners(new StatsListener(storage));
    }

    @Override
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
