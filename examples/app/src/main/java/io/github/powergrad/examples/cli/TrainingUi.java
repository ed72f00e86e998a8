package io.github.powergrad.examples.cli;

import java.io.IOException;
import java.util.Optional;
import java.util.ServiceLoader;
import org.deeplearning4j.nn.graph.ComputationGraph;

/**
 * Shows in a browser how a network trains, until it is closed. What does so is in a Maven project of its own,
 * {@code examples/ui}, because it brings a web server that nobody else needs.
 */
public interface TrainingUi extends AutoCloseable {

    /**
     * Starts the UI that is on the class path.
     *
     * @return nothing if there is none
     * @throws IOException if it cannot start
     */
    static Optional<TrainingUi> start() throws IOException {
        Optional<TrainingUi> ui = ServiceLoader.load(TrainingUi.class).findFirst();
        if (ui.isPresent()) {
            ui.get().open();
        }
        return ui;
    }

    /**
     * Starts the server.
     *
     * @throws IOException if it cannot start, on a port that is taken for example
     */
    void open() throws IOException;

    /** Returns the address to open in a browser. */
    String address();

    /** Returns who can open that address, as a line for the terminal. */
    String access();

    /**
     * Shows what a network does from now on.
     *
     * @param network gets one more listener
     */
    void show(ComputationGraph network);

    @Override
    void close() throws IOException;
}
