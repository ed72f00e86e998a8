/** Files that faults leave whole: what a process that is killed, or a disk that is full, can and cannot do to them. */
package io.github.powergrad.examples.files;
