#!/usr/bin/env python3
"""Times steps of training in PyTorch, on all processors, and prints the medians in images per second as JSON.

The networks are those of the examples: three convolutions of 8, 16 and 16 channels at 28x28, ResNet-20 with 10 and
ResNet-50 with 1000 classes at 32x32; SGD with Nesterov momentum and weight decay.

With --cuda, on a GPU, the cases that follow, such as resnet50/224/64 for 64 images of 224x224 per step: in FLOAT as
Deeplearning4j computes, and at PyTorch's best (TF32 products, images channels-last, cuDNN's fastest algorithms).
"""
import argparse
import json
import os
import statistics
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F


def normalized(inputs, outputs, size, stride=1):
    return nn.Sequential(nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False), nn.BatchNorm2d(outputs))


class Residual(nn.Module):
    def __init__(self, inputs, outputs, stride, *layers):
        super().__init__()
        self.layers = nn.Sequential(*layers)
        same = stride == 1 and inputs == outputs
        self.shortcut = nn.Identity() if same else normalized(inputs, outputs, 1, stride)

    def forward(self, x):
        return F.relu(self.layers(x) + self.shortcut(x))


def basic(inputs, width, stride):
    return Residual(inputs, width, stride, normalized(inputs, width, 3, stride), nn.ReLU(), normalized(width, width, 3))


def bottleneck(inputs, width, stride):
    return Residual(inputs, 4 * width, stride, normalized(inputs, width, 1), nn.ReLU(),
                    normalized(width, width, 3, stride), nn.ReLU(), normalized(width, 4 * width, 1))


def residual(stem, block, expansion, widths, depths, classes):
    layers, inputs = list(stem), widths[0]
    for stage, (width, depth) in enumerate(zip(widths, depths)):
        for i in range(depth):
            layers.append(block(inputs, width, 2 if stage > 0 and i == 0 else 1))
            inputs = expansion * width
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(inputs, classes))


def resnet20():
    return residual([normalized(3, 16, 3), nn.ReLU()], basic, 1, (16, 32, 64), (3, 3, 3), 10)


def resnet50():
    return residual([normalized(3, 64, 7, 2), nn.ReLU(), nn.MaxPool2d(3, 2, 1)], bottleneck, 4, (64, 128, 256, 512),
                    (3, 4, 6, 3), 1000)


RESNETS = {"resnet20": (resnet20, 10), "resnet50": (resnet50, 1000)}


def networks():
    yield "three-convolutions", 128, (1, 28, 28), 10, nn.Sequential(
        nn.Conv2d(1, 8, 3, 2, 1), nn.ReLU(), nn.Conv2d(8, 16, 3, 2, 1), nn.ReLU(), nn.Conv2d(16, 16, 3, 2, 1), nn.ReLU(),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, 10))
    for name, (network, classes) in RESNETS.items():
        yield name, 64, (3, 32, 32), classes, network()


def images_per_second(network, images, classes, seconds):
    network = network.to(images.device)
    updater = torch.optim.SGD(network.parameters(), 1e-3, momentum=0.9, nesterov=True, weight_decay=5e-4)
    labels, times = torch.randint(classes, (len(images),), device=images.device), []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(times) < 4:
        start = time.perf_counter()
        updater.zero_grad()
        F.cross_entropy(network(images), labels).backward()
        updater.step()
        if images.is_cuda:
            torch.cuda.synchronize()
        times.append(time.perf_counter() - start)
    return len(images) / statistics.median(times[len(times) // 4:])


def on_processor(seconds):
    torch.set_num_threads(os.cpu_count())
    return {
        "torch": torch.__version__,
        "threads": torch.get_num_threads(),
        "images/s": {name: images_per_second(network, torch.randn(batch, *shape), classes, seconds)
                     for name, batch, shape, classes, network in networks()},
    }


def on_gpu(seconds, cases):
    rates = {}
    for variant, best in ("FLOAT", False), ("at its best", True):
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = torch.backends.cudnn.benchmark = best
        layout = torch.channels_last if best else torch.contiguous_format
        rates[variant] = {}
        for case in cases:
            name, size, batch = case.split("/")
            network, classes = RESNETS[name]
            images = torch.randn(int(batch), 3, int(size), int(size), device="cuda").to(memory_format=layout)
            rates[variant][case] = images_per_second(network().to(memory_format=layout), images, classes, seconds)
    return {"torch": torch.__version__, "gpu": torch.cuda.get_device_name(), "images/s": rates}


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("seconds", type=float, nargs="?", default=10, help="for each network")
    arguments.add_argument("--cuda", nargs="+", metavar="CASE", help="network/size/batch")
    options = arguments.parse_args()
    torch.manual_seed(1)
    json.dump(on_gpu(options.seconds, options.cuda) if options.cuda else on_processor(options.seconds),
              sys.stdout, indent=1)


if __name__ == "__main__":
    main()
