package io.github.powergrad.fastcpu;

import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.buffer.DataBuffer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Memory for activations of inference and for gradients of activations, used again as soon as the last layer has read
 * them. What was given back last goes out first, while it is in the processor's caches.
 */
final class ArrayMemory {

    private static final int ALIGNMENT = 64;
    private static final int ROOM = ALIGNMENT / Float.BYTES;
    private static final int LIMIT = 16;

    private final List<DataBuffer> free = new ArrayList<>();

    /** Returns memory for this many numbers; what is in it is anything. */
    DataBuffer take(long numbers) {
        int best = -1;
        for (int i = free.size() - 1; i >= 0; i--) {
            long length = free.get(i).length();
            if (length >= numbers && length <= 2 * numbers + ROOM
                    && (best < 0 || length < free.get(best).length())) {
                best = i;
            }
        }
        return best >= 0 ? free.remove(best) : aligned(numbers);
    }

    /** Takes back what {@link #take} gave. */
    void giveBack(DataBuffer memory) {
        free.add(memory);
        if (free.size() > LIMIT) {
            free.remove(0); // sizes that are no longer asked for
        }
    }

    /** Returns memory that begins where a line of the cache does. */
    private static DataBuffer aligned(long numbers) {
        DataBuffer memory = Nd4j.createUninitializedDetached(DataType.FLOAT, numbers + ROOM).data();
        LargePages.ask(memory.addressPointer().address(), numbers * Float.BYTES);
        long offset = (ALIGNMENT - memory.addressPointer().address() % ALIGNMENT) % ALIGNMENT / Float.BYTES;
        return offset == 0 ? memory : Nd4j.createBuffer(memory, offset, numbers);
    }
}
