package io.github.powergrad.examples.backend;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** The version of a library on the class path, as Maven has written it into the library's jar. */
public final class LibraryVersion {

    private LibraryVersion() {}

    /** Returns the version, such as 1.0.0-M2.1; "(version not known)" of a library that is not in a jar of Maven's. */
    public static String of(String group, String artifact) {
        try (InputStream file = LibraryVersion.class.getResourceAsStream(
                "/META-INF/maven/" + group + "/" + artifact + "/pom.properties")) {
            if (file == null) {
                return "(version not known)";
            }
            Properties properties = new Properties();
            properties.load(file);
            return properties.getProperty("version");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
