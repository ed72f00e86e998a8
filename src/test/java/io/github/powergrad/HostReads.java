package io.github.powergrad;

import static net.bytebuddy.matcher.ElementMatchers.is;
import static net.bytebuddy.matcher.ElementMatchers.isPublic;
import static net.bytebuddy.matcher.ElementMatchers.nameMatches;

import java.util.List;
import net.bytebuddy.agent.ByteBuddyAgent;
import net.bytebuddy.agent.builder.AgentBuilder;
import net.bytebuddy.agent.builder.AgentBuilder.RedefinitionStrategy;
import net.bytebuddy.asm.Advice;
import org.nd4j.linalg.api.buffer.BaseDataBuffer;

/**
 * Sees where Java reads numbers out of an array: on a GPU each such read waits for all ops before it. ND4J has no hook
 * for it, so the class that all its buffers extend is instrumented. Public for that class, which calls {@link #note}.
 */
public final class HostReads {

    private static final ThreadLocal<List<String>> READS = new ThreadLocal<>();

    static {
        ByteBuddyAgent.install();
        new AgentBuilder.Default().disableClassFormatChanges().with(RedefinitionStrategy.RETRANSFORMATION)
                .type(is(BaseDataBuffer.class))
                .transform((builder, type, loader, module, domain) -> builder.visit(Advice.to(Read.class)
                        .on(isPublic().and(nameMatches("get(Double|Float|Long|Int|Number)(sAt)?"
                                + "|as(Double|Float|Long|Int|Bytes|Nio.*)")))))
                .installOnByteBuddyAgent();
    }

    private HostReads() {}

    /** From now on each read in this thread adds the name of the buffer's method to the list; null ends that. */
    static void recordIn(List<String> reads) {
        READS.set(reads);
    }

    /**
     * Called by ND4J's buffers.
     *
     * @param method the method that reads
     */
    public static void note(String method) {
        List<String> reads = READS.get();
        if (reads != null) {
            reads.add(method);
        }
    }

    static final class Read {

        private Read() {}

        @Advice.OnMethodEnter
        static void enter(@Advice.This BaseDataBuffer buffer, @Advice.Origin("#m") String method) {
            if (!buffer.isConstant()) { // shapes and strides lie in constant buffers, which have a copy for Java
                note(method);
            }
        }
    }
}
