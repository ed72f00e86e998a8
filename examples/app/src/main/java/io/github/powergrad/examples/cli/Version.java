package io.github.powergrad.examples.cli;

import io.github.powergrad.examples.backend.LibraryVersion;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints: the version of the library that the examples train with. */
public final class Version implements IVersionProvider {

    @Override
    public String[] getVersion() {
        return new String[] {"powergrad-dl4j examples " + LibraryVersion.of("io.github.powergrad", "powergrad-dl4j")};
    }
}
