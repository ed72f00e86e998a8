/** Shows and writes results: progress, table, CSV, JSON and figures. Knows nothing of how they arise. */
package io.github.powergrad.examples.report;
