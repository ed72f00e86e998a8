package io.github.powergrad.examples.spark;

import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import org.bytedeco.javacpp.BytePointer;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.concurrency.AffinityManager;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Parameters and momentum of a network, or the sum of those of several. Travels as the bytes in memory: ND4J's own
 * serialization goes value by value, which for the 51 million values of ResNet-50 takes longer than an update.
 */
final class NetworkState implements Serializable {

    private static final long serialVersionUID = 1L;

    transient INDArray parameters;
    /** The updater's state; null for none. */
    transient INDArray momentum;
    private int networks;

    /**
     * @param parameters of one network
     * @param momentum its updater's state; null for none
     */
    NetworkState(INDArray parameters, INDArray momentum) {
        this.parameters = parameters;
        this.momentum = momentum;
        this.networks = 1;
    }

    /** Adds others to this, in place. */
    NetworkState plus(NetworkState others) {
        parameters.addi(others.parameters);
        if (momentum != null) {
            momentum.addi(others.momentum);
        }
        networks += others.networks;
        return this;
    }

    /** Turns the sum into the mean, in place. */
    NetworkState mean() {
        parameters.divi(networks);
        if (momentum != null) {
            momentum.divi(networks);
        }
        networks = 1;
        return this;
    }

    private void writeObject(ObjectOutputStream out) throws IOException {
        out.defaultWriteObject();
        write(out, parameters);
        write(out, momentum);
    }

    private void readObject(ObjectInputStream in) throws IOException, ClassNotFoundException {
        in.defaultReadObject();
        parameters = read(in);
        momentum = read(in);
    }

    private static void write(ObjectOutputStream out, INDArray values) throws IOException {
        if (values == null) {
            out.writeObject(null);
            return;
        }
        // As networks have them; the others are not laid out one value after the other.
        INDArray whole = values.isView() || values.ordering() != 'c' ? values.dup('c') : values;
        Nd4j.getExecutioner().commit();
        Nd4j.getAffinityManager().ensureLocation(whole, AffinityManager.Location.HOST);
        byte[] bytes = new byte[Math.toIntExact(whole.length() * whole.dataType().width())];
        bytesOf(whole, bytes.length).get(bytes);
        out.writeObject(values.dataType());
        out.writeObject(values.shape());
        out.writeObject(bytes);
    }

    private static INDArray read(ObjectInputStream in) throws IOException, ClassNotFoundException {
        DataType type = (DataType) in.readObject();
        if (type == null) {
            return null;
        }
        long[] shape = (long[]) in.readObject();
        byte[] bytes = (byte[]) in.readObject();
        INDArray values = Nd4j.createUninitializedDetached(type, shape);
        bytesOf(values, bytes.length).put(bytes);
        Nd4j.getAffinityManager().tagLocation(values, AffinityManager.Location.HOST);
        return values;
    }

    private static BytePointer bytesOf(INDArray values, int length) {
        return new BytePointer(values.data().addressPointer()).capacity(length);
    }
}
