#!/usr/bin/env python3
"""Times cross-entropy forward and backward at the logits in PyTorch and prints the medians as JSON.

plain:     torch.nn.functional.cross_entropy
published: the same with a gradient hook that recovers p from the incoming gradient, as the paper's snippet does
exact:     the same with a gradient hook that computes softmax(alpha z) - q from the logits
"""
import json
import os
import statistics
import sys
import time

import torch
import torch.nn.functional as F

ALPHA = 0.3


def published(q):
    n = q.shape[0]

    def hook(gradient):
        powered = (gradient / n + q).pow(ALPHA)
        return (powered / powered.sum(1, keepdim=True) - q) * n

    return hook


def exact(z, q):
    n = q.shape[0]
    return lambda gradient: (torch.softmax(ALPHA * z.detach(), 1) - q) / n


def median_microseconds(z, q, make_hook, seconds):
    times = []
    end = time.perf_counter() + seconds
    while time.perf_counter() < end:
        z.grad = None
        start = time.perf_counter()
        logits = z * 1
        if make_hook:
            logits.register_hook(make_hook(logits))
        F.cross_entropy(logits, q).backward()
        times.append(time.perf_counter() - start)
    return 1e6 * statistics.median(times[len(times) // 5:])


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 3
    torch.set_num_threads(os.cpu_count())
    torch.manual_seed(1)
    results = []
    for n, c in ((32, 10), (128, 10), (256, 1000), (1024, 1000), (64, 21841)):
        z = (3 * torch.randn(n, c)).requires_grad_()
        q = F.one_hot(torch.randint(c, (n,)), c).float()
        results.append({
            "shape": f"{n}x{c}",
            "plain": median_microseconds(z, q, None, seconds),
            "published": median_microseconds(z, q, lambda _: published(q), seconds),
            "exact": median_microseconds(z, q, lambda logits: exact(logits, q), seconds),
        })
    print(json.dumps({"torch": torch.__version__, "threads": torch.get_num_threads(), "results": results}))


if __name__ == "__main__":
    main()
