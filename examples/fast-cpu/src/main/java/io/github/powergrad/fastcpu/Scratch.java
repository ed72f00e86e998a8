package io.github.powergrad.fastcpu;

import org.bytedeco.javacpp.BytePointer;

/**
 * Memory for what nobody reads afterwards. It grows to the largest request.
 *
 * <p>Behind it lies room that nobody was promised: the gradient of the weights of a 1x1 convolution with stride 2
 * writes up to 32 bytes past the end of its scratchpad in oneDNN 2.5.2 where the channels are no multiple of 16.
 */
class Scratch implements AutoCloseable {

    private static final long ALIGNMENT = 64;
    private static final long ROOM = 4096;

    private BytePointer memory;
    private long size;

    /** Returns the address of this many bytes, good until the next call. */
    long address(long bytes) {
        if (memory == null || bytes > size) {
            close();
            memory = new BytePointer(bytes + ALIGNMENT + ROOM);
            size = bytes;
            LargePages.ask(memory.address(), bytes);
        }
        return (memory.address() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    @Override
    public void close() {
        if (memory != null) {
            memory.close();
            memory = null;
            size = 0;
        }
    }
}
