/**
 * The PowerGrad Transform in layers that a user writes with SameDiff. What belongs here: one small layer per class, ready
 * to be copied into a project and changed.
 */
package io.github.powergrad.examples.samediff;
