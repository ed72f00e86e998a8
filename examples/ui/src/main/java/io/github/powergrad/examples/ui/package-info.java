/** Deeplearning4j's training UI for {@code powergrad train}. */
package io.github.powergrad.examples.ui;
