/**
 * Images in folders, one folder a class: finding them, decoding and cropping them on several threads, and leaving
 * out those that are broken.
 */
package io.github.powergrad.examples.data.folder;
