/**
 * The paper's claims on real data: the runs that test them as a queue that can be resumed, their results as CSV, and
 * the report that is made of the CSV alone.
 */
package io.github.powergrad.examples.study;
