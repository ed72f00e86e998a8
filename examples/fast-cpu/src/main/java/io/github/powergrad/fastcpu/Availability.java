package io.github.powergrad.fastcpu;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Properties;
import org.bytedeco.dnnl.dnnl_version_t;
import org.bytedeco.dnnl.global.dnnl;
import org.bytedeco.javacpp.Loader;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.factory.Nd4j;

/** Whether oneDNN can be used in this process. */
final class Availability {

    /** The versions of Deeplearning4j whose layers FastCpu stands in for. */
    private static final List<String> KNOWN = List.of("1.0.0-M2", "1.0.0-M2.1");

    private static final String VERSION_FILE = "/META-INF/maven/org.deeplearning4j/deeplearning4j-nn/pom.properties";

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
        String version = deeplearning4j();
        if (version != null && !isKnown(version)) {
            return "this is Deeplearning4j " + version + "; FastCpu knows the layers of " + String.join(" and ", KNOWN);
        }
        try {
            Loader.load(dnnl.class);
            dnnl_version_t onednn = dnnl.dnnl_version();
            if (!isKnown(onednn.major(), onednn.minor())) {
                return "this is oneDNN " + onednn.major() + "." + onednn.minor() + "; FastCpu needs 2.5 (org.bytedeco:dnnl:2.5.2-1.5.7)";
            }
            return Onednn.ENGINE.isNull() ? "oneDNN has no engine for this processor" : null;
        } catch (LinkageError | OnednnException missing) {
            return "oneDNN (org.bytedeco:dnnl with the natives of this platform) cannot be loaded: " + missing;
        }
    }

    /** Returns whether networks train to the same weights with FastCpu and without in this version of Deeplearning4j. */
    static boolean isKnown(String deeplearning4j) {
        return KNOWN.contains(deeplearning4j);
    }

    /** Returns whether there are scale and shift of a batch normalization apart (since 2.3), and this C interface (until 2). */
    static boolean isKnown(int major, int minor) {
        return major == 2 && minor >= 5;
    }

    /** Returns the version of the Deeplearning4j in use; null where its jar does not name it. */
    static String deeplearning4j() {
        try (InputStream file = MultiLayerNetwork.class.getResourceAsStream(VERSION_FILE)) {
            Properties properties = new Properties();
            if (file != null) {
                properties.load(file);
            }
            return properties.getProperty("version");
        } catch (IOException unreadable) {
            return null;
        }
    }
}
