package io.github.powergrad.fastcpu;

import static io.github.powergrad.fastcpu.Onednn.check;
import static org.bytedeco.dnnl.global.dnnl.DNNL_ARG_SCRATCHPAD;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_desc_get_size;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_memory_set_data_handle;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_attr_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_attr_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_attr_set_scratchpad_mode;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_desc_query_md;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_destroy;
import static org.bytedeco.dnnl.global.dnnl.dnnl_primitive_execute;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_exec_arg_md;
import static org.bytedeco.dnnl.global.dnnl.dnnl_query_scratchpad_md;
import static org.bytedeco.dnnl.global.dnnl.dnnl_reorder_primitive_desc_create;
import static org.bytedeco.dnnl.global.dnnl.dnnl_scratchpad_mode_user;

import org.bytedeco.dnnl.const_dnnl_op_desc_t;
import org.bytedeco.dnnl.dnnl_exec_arg_t;
import org.bytedeco.dnnl.dnnl_memory;
import org.bytedeco.dnnl.dnnl_memory_desc_t;
import org.bytedeco.dnnl.dnnl_primitive;
import org.bytedeco.dnnl.dnnl_primitive_attr;
import org.bytedeco.dnnl.dnnl_primitive_desc;
import org.bytedeco.javacpp.Pointer;

/**
 * One operation of oneDNN for arrays of one shape. It is made once and run often: each run gets the addresses of its
 * arguments. Its scratchpad is the caller's.
 */
final class Primitive implements AutoCloseable {

    private final dnnl_primitive_desc description;
    private final dnnl_primitive primitive = new dnnl_primitive();
    private final dnnl_exec_arg_t arguments;
    private final dnnl_memory[] memories;
    private final long scratchpadBytes;
    private final Address address = new Address();

    private Primitive(dnnl_primitive_desc description, int... kinds) {
        this.description = description;
        try (Threads limited = Threads.limited()) {
            check(dnnl_primitive_create(primitive, description), "dnnl_primitive_create");
        }
        memories = new dnnl_memory[kinds.length + 1];
        arguments = new dnnl_exec_arg_t(memories.length);
        for (int i = 0; i < kinds.length; i++) {
            bind(i, kinds[i], dnnl_primitive_desc_query_md(description, dnnl_query_exec_arg_md, kinds[i]));
        }
        dnnl_memory_desc_t scratchpad = dnnl_primitive_desc_query_md(description, dnnl_query_scratchpad_md, 0);
        scratchpadBytes = dnnl_memory_desc_get_size(scratchpad);
        bind(kinds.length, DNNL_ARG_SCRATCHPAD, scratchpad);
    }

    /**
     * Makes an operation.
     *
     * @param operation its description; closed here
     * @param attributes for what follows the operation in the same pass; null for nothing; closed here
     * @param hint the forward operation of a backward one; null for none
     * @param kinds the arguments, DNNL_ARG_..., in the order of the addresses of {@link #run}
     */
    static Primitive of(Pointer operation, dnnl_primitive_attr attributes, Primitive hint, int... kinds) {
        dnnl_primitive_desc description = new dnnl_primitive_desc();
        dnnl_primitive_attr used = attributes == null ? attributes() : attributes;
        try (operation; Threads limited = Threads.limited(); const_dnnl_op_desc_t any = new const_dnnl_op_desc_t(operation)) {
            check(dnnl_primitive_desc_create(description, any, used, Onednn.ENGINE,
                    hint == null ? null : hint.description), "dnnl_primitive_desc_create");
        } finally {
            dnnl_primitive_attr_destroy(used);
        }
        return new Primitive(description, kinds);
    }

    /** Makes a copy from one layout into another. */
    static Primitive reorder(dnnl_memory_desc_t from, dnnl_memory_desc_t to) {
        dnnl_primitive_desc description = new dnnl_primitive_desc();
        dnnl_primitive_attr attributes = attributes();
        try (Threads limited = Threads.limited()) {
            check(dnnl_reorder_primitive_desc_create(description, from, Onednn.ENGINE, to, Onednn.ENGINE, attributes),
                    "dnnl_reorder_primitive_desc_create");
        } finally {
            dnnl_primitive_attr_destroy(attributes);
        }
        return new Primitive(description, org.bytedeco.dnnl.global.dnnl.DNNL_ARG_FROM,
                org.bytedeco.dnnl.global.dnnl.DNNL_ARG_TO);
    }

    /** Returns attributes under which the scratchpad is the caller's. */
    static dnnl_primitive_attr attributes() {
        dnnl_primitive_attr attributes = new dnnl_primitive_attr();
        check(dnnl_primitive_attr_create(attributes), "dnnl_primitive_attr_create");
        check(dnnl_primitive_attr_set_scratchpad_mode(attributes, dnnl_scratchpad_mode_user),
                "dnnl_primitive_attr_set_scratchpad_mode");
        return attributes;
    }

    /** Returns the layout of an argument; it belongs to this primitive. */
    dnnl_memory_desc_t layout(int kind) {
        return dnnl_primitive_desc_query_md(description, dnnl_query_exec_arg_md, kind);
    }

    /**
     * Runs the operation on this thread and those that help it; returns when it is done.
     *
     * @param scratchpad where the operation may write what it likes
     * @param addresses of the arguments
     */
    void run(Scratch scratchpad, long... addresses) {
        for (int i = 0; i < addresses.length; i++) {
            address.set(addresses[i]);
            check(dnnl_memory_set_data_handle(memories[i], address), "dnnl_memory_set_data_handle");
        }
        address.set(scratchpad.address(scratchpadBytes));
        check(dnnl_memory_set_data_handle(memories[addresses.length], address), "dnnl_memory_set_data_handle");
        try (Threads limited = Threads.limited()) {
            check(dnnl_primitive_execute(primitive, Onednn.stream(), memories.length, arguments), "dnnl_primitive_execute");
        }
    }

    private void bind(int place, int kind, dnnl_memory_desc_t layout) {
        memories[place] = new dnnl_memory();
        check(dnnl_memory_create(memories[place], layout, Onednn.ENGINE, new Pointer()), "dnnl_memory_create");
        arguments.position(place).arg(kind).memory(memories[place]);
        arguments.position(0);
    }

    @Override
    public void close() {
        for (dnnl_memory memory : memories) {
            dnnl_memory_destroy(memory);
        }
        dnnl_primitive_destroy(primitive);
        dnnl_primitive_desc_destroy(description);
        arguments.close();
    }

    /** A pointer to memory that belongs to somebody else. */
    private static final class Address extends Pointer {

        void set(long value) {
            address = value;
        }
    }
}
