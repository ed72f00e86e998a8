/** The networks that the commands train, each as one readable configuration. */
package io.github.powergrad.examples.model;
