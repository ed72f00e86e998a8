/** What has to be said to ND4J and Deeplearning4j, before and while they run, to use the machine well. */
package io.github.powergrad.examples.backend;
