#!/usr/bin/env python3
"""Writes golden.json: score and gradient of LossPowerGrad in 60-digit arithmetic, straight from the definitions.

Run with Debian's python3-mpmath: /usr/bin/python3 golden.py > golden.json
Logits and labels are numbers that every named type holds exactly, so the only error a test sees is the arithmetic's.
"""
import json
import random
import struct

from mpmath import mp, mpf, exp, log

mp.dps = 60
ALL = ["DOUBLE", "FLOAT", "HALF", "BFLOAT16"]
WIDE = ["DOUBLE", "FLOAT"]


def single(x):
    return struct.unpack("f", struct.pack("f", x))[0]


def brain(x):
    """x with an 8-bit significand: exact in BFLOAT16, and in HALF for 2^-14 <= |x| <= 65504."""
    return struct.unpack("f", struct.pack("I", struct.unpack("I", struct.pack("f", x))[0] & 0xFFFF0000))[0]


def softmax(logits):
    top = max(logits)
    powers = [exp(z - top) for z in logits]
    total = sum(powers)
    return [e / total for e in powers]


def case(name, logits, labels, alpha, smoothing=0.0, weights=None, mask=None, types=ALL):
    classes = len(logits[0])
    eps, a = mpf(smoothing), mpf(alpha)
    w = [mpf(x) for x in weights] if weights else [mpf(1)] * classes
    gradient, scores, clipped = [], [], []
    for row, (zs, qs) in enumerate(zip(logits, labels)):
        m = mpf(mask[row]) if mask else mpf(1)
        z = [mpf(x) for x in zs]
        q = [(1 - eps) * mpf(x) + eps / classes for x in qs]
        p, transformed = softmax(z), softmax([a * x for x in z])
        wq = [x * y for x, y in zip(w, q)]
        share = sum(wq) if weights else mpf(1)
        gradient.append([float(m * (share * t - y)) for t, y in zip(transformed, wq)])
        scores.append(float(-m * sum(y * log(x) for y, x in zip(wq, p))))
        low, high = mpf("1e-10"), 1 - mpf("1e-10")
        clipped.append(float(-m * sum(y * log(min(max(x, low), high)) for y, x in zip(wq, p))))
    return {"name": name, "types": types, "alpha": alpha, "labelSmoothing": smoothing, "weights": weights, "mask": mask,
            "logits": logits, "labels": labels, "gradient": gradient, "scores": scores, "clippedScores": clipped}


def one_hot(rows, classes, rng):
    labels = [[0.0] * classes for _ in range(rows)]
    for row in labels:
        row[rng.randrange(classes)] = 1.0
    return labels


def soft(rows, classes, rng):
    """Labels in 64ths that sum to one."""
    labels = []
    for _ in range(rows):
        row = [0.0] * classes
        for _ in range(64):
            row[rng.randrange(classes)] += 1 / 64
        labels.append(row)
    return labels


def normal(rows, classes, scale, rng, rounding):
    return [[rounding(max(-1500.0, min(1500.0, rng.gauss(0, scale)))) for _ in range(classes)] for _ in range(rows)]


def uniform(rows, classes, rng, rounding):
    return [[rounding(rng.uniform(-1500, 1500)) for _ in range(classes)] for _ in range(rows)]


def main():
    rng = random.Random(2111_12495)
    cases = []
    for alpha in (0.0, 0.05, 0.3, 0.7, 1.0):
        cases.append(case(f"ten classes, alpha {alpha}", normal(3, 10, 3, rng, brain), one_hot(3, 10, rng), alpha))
    for alpha in (0.25, 0.9):
        cases.append(case(f"two classes, alpha {alpha}", normal(4, 2, 2, rng, brain), one_hot(4, 2, rng), alpha))
    cases.append(case("soft labels", normal(3, 5, 4, rng, brain), soft(3, 5, rng), 0.3))
    cases.append(case("smoothed labels", normal(3, 10, 4, rng, brain), one_hot(3, 10, rng), 0.3, smoothing=0.1))
    cases.append(case("class weights", normal(3, 4, 3, rng, brain), one_hot(3, 4, rng), 0.25,
                      weights=[0.5, 2.0, 1.0, 0.25]))
    cases.append(case("class weights, soft and smoothed labels", normal(3, 4, 3, rng, brain), soft(3, 4, rng), 0.4,
                      smoothing=0.2, weights=[1.5, 0.0, 1.0, 0.125]))
    cases.append(case("mask", normal(4, 6, 3, rng, brain), one_hot(4, 6, rng), 0.3, mask=[1, 0, 1, 0.5]))
    cases.append(case("labels that do not sum to one", normal(2, 4, 2, rng, brain),
                      [[0.5, 0.0, 0.0, 0.0], [1.0, 0.0, 1.0, 0.5]], 0.3))
    cases.append(case("all logits equal", [[7.0] * 8], [[0.0] * 7 + [1.0]], 0.3))
    cases.append(case("one far above the rest", [[1496.0] + [-1496.0] * 9, [-1496.0] * 9 + [1496.0]],
                      [[1.0] + [0.0] * 9, [1.0] + [0.0] * 9], 0.05))
    cases.append(case("all far below zero", [[-1400.0, -1404.0, -1408.0], [-800.0, -808.0, -804.0], [-3.0, -1.0, -2.0]],
                      [[0.0, 1.0, 0.0], [1.0, 0, 0], [0, 0, 1.0]], 1.0, types=WIDE))
    cases.append(case("low alpha, where p underflows", [[0.0, -120.0, -400.0, -1000.0]], [[0.0, 0.0, 0.0, 1.0]], 0.01))
    for alpha in (0.3, 0.9, 0.999):
        cases.append(case(f"near ties at 1500, alpha {alpha}",
                          [[single(1500 - x) for x in (0, 0.371, 1.113, 2.9)],
                           [single(-1400.3 + x) for x in (0, 0.171, 1.713, 2.9)]],
                          [[1.0, 0, 0, 0], [0, 0, 1.0, 0]], alpha, types=WIDE))
    for alpha in (0.05, 0.3, 0.95):
        cases.append(case(f"a hundred classes within 1500, alpha {alpha}", uniform(2, 100, rng, single),
                          one_hot(2, 100, rng), alpha, types=WIDE))
    cases.append(case("a thousand classes", normal(2, 1000, 3, rng, brain), one_hot(2, 1000, rng), 0.3))
    cases.append(case("a thousand classes within 1500", uniform(1, 1000, rng, single), soft(1, 1000, rng), 0.9,
                      smoothing=0.1, types=WIDE))
    print("[\n" + ",\n".join(json.dumps(c) for c in cases) + "\n]")


if __name__ == "__main__":
    main()
