package io.github.powergrad.examples.ui;

import io.github.powergrad.examples.cli.TrainingUi;
import java.io.IOException;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.deeplearning4j.ui.api.UIServer;
import org.deeplearning4j.ui.model.stats.StatsListener;
import org.deeplearning4j.ui.model.storage.InMemoryStatsStorage;

/** Deeplearning4j's own training UI. Named in META-INF/services. */
public final class BrowserUi implements TrainingUi {

    /** The system property by which Deeplearning4j takes another port than 9000. */
    static final String PORT = "org.deeplearning4j.ui.port";

    private final InMemoryStatsStorage storage = new InMemoryStatsStorage();
    private UIServer server;

    @Override
    public void open() throws IOException {
        try {
            server = UIServer.getInstance();
            server.attach(storage);
        } catch (RuntimeException failure) {
            throw new IOException("the training UI cannot start on port " + System.getProperty(PORT, "9000") + " ("
                    + failure.getMessage() + "); set another free port by POWERGRAD_JAVA_OPTS=-D" + PORT
                    + "=PORT", failure);
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
    public String access() {
        // VertxUIServer (1.0.0-M2.1) names a port but no host to Vert.x, which then takes 0.0.0.0; no setting changes
        // that. This can go when Deeplearning4j's server can be told to listen on the loopback interface alone.
        return "other computers in your network can open this page too, without a login: it listens on all interfaces";
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
