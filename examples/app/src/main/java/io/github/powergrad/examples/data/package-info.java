/** Labelled images: reading them from files, scaling them, and cutting them into minibatches. */
package io.github.powergrad.examples.data;
