package io.github.powergrad.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * How does LossPowerGrad compare with LossMCXENT, call by call? Both in one process, in blocks of calls of one kind, in
 * random order: two processes of JMH differ by a tenth, and a call after one of another loss finds its caches warm.
 */
public final class CallRatios {

    private static final int SMALL = 10_000;

    private CallRatios() {}

    /**
     * Writes medians in microseconds as JSON.
     *
     * @param arguments the file, the number of blocks, then shapes and types, separated by commas
     * @throws IOException if the file cannot be written
     */
    public static void main(String[] arguments) throws IOException {
        int blocks = Integer.parseInt(arguments[1]);
        List<Map<String, Object>> results = new ArrayList<>();
        for (String type : arguments[3].split(",")) {
            for (String shape : arguments[2].split(",")) {
                results.add(measure(type, shape, blocks));
            }
        }
        new ObjectMapper().writerWithDefaultPrettyPrinter().writeValue(new File(arguments[0]), results);
        System.exit(0); // ND4J's threads are not daemons
    }

    static Map<String, Object> measure(String type, String shape, int blocks) {
        Call peer = call(type, shape, Call.PEER);
        Map<String, Runnable> calls = new LinkedHashMap<>();
        for (Call call : List.of(peer, call(type, shape, Call.OURS))) {
            calls.put("gradient/" + call.loss, call::gradient);
            calls.put("score/" + call.loss, call::score);
            calls.put("gradientAndScore/" + call.loss, call::gradientAndScore);
        }
        int callsABlock = peer.outputs() <= SMALL ? 200 : 5;
        Map<String, List<Double>> times = new LinkedHashMap<>();
        List<String> order = new ArrayList<>(calls.keySet());
        Random random = new Random(1);
        for (int block = -blocks; block < blocks; block++) { // as many to warm up
            Collections.shuffle(order, random);
            for (String name : order) {
                for (int i = 0; i < callsABlock; i++) {
                    long start = System.nanoTime();
                    calls.get(name).run();
                    double microseconds = (System.nanoTime() - start) / 1e3;
                    if (block >= 0) {
                        times.computeIfAbsent(name, key -> new ArrayList<>()).add(microseconds);
                    }
                }
            }
        }
        Map<String, Object> medians = new LinkedHashMap<>(Map.of("case", type + " " + shape));
        times.forEach((name, all) -> {
            Collections.sort(all);
            medians.put(name, all.get(all.size() / 2));
        });
        return medians;
    }

    private static Call call(String type, String shape, String loss) {
        Call call = new Call();
        call.type = type;
        call.shape = shape;
        call.loss = loss;
        call.makeMinibatch();
        return call;
    }
}
