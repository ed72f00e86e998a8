package io.github.powergrad.fastcpu;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * What was made for one shape and is needed again, the least recently used closed first. Minibatches of ever new sizes
 * do not fill the memory.
 */
final class Kept implements AutoCloseable {

    private static final int LIMIT = 512;

    private final Map<Object, AutoCloseable> kept = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * Returns what was made for a key, or makes it.
     *
     * @param key what it is for; equal keys of different kinds are different keys
     */
    <T extends AutoCloseable> T get(Class<T> kind, Object key, Supplier<T> make) {
        Object full = List.of(kind, key, Threads.allowed()); // an operation is made for a number of threads
        AutoCloseable found = kept.get(full);
        if (found == null) {
            found = make.get();
            kept.put(full, found);
            if (kept.size() > LIMIT) {
                Map.Entry<Object, AutoCloseable> eldest = kept.entrySet().iterator().next();
                kept.remove(eldest.getKey());
                close(eldest.getValue());
            }
        }
        return kind.cast(found);
    }

    /** Closes what is there. */
    static void close(AutoCloseable part) {
        if (part != null) {
            try {
                part.close();
            } catch (Exception e) {
                throw new IllegalStateException(e); // nothing here throws a checked exception
            }
        }
    }

    @Override
    public void close() {
        kept.values().forEach(Kept::close);
        kept.clear();
    }
}
