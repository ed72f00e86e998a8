/**
 * Commands that train real networks with {@code LossMCXENT} and with {@code LossPowerGrad}.
 *
 * <p>The parts, from the inside out: {@code data} reads images, {@code model} builds networks,
 * {@code backend} sets ND4J up, {@code training} trains and measures, {@code report} shows and writes what
 * was measured, {@code cli} is the command line. This package itself holds no class.
 */
package io.github.powergrad.examples;
