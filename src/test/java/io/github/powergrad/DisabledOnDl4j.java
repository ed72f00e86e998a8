package io.github.powergrad;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.util.Arrays;
import java.util.Properties;
import org.deeplearning4j.nn.api.Model;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Skips a test on versions of Deeplearning4j where it cannot pass through no fault of the library. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(DisabledOnDl4j.Condition.class)
@interface DisabledOnDl4j {

    /** Such as 1.0.0-M1.1. */
    String[] value();

    /** What these versions do otherwise. */
    String reason();

    /** What JUnit asks. */
    final class Condition implements ExecutionCondition {

        /** The version on the class path. */
        static String version() {
            Properties properties = new Properties();
            try (InputStream in = Model.class.getResourceAsStream(
                    "/META-INF/maven/org.deeplearning4j/deeplearning4j-nn/pom.properties")) {
                properties.load(in);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return properties.getProperty("version");
        }

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            String version = version();
            return AnnotationSupport.findAnnotation(context.getElement(), DisabledOnDl4j.class)
                    .filter(disabled -> Arrays.asList(disabled.value()).contains(version))
                    .map(disabled -> ConditionEvaluationResult.disabled(
                            "Deeplearning4j " + version + ": " + disabled.reason()))
                    .orElseGet(() -> ConditionEvaluationResult.enabled("Deeplearning4j " + version));
        }
    }
}
