package io.github.powergrad.fastcpu;

/** A call of oneDNN that did not succeed. */
final class OnednnException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /**
     * @param call the function of oneDNN
     * @param status what it returned: 1 out of memory, 2 invalid arguments, 3 not implemented, 5 runtime error
     */
    OnednnException(String call, int status) {
        super("oneDNN: " + call + " returned " + status);
    }
}
