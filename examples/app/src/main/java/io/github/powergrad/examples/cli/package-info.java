/** The command line: options, their validation, exit codes and error messages. */

package io.github.powergrad.examples.cli;
