"""Makes agc.json: one step of SGD with adaptive gradient clipping in PyTorch.

Run with a Python that has torch:  python3 agc.py
The clipping follows Brock et al. 2021, eq. (3), with the units of timm: one norm for a parameter of one dimension or none
(biases, gamma and beta of batch normalization), one norm an output unit for matrices and convolutions.
A softmax cross-entropy on top makes the gradients; the layers are those that AdaptiveGradientClippingTest builds. The
output layer is not clipped.
"""
import json
import pathlib

import torch
import torch.nn.functional as F

torch.manual_seed(20211)
torch.set_default_dtype(torch.float64)
CLIP, EPS, LR = 0.01, 1e-3, 0.5


def unitwise_norm(x):
    return x.norm() if x.ndim <= 1 else x.norm(2, dim=tuple(range(1, x.ndim)), keepdim=True)


def clipped(weight, gradient):
    limit = CLIP * unitwise_norm(weight).clamp(min=EPS)
    norm = unitwise_norm(gradient)
    return torch.where(norm > limit, gradient * limit / norm, gradient)


def as_dl4j(tensor):
    """Dense weights are [nIn, nOut] in DL4J."""
    return (tensor.T if tensor.ndim == 2 else tensor).contiguous().flatten().tolist()


def case(name, batch):
    x = torch.randn(batch, 2, 6, 6)
    conv = torch.nn.Conv2d(2, 4, 3)
    norm = torch.nn.BatchNorm2d(4)
    dense = torch.nn.Linear(4 * 4 * 4, 5)
    narrow = torch.nn.Linear(5, 1)  # weights [5, 1] in DL4J: one unit
    wide = torch.nn.Linear(1, 5)  # weights [1, 5] in DL4J: a matrix, five units
    out = torch.nn.Linear(5, 3)
    with torch.no_grad():
        conv.weight[0] *= 1e-4  # below eps
        conv.bias.zero_()  # the whole vector below eps
        norm.weight.copy_(torch.tensor([1.0, 0.0, 0.5, -0.2]))
        norm.bias.copy_(torch.tensor([0.0, 0.3, 0.0, 0.1]))
        dense.weight[1] *= 50  # large enough not to be clipped
        dense.bias.copy_(torch.tensor([0.0, 0.0, 0.4, 0.0, -0.3]))  # the zeros move with the others
        wide.weight[2] = 0.0
        wide.bias[0] = 20.0  # large enough for the vector not to be clipped
    labels = torch.randint(0, 3, (batch,))
    hidden = torch.tanh(dense(norm(torch.tanh(conv(x))).flatten(1)))
    z = out(torch.tanh(wide(torch.tanh(narrow(hidden)))))
    F.cross_entropy(z, labels).backward()
    record = {"name": name, "clip": CLIP, "eps": EPS, "learning_rate": LR,
              "features": x.flatten().tolist(), "feature_shape": list(x.shape),
              "labels": F.one_hot(labels, 3).tolist(), "before": {}, "after": {}}
    layers = {"conv": conv, "norm": norm, "dense": dense, "narrow": narrow, "wide": wide, "out": out}
    for layer_name, layer in layers.items():
        for key, p in zip(("gamma", "beta") if layer is norm else ("W", "b"), (layer.weight, layer.bias)):
            g = p.grad if layer is out else clipped(p.detach(), p.grad)
            record["before"][layer_name + "_" + key] = as_dl4j(p.detach())
            record["after"][layer_name + "_" + key] = as_dl4j(p.detach() - LR * g)
    return record


cases = [case("batch of 1", 1), case("batch of 8", 8)]
pathlib.Path(__file__).with_name("agc.json").write_text(json.dumps(cases, indent=1) + "\n")
