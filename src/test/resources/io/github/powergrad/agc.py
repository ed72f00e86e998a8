"""Makes agc.json: one step of SGD with adaptive gradient clipping in PyTorch, for a convolution and a dense layer.

Run with a Python that has torch:  python3 agc.py
The clipping follows Brock et al. 2021, eq. (3), with one norm an output unit for weights and one an element for biases.
A softmax cross-entropy on top makes the gradients; the layers are those that AdaptiveGradientClippingTest builds.
"""
import json
import pathlib

import torch
import torch.nn.functional as F

torch.manual_seed(20211)
torch.set_default_dtype(torch.float64)
CLIP, EPS, LR = 0.01, 1e-3, 0.5


def clipped(weight, gradient):
    units = weight.reshape(weight.shape[0], -1) if weight.ndim > 1 else weight.reshape(-1, 1)
    gradients = gradient.reshape(units.shape)
    limit = CLIP * units.norm(dim=1, keepdim=True).clamp(min=EPS)
    norm = gradients.norm(dim=1, keepdim=True)
    return torch.where(norm > limit, gradients * limit / norm.clamp(min=1e-6), gradients).reshape(gradient.shape)


def case(name, batch):
    x = torch.randn(batch, 2, 6, 6)
    conv = torch.nn.Conv2d(2, 4, 3)
    dense = torch.nn.Linear(4 * 4 * 4, 5)
    out = torch.nn.Linear(5, 3)
    with torch.no_grad():
        conv.weight[0] *= 1e-4  # below eps
        conv.bias.zero_()
        dense.weight[1] *= 50  # large enough not to be clipped
    labels = torch.randint(0, 3, (batch,))
    z = out(torch.tanh(dense(torch.tanh(conv(x)).flatten(1))))
    F.cross_entropy(z, labels).backward()
    record = {"name": name, "clip": CLIP, "eps": EPS, "learning_rate": LR,
              "features": x.flatten().tolist(), "feature_shape": list(x.shape),
              "labels": F.one_hot(labels, 3).tolist(), "before": {}, "after": {}}
    for layer_name, layer in (("conv", conv), ("dense", dense), ("out", out)):
        for key, p in (("W", layer.weight), ("b", layer.bias)):
            g = p.grad if layer is out else clipped(p.detach(), p.grad)
            # DL4J's layouts: dense weights [nIn, nOut], biases [1, nOut]
            as_dl4j = (lambda t: t.T if t.ndim == 2 else t.reshape(1, -1) if t.ndim == 1 else t)
            record["before"][layer_name + "_" + key] = as_dl4j(p.detach()).contiguous().flatten().tolist()
            record["after"][layer_name + "_" + key] = as_dl4j(p.detach() - LR * g).contiguous().flatten().tolist()
    return record


cases = [case("batch of 1", 1), case("batch of 8", 8)]
pathlib.Path(__file__).with_name("agc.json").write_text(json.dumps(cases, indent=1) + "\n")
