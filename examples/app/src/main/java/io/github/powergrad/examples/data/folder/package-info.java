/** Colour images in folders, one folder per class: found, decoded, cropped and normalized on several threads. */
package io.github.powergrad.examples.data.folder;
