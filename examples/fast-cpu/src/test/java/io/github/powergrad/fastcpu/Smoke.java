package io.github.powergrad.fastcpu;

import org.deeplearning4j.nn.graph.ComputationGraph;
import org.nd4j.linalg.dataset.DataSet;

final class Smoke {
    public static void main(String... a) {
        ComputationGraph stock = a[0].equals("20") ? Networks.resNet20(16, 10) : Networks.resNet50(64, 10);
        ComputationGraph fast = stock.clone();
        System.out.println(FastCpu.apply(fast));
        int n = a[0].equals("20") ? 16 : 8;
        for (int i = 0; i < 10; i++) {
            DataSet d = Networks.images(i % 3 == 2 ? n / 2 : n, 3, a[0].equals("20") ? 16 : 64, 10, i);
            long t = System.nanoTime();
            stock.fit(d);
            long u = System.nanoTime();
            fast.fit(d);
            if (i < 3) for (String k : stock.paramTable().keySet()) {
                double e = stock.getParam(k).distance2(fast.getParam(k)) / Math.max(1e-6, stock.getParam(k).norm2Number().doubleValue());
                if (e > 1e-5) System.out.printf("   %s %.2e %.3e%n", k, e, stock.getParam(k).norm2Number().doubleValue());
            }
            System.out.printf("%d %.7f %.7f  %.0f ms %.0f ms  dw %.2e%n", i, stock.score(), fast.score(), (u - t) / 1e6, (System.nanoTime() - u) / 1e6,
               stock.params().distance2(fast.params()) / stock.params().norm2Number().doubleValue());
        }
        DataSet d = Networks.images(n, 3, a[0].equals("20") ? 16 : 64, 10, 77);
        System.out.println("out " + stock.output(d.getFeatures())[0].distance2(fast.output(d.getFeatures())[0]));
    }
}
