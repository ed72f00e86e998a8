#!/usr/bin/env python3
"""Makes the bundled subset from the four full Fashion-MNIST files.

    make-subset.py /usr/share/datasets/fashion-mnist

reads the gzipped IDX files of the folder and writes beside itself the first 20,000 training and the
first 4,000 test images with their labels, under the same names. The output depends on the input alone
(no time stamp in the gzip header), so that a second run changes nothing.
"""
import gzip
import pathlib
import struct
import sys

TRAINING, TEST = 20_000, 4_000


def first(source, target, count):
    """Copies the first `count` items of an IDX file; the header holds the new number of items."""
    with gzip.open(source, "rb") as stream:
        magic, items = struct.unpack(">II", stream.read(8))
        dimensions = magic & 0xFF
        if magic >> 8 != 0x08 or not 1 <= dimensions <= 4:
            sys.exit(f"{source}: not an IDX file of bytes (magic number {magic:#010x})")
        if items < count:
            sys.exit(f"{source}: holds {items} items, {count} are needed")
        shape = struct.unpack(f">{dimensions - 1}I", stream.read(4 * (dimensions - 1)))
        size = count
        for extent in shape:
            size *= extent
        body = stream.read(size)
    if len(body) != size:
        sys.exit(f"{source}: ends after {len(body)} of {size} bytes")
    header = struct.pack(f">{dimensions + 1}I", magic, count, *shape)
    target.write_bytes(gzip.compress(header + body, compresslevel=9, mtime=0))


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: make-subset.py FOLDER-WITH-THE-FOUR-IDX-FILES")
    source, target = pathlib.Path(sys.argv[1]), pathlib.Path(__file__).resolve().parent
    for split, count in (("train", TRAINING), ("t10k", TEST)):
        for kind in ("images-idx3-ubyte.gz", "labels-idx1-ubyte.gz"):
            name = f"{split}-{kind}"
            first(source / name, target / name, count)
            print(f"{name}: {count} items")


main()
