package io.github.powergrad;

import java.io.IOException;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.shade.jackson.core.JsonParser;
import org.nd4j.shade.jackson.databind.DeserializationContext;
import org.nd4j.shade.jackson.databind.JsonDeserializer;
import org.nd4j.shade.jackson.databind.JsonNode;

/**
 * Reads class weights as ND4J writes them, {@code {"dataType": "DOUBLE", "shape": [3], "data": [1.0, 2.0, 0.5]}}, or as
 * a plain array of numbers.
 *
 * <p>In place of ND4J's NDArrayTextDeSerializer, which reads anything that is no number as 0 and fails on other damage
 * with a NullPointerException or ClassCastException.
 */
final class ClassWeightsDeserializer extends JsonDeserializer<INDArray> {

    @Override
    public INDArray deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        JsonNode weights = parser.getCodec().readTree(parser);
        JsonNode data = weights.isArray() ? weights : weights.path("data");
        require(data.isArray(), context, weights.isObject() ? "data is " + data.getNodeType() : "got "
                + weights.getNodeType());
        require(data.size() > 0, context, "there are no numbers");
        double[] values = new double[data.size()];
        for (int c = 0; c < values.length; c++) {
            JsonNode value = data.get(c);
            require(value.isNumber(), context, "weight " + c + " is " + value.getNodeType());
            values[c] = value.asDouble();
        }
        if (weights.isArray()) {
            return Nd4j.createFromArray(values);
        }
        String type = weights.path("dataType").asText();
        require(type.equals("DOUBLE") || type.equals("FLOAT"), context, "dataType must be DOUBLE or FLOAT");
        JsonNode shape = weights.path("shape");
        int rank = shape.size();
        boolean row = (rank == 1 || rank == 2 && shape.get(0).asLong() == 1)
                && shape.get(rank - 1).asLong() == values.length;
        require(row, context, "shape must be [" + values.length + "] or [1, " + values.length + "], as there are "
                + values.length + " numbers");
        INDArray read = Nd4j.createFromArray(values).castTo(DataType.valueOf(type));
        return rank == 1 ? read : read.reshape(1, values.length);
    }

    private static void require(boolean holds, DeserializationContext context, String what) throws IOException {
        if (!holds) {
            context.reportInputMismatch(INDArray.class, "weights of a PowerGrad loss must be an array of numbers, or "
                    + "{dataType, shape, data} as ND4J writes it: %s; the file is damaged or was not written by this "
                    + "library", what);
        }
    }
}
