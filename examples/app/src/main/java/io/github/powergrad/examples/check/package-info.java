/**
 * {@code powergrad check}: whether the loss computes what it should on this device. What it is compared with is
 * computed without ND4J wherever that can be.
 */
package io.github.powergrad.examples.check;
