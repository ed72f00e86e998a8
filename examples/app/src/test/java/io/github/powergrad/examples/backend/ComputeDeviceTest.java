package io.github.powergrad.examples.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The compute device")
class ComputeDeviceTest {

    @Test
    void refuses_more_devices_than_there_are_gpus_with_both_numbers() {
        assertThatThrownBy(() -> ComputeDevice.requireGpus(4, 2)).isInstanceOf(IOException.class).hasMessage(
                "4 devices need as many GPUs, but ND4J sees 2; ask for 2, or let it see more with CUDA_VISIBLE_DEVICES");
    }

    @Test
    void takes_as_many_devices_as_there_are_gpus() {
        assertThatCode(() -> ComputeDevice.requireGpus(2, 2)).doesNotThrowAnyException();
    }

    @Test
    void names_the_library_that_is_missing_rather_than_the_class_that_needs_it() {
        Throwable missing = new UnsatisfiedLinkError("/home/me/libjnicudart.so: libcudart.so.11.0: cannot open shared object file");

        assertThat(ComputeDevice.reason(new ExceptionInInitializerError(new IllegalStateException(missing))))
                .isEqualTo("/home/me/libjnicudart.so: libcudart.so.11.0: cannot open shared object file");
        assertThat(ComputeDevice.reason("java.lang.NoClassDefFoundError: x\n\tat y\nCaused by: java.lang.UnsatisfiedLinkError:"
                + " libcudart.so.11.0: cannot open\n\tat z\n")).isEqualTo("libcudart.so.11.0: cannot open");
        assertThat(ComputeDevice.reason("java.lang.UnsatisfiedLinkError: a: b\n\tat y")).isEqualTo("a: b");
    }
}
