package io.github.powergrad.fastcpu;

import static org.bytedeco.dnnl.global.dnnl.dnnl_cpu;
import static org.bytedeco.dnnl.global.dnnl.dnnl_engine_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_stream_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_success;

import org.bytedeco.dnnl.dnnl_engine;
import org.bytedeco.dnnl.dnnl_stream;

/** The processor as oneDNN sees it: one engine per process, and one stream per thread, since a stream is for one thread. */
final class Onednn {

    static final dnnl_engine ENGINE = engine();

    private static final ThreadLocal<dnnl_stream> STREAM = ThreadLocal.withInitial(Onednn::newStream);

    private Onednn() {}

    /** Returns the stream of this thread. */
    static dnnl_stream stream() {
        return STREAM.get();
    }

    /** @throws OnednnException if a call did not succeed */
    static void check(int status, String call) {
        if (status != dnnl_success) {
            throw new OnednnException(call, status);
        }
    }

    private static dnnl_engine engine() {
        dnnl_engine engine = new dnnl_engine();
        check(dnnl_engine_create(engine, dnnl_cpu, 0), "dnnl_engine_create");
        return engine;
    }

    private static dnnl_stream newStream() {
        dnnl_stream stream = new dnnl_stream();
        check(dnnl_stream_create(stream, ENGINE, 1), "dnnl_stream_create"); // 1: in order
        return stream;
    }
}
