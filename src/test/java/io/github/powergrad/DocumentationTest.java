package io.github.powergrad;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("A page of the documentation")
class DocumentationTest {

    private static final Path ROOT = Path.of("").toAbsolutePath();

    /** What is compiled and run by tests, or by continuous integration. */
    private static final List<String> CODE = List.of("src/test/java/io/github/powergrad/GuideTest.java",
            "src/test/java/io/github/powergrad/SDPowerGradTest.java",
            "examples/quickstart/src/main/java/QuickStart.java");

    private static final Pattern JAVA = Pattern.compile("```java\\n(.*?)```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
    private static final Pattern HEADING = Pattern.compile("^#+ (.*)$", Pattern.MULTILINE);

    static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>(List.of(ROOT.resolve("README.md"), ROOT.resolve("CONTRIBUTING.md")));
        for (String folder : List.of("docs", "examples", "benchmarks", ".github")) {
            try (Stream<Path> files = Files.list(ROOT.resolve(folder))) {
                files.filter(file -> file.toString().endsWith(".md")).forEach(pages::add);
            }
        }
        return pages;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pages")
    @DisplayName("has no Java but lines that stand, in their order, in one file that is run")
    void java(Path page) throws IOException {
        Matcher blocks = JAVA.matcher(Files.readString(page));
        while (blocks.find()) {
            List<String> lines = code(blocks.group(1));
            assertThat(CODE).as("a file with these lines in this order:\n%s", blocks.group(1))
                    .anyMatch(file -> hasInOrder(file, lines));
        }
    }

    private static boolean hasInOrder(String file, List<String> lines) {
        try {
            List<String> all = code(Files.readString(ROOT.resolve(file)));
            int next = 0;
            for (String line : all) {
                next += next < lines.size() && line.equals(lines.get(next)) ? 1 : 0;
            }
            return next == lines.size();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static List<String> code(String text) {
        return text.lines().map(String::strip).filter(line -> !line.isEmpty()).collect(Collectors.toList());
    }

    @Test
    @DisplayName("of the Javadoc has the quick start as it is run")
    void overview() throws IOException {
        String quickStart = Files.readString(ROOT.resolve("examples/quickstart/src/main/java/QuickStart.java"));
        assertThat(Files.readString(ROOT.resolve("src/main/javadoc/overview.html")))
                .contains("<pre>{@code\n" + quickStart + "}</pre>");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("pages")
    @DisplayName("links to files and headings that exist")
    void links(Path page) throws IOException {
        Matcher links = LINK.matcher(Files.readString(page).replaceAll("(?s)```.*?```", ""));
        while (links.find()) {
            String link = links.group(1);
            if (link.startsWith("http")) {
                assertThat(URI.create(link).getHost()).as(link).isNotNull();
                continue;
            }
            String[] parts = link.split("#", 2);
            Path file = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]).normalize();
            assertThat(file).as("what %s links to", page).exists();
            if (parts.length == 2) {
                assertThat(anchors(file)).as("headings of %s", file).contains(parts[1]);
            }
        }
    }

    /** As GitHub makes them: lower case, blanks as hyphens, without punctuation. */
    private static List<String> anchors(Path file) throws IOException {
        List<String> anchors = new ArrayList<>();
        Matcher headings = HEADING.matcher(Files.readString(file));
        while (headings.find()) {
            anchors.add(headings.group(1).toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'));
        }
        return anchors;
    }
}
