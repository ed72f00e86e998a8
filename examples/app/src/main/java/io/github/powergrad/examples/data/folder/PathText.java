package io.github.powergrad.examples.data.folder;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.text.Normalizer;

/**
 * Paths as text. In the C locale, which servers and containers often run in, {@link Path#toString} turns every byte of
 * a Unicode name into the same replacement character, so that different classes would get one name. The
 * path's URI still has the bytes.
 */
public final class PathText {

    private PathText() {}

    /** Returns the path with its names read as UTF-8, and line breaks in them replaced. */
    static String of(Path path) {
        return path.getRoot() == null ? last(path, path.getNameCount()) : path.getRoot() + last(path, path.getNameCount());
    }

    /** Returns a name in Unicode's composed form. */
    static String composed(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFC);
    }

    /**
     * Returns what a class is called: the path of its folder in Unicode's composed form, line breaks in it replaced.
     * macOS writes a name in another form than Linux, and both must be the same class.
     */
    public static String className(String folder) {
        return composed(folder).replaceAll("\\R", "?");
    }

    /** Returns the last names of a path, separated by slashes, in the form of {@link #className}. */
    static String last(Path path, int names) {
        if (names == 0) {
            return "";
        }
        String raw = path.toUri().getRawPath();
        if (raw.endsWith("/")) {
            raw = raw.substring(0, raw.length() - 1);
        }
        int start = raw.length();
        for (int i = 0; i < names; i++) {
            start = raw.lastIndexOf('/', start - 1);
        }
        // The decoder is made for forms, where + is a blank.
        String text = URLDecoder.decode(raw.substring(start + 1).replace("+", "%2B"), StandardCharsets.UTF_8);
        return className(text);
    }
}
