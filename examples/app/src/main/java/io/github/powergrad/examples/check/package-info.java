/** {@code powergrad check}: whether the loss computes on this device what plain Java computes. */
package io.github.powergrad.examples.check;
