/** Trainings on disk: what is saved after each epoch, and how it is found and read again. */
package io.github.powergrad.examples.train.checkpoint;
