#!/usr/bin/env python3
"""Times PyTorch and prints the medians in images per second as JSON.

On the processor, on all of its cores: training and inference of each case, such as resnet50/224/16 for 16 images of
224x224 per step, in six variants. Images and weights are "contiguous" (N, C, H, W, as PyTorch has them) or
"channels_last". Memory comes from glibc's malloc "as it comes", which hands large blocks back to the system at once and
gets them cleared anew, or "kept": MALLOC_TRIM_THRESHOLD_ and MALLOC_MMAP_THRESHOLD_ raised, or kept in "large pages".
glibc reads these when a process starts, so each variant of each case has a process of its own, which also gives the peak
of its resident memory (VmHWM).

The networks are those of the examples: three-convolutions, of 8, 16 and 16 channels on images of one, and ResNet-20,
each with 10 classes, and ResNet-50 with 1000; SGD with Nesterov momentum and weight decay.

With --cuda, on a GPU, training alone: in FLOAT as Deeplearning4j computes, and at PyTorch's best (TF32 products, images
channels-last, cuDNN's fastest algorithms).
"""
import argparse
import json
import os
import statistics
import subprocess
import sys
import time

import torch
from torch import nn
from torch.nn import functional as F

CASES = ("three-convolutions/28/128", "resnet20/32/64", "resnet50/32/64", "resnet50/64/32", "resnet50/224/16")
LAYOUTS = {"contiguous": torch.contiguous_format, "channels_last": torch.channels_last}
ALLOCATORS = {
    "as it comes": {},
    # More than any network here asks for; without the second, blocks of 32 MB and more still go back.
    "kept": {"MALLOC_TRIM_THRESHOLD_": str(1 << 40), "MALLOC_MMAP_THRESHOLD_": str(1 << 40)},
}
# glibc 2.35 and later asks Linux for pages of 2 MB, as FastCpu does.
ALLOCATORS["large pages"] = {**ALLOCATORS["kept"], "GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}


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


def three_convolutions():
    return nn.Sequential(
        nn.Conv2d(1, 8, 3, 2, 1), nn.ReLU(), nn.Conv2d(8, 16, 3, 2, 1), nn.ReLU(),
        nn.Conv2d(16, 16, 3, 2, 1), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, 10))


def resnet20():
    return residual([normalized(3, 16, 3), nn.ReLU()], basic, 1, (16, 32, 64), (3, 3, 3), 10)


def resnet50():
    return residual([normalized(3, 64, 7, 2), nn.ReLU(), nn.MaxPool2d(3, 2, 1)], bottleneck, 4, (64, 128, 256, 512),
                    (3, 4, 6, 3), 1000)


# What makes it, the channels of its images, its classes.
NETWORKS = {
    "three-convolutions": (three_convolutions, 1, 10),
    "resnet20": (resnet20, 3, 10),
    "resnet50": (resnet50, 3, 1000),
}


def made(case, layout, device="cpu"):
    """Returns the network, its images and the number of its classes."""
    name, size, batch = case.split("/")
    network, channels, classes = NETWORKS[name]
    images = torch.randn(int(batch), channels, int(size), int(size), device=device)
    return network().to(device).to(memory_format=layout), images.to(memory_format=layout), classes


def images_per_second(step, images, seconds):
    times = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end or len(times) < 4:
        start = time.perf_counter()
        step()
        if images.is_cuda:
            torch.cuda.synchronize()
        times.append(time.perf_counter() - start)
    return len(images) / statistics.median(times[len(times) // 4:])


def training(network, images, classes, seconds):
    updater = torch.optim.SGD(network.parameters(), 1e-3, momentum=0.9, nesterov=True, weight_decay=5e-4)
    labels = torch.randint(classes, (len(images),), device=images.device)

    def step():
        updater.zero_grad()
        F.cross_entropy(network(images), labels).backward()
        updater.step()

    return images_per_second(step, images, seconds)


def inference(network, images, seconds):
    network.eval()
    with torch.inference_mode():
        return images_per_second(lambda: network(images), images, seconds)


def peak_memory():
    """The most memory that was resident at once since the process started, in MB."""
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) // 1024 for line in status if line.startswith("VmHWM:"))


def one(case, layout, seconds):
    """Measures one case in this process, with the allocator that it was started with."""
    torch.set_num_threads(os.cpu_count())
    network, images, classes = made(case, LAYOUTS[layout])
    trained = training(network, images, classes, seconds)
    peak = peak_memory()
    return {"training": trained, "inference": inference(network, images, seconds), "peak MB of training": peak}


def on_processor(seconds, cases, layouts, allocators):
    results = {"torch": torch.__version__, "threads": os.cpu_count()}
    for layout in layouts:
        for allocator in allocators:
            for case in cases:
                command = [sys.executable, __file__, str(seconds), "--one", case, "--memory-format", layout]
                output = subprocess.check_output(command, env={**os.environ, **ALLOCATORS[allocator]})
                for what, value in json.loads(output).items():
                    variants = results.setdefault(what, {}).setdefault(case, {})
                    variants[layout + ", " + allocator] = value
    return results


def on_gpu(seconds, cases):
    rates = {}
    for variant, best in ("FLOAT", False), ("at its best", True):
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = torch.backends.cudnn.benchmark = best
        layout = torch.channels_last if best else torch.contiguous_format
        rates[variant] = {case: training(*made(case, layout, "cuda"), seconds) for case in cases}
    return {"torch": torch.__version__, "gpu": torch.cuda.get_device_name(), "images/s": rates}


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("seconds", type=float, nargs="?", default=10, help="for each measurement")
    arguments.add_argument("--cases", nargs="+", metavar="CASE", default=CASES, help="network/size/batch")
    arguments.add_argument("--memory-format", choices=LAYOUTS, help="this layout alone")
    arguments.add_argument("--allocator", choices=ALLOCATORS, help="this allocator alone")
    arguments.add_argument("--one", metavar="CASE", help="this case alone, in this process and with its allocator")
    arguments.add_argument("--cuda", nargs="+", metavar="CASE", help="on a GPU, network/size/batch")
    options = arguments.parse_args()
    torch.manual_seed(1)
    if options.cuda:
        result = on_gpu(options.seconds, options.cuda)
    elif options.one:
        result = one(options.one, options.memory_format or "contiguous", options.seconds)
    else:
        result = on_processor(options.seconds, options.cases,
                              [options.memory_format] if options.memory_format else list(LAYOUTS),
                              [options.allocator] if options.allocator else list(ALLOCATORS))
    json.dump(result, sys.stdout, indent=1)


if __name__ == "__main__":
    main()
