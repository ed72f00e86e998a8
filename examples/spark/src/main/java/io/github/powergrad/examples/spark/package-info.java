/**
 * Training on Apache Spark: each worker trains a copy of the network on its part of every batch, and the driver
 * averages them. What a training is, and what it leaves behind, comes from the examples; here is only what a cluster
 * adds.
 */
package io.github.powergrad.examples.spark;
