#!/usr/bin/env python3
"""Times PyTorch. Prints images per second.

On the processor, on all of its cores, it answers questions, so that another program can take turns with it: "training 0.5"
on standard input trains for half a second and prints the median of the steps; "inference 0.5" does the same forward alone;
"peak" prints the greatest resident memory so far (VmHWM, in MB); "about" prints PyTorch's version and its threads.
Images and weights are "contiguous" (N, C, H, W, as PyTorch has them) or "channels_last". Memory comes from glibc's malloc
"as it comes", which hands large blocks back to the system at once and gets them cleared anew, or "kept":
MALLOC_TRIM_THRESHOLD_ and MALLOC_MMAP_THRESHOLD_ raised, or kept in "large pages".

The networks are those of the examples: three-convolutions, of 8, 16 and 16 channels on images of one, and ResNet-20,
each with 10 classes, and ResNet-50 with 1000; SGD with Nesterov momentum and weight decay.

With --cuda, on a GPU, training alone, as JSON: in FLOAT as Deeplearning4j computes, and at PyTorch's best (TF32 products,
images channels-last, cuDNN's fastest algorithms).
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
    while time.perf_counter() < end or not times:
        start = time.perf_counter()
        step()
        if images.is_cuda:
            torch.cuda.synchronize()
        times.append(time.perf_counter() - start)
    return len(images) / statistics.median(times)


def training(network, images, classes):
    """Returns what makes one step of training."""
    updater = torch.optim.SGD(network.parameters(), 1e-3, momentum=0.9, nesterov=True, weight_decay=5e-4)
    labels = torch.randint(classes, (len(images),), device=images.device)

    def step():
        updater.zero_grad()
        F.cross_entropy(network(images), labels).backward()
        updater.step()

    return step


def inference(network, images):
    """Returns what runs the network forward once."""

    def step():
        with torch.inference_mode():
            network(images)

    return step


def peak_memory():
    """The most memory that was resident at once since the process started, in MB."""
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) // 1024 for line in status if line.startswith("VmHWM:"))


def answer(case, layout):
    torch.set_num_threads(os.cpu_count())
    network, images, classes = made(case, layout)
    steps = {"training": training(network, images, classes), "inference": inference(network, images)}
    for line in sys.stdin:
        what, *seconds = line.split()
        if what == "about":
            print(torch.__version__, os.cpu_count(), flush=True)
        elif what == "peak":
            print(peak_memory(), flush=True)
        else:
            network.train(what == "training")
            print(images_per_second(steps[what], images, float(*seconds)), flush=True)


def on_gpu(seconds, cases):
    rates = {}
    for variant, best in ("FLOAT", False), ("at its best", True):
        torch.backends.cuda.matmul.allow_tf32 = torch.backends.cudnn.allow_tf32 = torch.backends.cudnn.benchmark = best
        layout = torch.channels_last if best else torch.contiguous_format
        rates[variant] = {}
        for case in cases:
            network, images, classes = made(case, layout, "cuda")
            step = training(network, images, classes)
            images_per_second(step, images, seconds / 4)  # cuDNN looks for its fastest algorithms
            rates[variant][case] = images_per_second(step, images, seconds)
    return {"torch": torch.__version__, "gpu": torch.cuda.get_device_name(), "images/s": rates}


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("case", nargs="?", help="network/size/batch: resnet50/224/16 for 16 images of 224x224 per step")
    arguments.add_argument("--memory-format", choices=LAYOUTS, default="contiguous")
    arguments.add_argument("--allocator", choices=ALLOCATORS, default="as it comes")
    arguments.add_argument("--cuda", nargs="+", metavar="CASE", help="on a GPU, these cases")
    arguments.add_argument("--seconds", type=float, default=10, help="for each measurement on a GPU")
    options = arguments.parse_args()
    torch.manual_seed(1)
    if options.cuda:
        json.dump(on_gpu(options.seconds, options.cuda), sys.stdout, indent=1)
        return
    settings = ALLOCATORS[options.allocator]
    if any(os.environ.get(name) != value for name, value in settings.items()):
        # glibc reads its settings when a process starts.
        os.execve(sys.executable, [sys.executable, *sys.argv], {**os.environ, **settings})
    answer(options.case, LAYOUTS[options.memory_format])


if __name__ == "__main__":
    main()
