package io.github.powergrad.examples.ui;

import io.github.powergrad.examples.cli.TrainingUi;
import java.io.IOException;

/** Named in META-INF/services. */
public final class BrowserUiStarter implements TrainingUi.Starter {

    @Override
    public TrainingUi start() throws IOException {
        return BrowserUi.start();
    }
}
