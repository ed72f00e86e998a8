package io.github.powergrad.fastcpu;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("What FastCpu needs")
class AvailabilityTest {

    @Test
    @DisplayName("is there in the tests")
    void isThere() {
        assertThat(Availability.reason()).isNull();
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource({"1.0.0-M2.1, true", "1.0.0-M2, true", "1.0.0-M1.1, false", "1.0.0-beta7, false"})
    @DisplayName("is Deeplearning4j M2 or M2.1")
    void deeplearning4j(String version, boolean known) {
        assertThat(Availability.isKnown(version)).isEqualTo(known);
    }

    @ParameterizedTest(name = "{0}.{1}: {2}")
    @CsvSource({"2, 5, true", "2, 7, true", "2, 2, false", "1, 6, false", "3, 0, false"})
    @DisplayName("is oneDNN 2.5 or a later 2")
    void onednn(int major, int minor, boolean known) {
        assertThat(Availability.isKnown(major, minor)).isEqualTo(known);
    }
}
