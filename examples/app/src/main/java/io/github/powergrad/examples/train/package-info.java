/** Training: the plan and its recipes, the learning-rate schedule, the loop, the evaluation and what is shown of it. */
package io.github.powergrad.examples.train;
