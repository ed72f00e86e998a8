package io.github.powergrad;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;
import org.nd4j.linalg.api.ops.executioner.OpExecutioner.ExecutionerType;
import org.nd4j.linalg.factory.Nd4j;

/** Skips a test that needs ND4J's backend for the processor where another one, such as CUDA's, is on the class path. */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(ProcessorOnly.Condition.class)
@interface ProcessorOnly {

    /** Why the test needs it. */
    String value();

    /** What JUnit asks. */
    final class Condition implements ExecutionCondition {

        @Override
        public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
            ExecutionerType type = Nd4j.getExecutioner().type();
            return AnnotationSupport.findAnnotation(context.getElement(), ProcessorOnly.class)
                    .filter(needed -> type != ExecutionerType.NATIVE_CPU)
                    .map(needed -> ConditionEvaluationResult.disabled("on " + type + ": " + needed.value()))
                    .orElseGet(() -> ConditionEvaluationResult.enabled("on " + type));
        }
    }
}
