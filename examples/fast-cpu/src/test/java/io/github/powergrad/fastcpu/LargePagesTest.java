package io.github.powergrad.fastcpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Large pages")
class LargePagesTest {

    private static final Path SETTING = Path.of("/sys/kernel/mm/transparent_hugepage/enabled");
    private static final long BYTES = 64 << 20;

    @Test
    @DisplayName("hold memory that they were asked for, and its numbers stay")
    void holdMemory() throws IOException {
        assumeThat(SETTING).as("the setting of Linux").exists();
        assumeThat(Files.readString(SETTING)).as("large pages where they are asked for").contains("[madvise]");
        try (BytePointer memory = new BytePointer(BYTES)) {
            long before = largeKilobytes();
            LargePages.ask(memory.address(), BYTES);
            Pointer.memset(memory, 7, BYTES);
            assertThat(largeKilobytes() - before).isGreaterThan(BYTES / 2 / 1024);
            LargePages.ask(memory.address(), BYTES);
            assertThat(memory.get(BYTES - 1)).isEqualTo((byte) 7);
        }
    }

    @Test
    @DisplayName("are only asked for: an address where there is no memory changes nothing")
    void nothingThere() {
        LargePages.ask(1L << 45, BYTES);
    }

    private static long largeKilobytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/smaps_rollup")).stream().filter(line -> line.startsWith("AnonHugePages:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", ""))).sum();
    }
}
