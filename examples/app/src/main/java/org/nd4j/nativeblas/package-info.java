/**
 * Holds one stand-in class at a name that Deeplearning4j 1.0.0-M2.1 still looks up; nothing else belongs
 * here. See {@link org.nd4j.nativeblas.Nd4jCpu}.
 */
package org.nd4j.nativeblas;
