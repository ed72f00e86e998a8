package io.github.powergrad.examples.train.checkpoint;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names of classes in the JSON of a network. Deeplearning4j makes an object of whatever class its JSON names, and
 * not in one place alone: {@code "@class": "x.Y"} and {@code ["x.Y", {}]} mean the same, {@code x.Y<z.W>} is two
 * names. So every text is looked at, whatever it stands for; the names of our layers ({@code layer1.0.conv1}) cannot be
 * taken for classes, as each has a part that is a number.
 */
final class ClassNames {

    private static final List<String> TRUSTED = List.of("io.github.powergrad.", "org.deeplearning4j.", "org.nd4j.");

    private static final String IDENTIFIER = "\\p{javaJavaIdentifierStart}\\p{javaJavaIdentifierPart}*";
    private static final Pattern QUALIFIED = Pattern.compile(
            "(?<![\\p{javaJavaIdentifierPart}.])" + IDENTIFIER + "(\\." + IDENTIFIER + ")+");

    private ClassNames() {}

    /**
     * Makes sure that all classes are of Deeplearning4j, of ND4J or of this project.
     *
     * @throws IOException naming one that is not, or if this is no JSON
     */
    static void requireTrusted(byte[] json) throws IOException {
        // Read token by token: a tree would keep one of two equal names alone.
        try (JsonParser parser = new JsonFactory().createParser(json)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (token == JsonToken.FIELD_NAME || token == JsonToken.VALUE_STRING) {
                    requireTrusted(parser.getText());
                }
            }
        }
    }

    private static void requireTrusted(String text) throws IOException {
        Matcher name = QUALIFIED.matcher(text);
        while (name.find()) {
            if (TRUSTED.stream().noneMatch(name.group()::startsWith)) {
                throw new IOException("it names the class " + name.group() + ", which is not of Deeplearning4j, ND4J or"
                        + " powergrad");
            }
        }
    }
}
