package io.github.powergrad.fastcpu;

/** A layer or vertex that runs with oneDNN. */
interface FastLayer {

    /** Returns what it shares with the other layers of its network. */
    Session session();
}
