package io.github.powergrad.fastcpu;

import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.Loader;
import org.nd4j.linalg.factory.Nd4j;

/** Whether oneDNN can be used in this process. */
final class Availability {

    private static final String REASON = find();

    private Availability() {}

    /** Returns why it cannot; null if it can. */
    static String reason() {
        return REASON;
    }

    private static String find() {
        String backend = Nd4j.getBackend().getClass().getSimpleName();
        if (!"CpuBackend".equals(backend)) {
            return "ND4J runs on " + backend + ", not on the processor";
        }
        try {
            Loader.load(dnnl.class);
            return Onednn.ENGINE.isNull() ? "oneDNN has no engine for this processor" : null;
        } catch (LinkageError | OnednnException missing) {
            return "oneDNN (org.bytedeco:dnnl with the natives of this platform) cannot be loaded: " + missing;
        }
    }
}
