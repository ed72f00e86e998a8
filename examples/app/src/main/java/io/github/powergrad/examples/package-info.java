/**
 * Commands that train real networks with {@code LossMCXENT} and with {@code LossPowerGrad}.
 *
 * <p>The parts, from the inside out: {@code data} reads images, {@code model} builds networks, {@code backend} sets ND4J
 * up, {@code train} trains and measures, {@code compare} and {@code study} make tables and figures of many trainings,
 * {@code check} tests a device, {@code files} writes whole files, {@code cli} is the command line.
 */
package io.github.powergrad.examples;
