/** A comparison of two losses under equal conditions: its trainings, its table and its figure. */
package io.github.powergrad.examples.compare;
