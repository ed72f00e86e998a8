/** Deeplearning4j's training UI for the option {@code --ui} of {@code powergrad train}. */
package io.github.powergrad.examples.ui;
