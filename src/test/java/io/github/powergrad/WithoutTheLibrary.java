package io.github.powergrad;

import java.io.File;
import java.util.Arrays;
import org.deeplearning4j.nn.multilayer.MultiLayerNetwork;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.dataset.DataSet;
import org.nd4j.linalg.factory.Nd4j;

/** What FoldAlphaTest runs in a process of its own, whose class path has this class and no other of the library. */
final class WithoutTheLibrary {

    static final INDArray INPUT = Nd4j.createFromArray(new double[][] {{0.5, -1, 0.25, 2}, {-0.75, 0, 1, -0.5}});

    private WithoutTheLibrary() {}

    /** Loads a network from a file, prints what it predicts for INPUT and trains it. */
    public static void main(String[] file) throws Exception {
        try {
            Class.forName("io.github.powergrad.LossPowerGrad");
            throw new IllegalStateException("The library is on the class path");
        } catch (ClassNotFoundException expected) {
            MultiLayerNetwork network = MultiLayerNetwork.load(new File(file[0]), true);
            System.out.println(Arrays.toString(network.output(INPUT).ravel().toDoubleVector()));
            network.fit(new DataSet(INPUT, Nd4j.eye(3).getRows(0, 1)));
        }
    }
}
