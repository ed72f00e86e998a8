/** Benchmarks of the loss: one small JMH class a question, and what puts their results into one table. */
package io.github.powergrad.benchmarks;
