#!/usr/bin/env python3
"""Times steps of training in PyTorch, on all processors, and prints the medians in images a second as JSON.

The networks are those of the examples: three convolutions of 8, 16 and 16 channels at 28x28, ResNet-20 with 10 and
ResNet-50 with 1000 classes at 32x32; SGD with Nesterov momentum and weight decay.
"""
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


def networks():
    yield "three-convolutions", 128, (1, 28, 28), 10, nn.Sequential(
        nn.Conv2d(1, 8, 3, 2, 1), nn.ReLU(), nn.Conv2d(8, 16, 3, 2, 1), nn.ReLU(), nn.Conv2d(16, 16, 3, 2, 1), nn.ReLU(),
        nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, 10))
    yield "resnet20", 64, (3, 32, 32), 10, residual(
        [normalized(3, 16, 3), nn.ReLU()], basic, 1, (16, 32, 64), (3, 3, 3), 10)
    yield "resnet50", 64, (3, 32, 32), 1000, residual(
        [normalized(3, 64, 7, 2), nn.ReLU(), nn.MaxPool2d(3, 2, 1)], bottleneck, 4, (64, 128, 256, 512), (3, 4, 6, 3), 1000)


def images_a_second(network, batch, shape, classes, seconds):
    updater = torch.optim.SGD(network.parameters(), 1e-3, momentum=0.9, nesterov=True, weight_decay=5e-4)
    images, labels, times = torch.randn(batch, *shape), torch.randint(classes, (batch,)), []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(times) < 4:
        start = time.perf_counter()
        updater.zero_grad()
        F.cross_entropy(network(images), labels).backward()
        updater.step()
        times.append(time.perf_counter() - start)
    return batch / statistics.median(times[len(times) // 4:])


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 10
    torch.set_num_threads(os.cpu_count())
    torch.manual_seed(1)
    json.dump({
        "torch": torch.__version__,
        "threads": torch.get_num_threads(),
        "images/s": {name: images_a_second(network, batch, shape, classes, seconds)
                     for name, batch, shape, classes, network in networks()},
    }, sys.stdout, indent=1)


if __name__ == "__main__":
    main()
