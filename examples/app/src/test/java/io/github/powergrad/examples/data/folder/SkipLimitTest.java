package io.github.powergrad.examples.data.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("The share of images that may be skipped")
class SkipLimitTest {

    @Test
    void is_exceeded_by_one_more_than_it_allows() {
        assertThat(SkipLimit.parse("1%").isExceededBy(10, 1000)).isFalse();
        assertThat(SkipLimit.parse("1%").isExceededBy(11, 1000)).isTrue();
        assertThat(SkipLimit.parse("0.5%").isExceededBy(6405, 1_281_167)).isFalse();
        assertThat(SkipLimit.parse("0.5%").isExceededBy(6406, 1_281_167)).isTrue();
        assertThat(SkipLimit.parse("0%").isExceededBy(0, 10)).isFalse();
        assertThat(SkipLimit.parse("0%").isExceededBy(1, 10)).isTrue();
        assertThat(SkipLimit.parse("100%").isExceededBy(10, 10)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5", "0.05", "-1%", "101%", "100.1%", "%", "1,5%", "NaN%", "1e1%", "5 %"})
    void must_be_a_percentage(String text) {
        assertThatThrownBy(() -> SkipLimit.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("percentage from 0% to 100%, such as 1% or 0.5%, got '" + text + "'");
    }
}
