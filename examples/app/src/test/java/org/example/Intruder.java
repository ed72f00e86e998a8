package org.example;

import java.io.IOException;
import java.io.ObjectInputStream;
import org.nd4j.linalg.activations.impl.ActivationIdentity;

/** A class of someone else's that a file may name; it tells when it comes to life. */
public final class Intruder extends ActivationIdentity {

    private static final long serialVersionUID = 1L;

    /** Counts the objects that were made. */
    public static int made;

    /** Is what JSON makes. */
    public Intruder() {
        made++;
    }

    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
        in.defaultReadObject();
        made++;
    }
}
