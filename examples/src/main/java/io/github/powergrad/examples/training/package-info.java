/** Training with one loss or another under equal conditions, and measuring what comes out. */
package io.github.powergrad.examples.training;
