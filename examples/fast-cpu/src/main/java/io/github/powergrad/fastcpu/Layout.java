package io.github.powergrad.fastcpu;

import static io.github.powergrad.fastcpu.Onednn.check;
import static org.bytedeco.dnnl.global.dnnl.dnnl_f32;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_init_by_tag;

import org.bytedeco.dnnl.dnnl_memory_desc_t;

/** Descriptions of FLOAT arrays. Whoever asks for one closes it. */
final class Layout {

    private Layout() {}

    /**
     * Describes an array.
     *
     * @param tag the order of its dimensions in memory, dnnl_nhwc for example
     * @param dimensions its shape, [N, C, H, W] for images whatever their order in memory
     */
    static dnnl_memory_desc_t of(int tag, long... dimensions) {
        dnnl_memory_desc_t layout = new dnnl_memory_desc_t();
        check(dnnl_memory_desc_init_by_tag(layout, dimensions.length, dimensions, dnnl_f32, tag),
                "dnnl_memory_desc_init_by_tag");
        return layout;
    }
}
