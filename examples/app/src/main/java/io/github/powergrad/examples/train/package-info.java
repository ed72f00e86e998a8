/** Training: the plan and its recipes, the learning-rate schedule, the loop, the evaluation. */
package io.github.powergrad.examples.train;
