/** The bundled images of Fashion-MNIST, and other data sets in the same four files: grey images of ten classes. */
package io.github.powergrad.fashionmnist;
