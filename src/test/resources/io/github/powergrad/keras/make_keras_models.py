#!/usr/bin/python3
"""Writes the Keras 2 models that KerasImportTest reads. Needs h5py alone (Debian: python3-h5py), not TensorFlow.

Usage: make_keras_models.py [FOLDER]

Layout as keras.Model.save writes it in HDF5: configuration and training configuration as JSON attributes of the root,
weights under model_weights/LAYER/LAYER/{kernel:0,bias:0}.
"""
import json
import os
import random
import sys

import h5py
import numpy as np

INPUTS, HIDDEN, CLASSES = 4, 5, 3


def dense(name, units, activation, **config):
    return {"class_name": "Dense", "config": dict(
        name=name, trainable=True, dtype="float32", units=units, activation=activation, use_bias=True,
        kernel_initializer={"class_name": "GlorotUniform", "config": {"seed": None}},
        bias_initializer={"class_name": "Zeros", "config": {}}, kernel_regularizer=None, bias_regularizer=None,
        activity_regularizer=None, kernel_constraint=None, bias_constraint=None, **config)}


def activation(name, function):
    return {"class_name": "Activation",
            "config": {"name": name, "trainable": True, "dtype": "float32", "activation": function}}


def sequential(last):
    layers = [dense("hidden", HIDDEN, "relu", batch_input_shape=[None, INPUTS])] + last
    return {"class_name": "Sequential", "config": {"name": "sequential", "layers": layers}}


def functional(last):
    start = {"class_name": "InputLayer", "name": "input", "inbound_nodes": [], "config": {
        "batch_input_shape": [None, INPUTS], "dtype": "float32", "sparse": False, "ragged": False, "name": "input"}}
    layers, previous = [start], "input"
    for layer in [dense("hidden", HIDDEN, "relu")] + last:
        name = layer["config"]["name"]
        layers.append(dict(layer, name=name, inbound_nodes=[[[previous, 0, 0, {}]]]))
        previous = name
    return {"class_name": "Functional", "config": {
        "name": "model", "layers": layers, "input_layers": [["input", 0, 0]], "output_layers": [[previous, 0, 0]]}}


def save(path, model, loss):
    weights = random.Random(1)

    def values(*shape):
        count = int(np.prod(shape))
        return np.array([weights.uniform(-1, 1) for _ in range(count)], dtype="<f4").reshape(shape)

    training = {"loss": loss, "metrics": ["accuracy"], "weighted_metrics": None, "loss_weights": None,
                "optimizer_config": {"class_name": "SGD", "config": {
                    "name": "SGD", "learning_rate": 0.1, "decay": 0.0, "momentum": 0.0, "nesterov": False}}}
    with h5py.File(path, "w", track_order=True) as file:
        for place in (file, file.create_group("model_weights")):
            place.attrs["keras_version"] = "2.9.0"
            place.attrs["backend"] = "tensorflow"
        file.attrs["model_config"] = json.dumps(model)
        file.attrs["training_config"] = json.dumps(training)
        group = file["model_weights"]
        names = [layer["config"]["name"] for layer in model["config"]["layers"]]
        group.attrs["layer_names"] = [name.encode() for name in names]
        shapes = {"hidden": (INPUTS, HIDDEN), "output": (HIDDEN, CLASSES)}
        for name in names:
            of_layer = group.create_group(name)
            if name not in shapes:
                of_layer.attrs["weight_names"] = np.array([], dtype="S1")
                continue
            of_layer.attrs["weight_names"] = [f"{name}/kernel:0".encode(), f"{name}/bias:0".encode()]
            of_layer.create_dataset(f"{name}/kernel:0", data=values(*shapes[name]))
            of_layer.create_dataset(f"{name}/bias:0", data=values(shapes[name][1]))


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else os.path.dirname(os.path.abspath(__file__))
    softmax = [dense("output", CLASSES, "softmax")]
    linear_then_softmax = [dense("output", CLASSES, "linear"), activation("softmax", "softmax")]
    linear = [dense("output", CLASSES, "linear")]
    for name, model, loss in (
            ("sequential", sequential(softmax), "categorical_crossentropy"),
            ("sparse", sequential(softmax), "sparse_categorical_crossentropy"),
            ("functional", functional(linear_then_softmax), "categorical_crossentropy"),
            ("from-logits", sequential(linear), "categorical_crossentropy"),
            ("custom-loss", sequential(softmax), "power_grad")):
        save(os.path.join(folder, name + ".h5"), model, loss)


if __name__ == "__main__":
    main()
