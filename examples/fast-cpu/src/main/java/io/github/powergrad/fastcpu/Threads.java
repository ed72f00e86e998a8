package io.github.powergrad.fastcpu;

import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * Lets oneDNN use no more threads than ND4J may, for as long as an object of this class is open. oneDNN by itself takes as
 * many as OpenMP gives to the calling thread, when an operation is made and when it runs.
 */
final class Threads implements AutoCloseable {

    private final int before;
    private final int now;

    private Threads(int before, int now) {
        this.before = before;
        this.now = now;
    }

    /** Returns how many threads an operation that is made or run now uses at most. */
    static int allowed() {
        return allowed(openMp().ompGetMaxThreads());
    }

    private static int allowed(int ofOpenMp) {
        return Math.max(1, Math.min(ofOpenMp, Nd4j.getEnvironment().maxMasterThreads()));
    }

    /** Opens the limit, for the calling thread. */
    static Threads limited() {
        int before = openMp().ompGetMaxThreads();
        int now = allowed(before);
        if (now != before) {
            openMp().setOmpNumThreads(now);
        }
        return new Threads(before, now);
    }

    private static NativeOps openMp() {
        return NativeOpsHolder.getInstance().getDeviceNativeOps();
    }

    @Override
    public void close() {
        if (now != before) {
            openMp().setOmpNumThreads(before);
        }
    }
}
