/**
 * Commands that train real networks with {@code LossMCXENT} and with {@code LossPowerGrad}.
 *
 * <p>{@code docs/architecture.md} says what is in which package.
 */
package io.github.powergrad.examples;
