/** Training on Apache Spark: each worker trains a copy of the network on its part of every batch, the driver averages. */

package io.github.powergrad.examples.spark;
