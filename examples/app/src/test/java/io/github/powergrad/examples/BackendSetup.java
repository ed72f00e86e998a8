package io.github.powergrad.examples;

import io.github.powergrad.examples.backend.CpuBackend;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/** Sets the backend up before any test can load a class of ND4J, as the command line does. */
public final class BackendSetup implements LauncherSessionListener {

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        System.setProperty("java.awt.headless", "true");
        CpuBackend.configure();
    }
}
