/** What a training is to be, as data: plans, and the recipes of the paper with its figures. */
package io.github.powergrad.examples.train;
