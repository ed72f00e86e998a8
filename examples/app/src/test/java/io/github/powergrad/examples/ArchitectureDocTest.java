package io.github.powergrad.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("docs/architecture.md")
class ArchitectureDocTest {

    private static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();
    private static final Path DOC = ROOT.resolve("docs/architecture.md");

    private static final Pattern LINE = Pattern.compile("( *)(\\S+)(?: {2,}(\\S.*))?");
    private static final Pattern LINK = Pattern.compile("]\\((?!http)([^)#]+)\\)");

    @Test
    void names_each_package_that_exists_and_no_other() throws IOException {
        assertThat(named()).isEqualTo(existing());
    }

    @Test
    void links_to_files_that_exist() throws IOException {
        Matcher links = LINK.matcher(Files.readString(DOC));
        List<String> all = new ArrayList<>();
        while (links.find()) {
            all.add(links.group(1));
        }
        assertThat(all).isNotEmpty().allSatisfy(link -> assertThat(DOC.resolveSibling(link)).exists());
    }

    /** The folders in the tree of the document that say what they hold, but for those that say it of all below them. */
    private static TreeSet<String> named() throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(DOC));
        lines = lines.subList(lines.indexOf("```") + 1, lines.lastIndexOf("```"));
        TreeSet<String> named = new TreeSet<>();
        SortedMap<Integer, String> above = new TreeMap<>();
        for (String line : lines) {
            Matcher matcher = LINE.matcher(line);
            if (!line.isEmpty() && matcher.matches()) {
                int depth = matcher.group(1).length();
                above = new TreeMap<>(above.headMap(depth));
                String folder = String.join("", above.values()) + matcher.group(2);
                if (folder.endsWith("/")) {
                    above.put(depth, matcher.group(2));
                } else {
                    assertThat(matcher.group(3)).as("what is in " + folder).isNotNull();
                    named.add(folder);
                }
            }
        }
        return named;
    }

    /** The folders with Java files, tests aside, of the library, the examples and the benchmarks. */
    private static TreeSet<String> existing() throws IOException {
        TreeSet<String> existing = new TreeSet<>();
        try (Stream<Path> modules = Stream.concat(Stream.of(ROOT, ROOT.resolve("benchmarks")), Files.list(ROOT.resolve("examples")))) {
            modules.map(module -> module.resolve("src/main/java")).filter(Files::isDirectory).forEach(sources -> {
                try (Stream<Path> files = Files.walk(sources)) {
                    files.filter(file -> file.toString().endsWith(".java") && !file.endsWith("package-info.java"))
                            .forEach(file -> existing.add(ROOT.relativize(file.getParent()).toString().replace('\\', '/')));
                } catch (IOException unreadable) {
                    throw new UncheckedIOException(unreadable);
                }
            });
        }
        return existing;
    }
}
