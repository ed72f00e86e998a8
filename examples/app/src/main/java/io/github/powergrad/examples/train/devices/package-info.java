/**
 * One network on several devices: what Deeplearning4j's ParallelWrapper needs around it to train as one device would,
 * with the same number of updates, the same schedules, no image left out and an end where a device fails.
 */
package io.github.powergrad.examples.train.devices;
