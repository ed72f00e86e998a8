package io.github.powergrad.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** A network in PyTorch, in a process of its own, that waits to be asked: {@code peers/torch_training.py}. */
final class PyTorch implements AutoCloseable {

    private final Process process;
    private final PrintWriter questions;
    private final BufferedReader answers;

    /**
     * @param script where {@code torch_training.py} is
     * @param network the name of the {@link NetworkCase}
     * @param variant the memory layout and the allocator, such as "channels_last, kept"
     */
    PyTorch(String script, String network, String variant) throws IOException {
        String[] choices = variant.split(", ");
        process = new ProcessBuilder("/usr/bin/python3", script, network, "--memory-format", choices[0],
                "--allocator", choices[1]).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        questions = new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8);
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Returns what PyTorch answers to "training 0.5", "inference 0.5", "peak" or "about". */
    String ask(String question) throws IOException {
        questions.println(question);
        String answer = answers.readLine();
        if (answer == null) {
            throw new IOException("PyTorch has ended without an answer to: " + question);
        }
        return answer;
    }

    @Override
    public void close() {
        questions.close();
        process.destroy();
    }
}
