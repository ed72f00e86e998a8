package io.github.powergrad.fastcpu;

import com.sun.jna.Function;
import com.sun.jna.NativeLibrary;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Asks Linux to keep memory in pages of 2 MB. With its usual ones of 4 KB the processor looks up addresses for up to a fifth of
 * a training step. Many systems give large pages only to memory that was asked for (madvise(2), MADV_HUGEPAGE).
 *
 * <p>It is a wish: where the system is another or says no, everything works as before.
 */
final class LargePages {

    private static final long PAGE = 1 << 21;
    private static final long LEAST = 1 << 17;
    private static final int ASKED_AGAIN = 10_000;

    // Of Linux's mman.h.
    private static final int MADV_HUGEPAGE = 14;
    private static final int MADV_COLLAPSE = 25; // for what has been written to already; since Linux 6.1

    private static final Function MADVISE = madvise();

    /** The numbers of the pages that were asked for. */
    private static final Set<Long> ASKED = ConcurrentHashMap.newKeySet();
    private static final AtomicInteger CALLS = new AtomicInteger();

    private LargePages() {}

    private static Function madvise() {
        if (!System.getProperty("os.name").equals("Linux")) {
            return null;
        }
        try {
            return NativeLibrary.getInstance("c").getFunction("madvise");
        } catch (Error unavailable) {
            // JNA throws one if it cannot load its library, say because files in the folder for temporary ones may not be
            // executed, or if it finds that of another version.
            return null;
        }
    }

    /** Asks for the pages of this memory, if they have not been asked for already. What lies beside it may come along. */
    static void ask(long address, long bytes) {
        if (MADVISE == null || bytes < LEAST) {
            return;
        }
        if (CALLS.incrementAndGet() % ASKED_AGAIN == 0) {
            ASKED.clear(); // there may be other memory at the same addresses now
        }
        long end = (address + bytes + PAGE - 1) / PAGE;
        long first = address / PAGE;
        while (first < end) {
            long next = first;
            while (next < end && ASKED.add(next)) {
                next++;
            }
            if (next > first) {
                advise(first * PAGE, (next - first) * PAGE);
            }
            first = next + 1;
        }
    }

    private static void advise(long address, long bytes) {
        for (int advice : new int[] {MADV_HUGEPAGE, MADV_COLLAPSE}) {
            MADVISE.invokeInt(new Object[] {new Pointer(address), new NativeLong(bytes), advice});
        }
    }
}
