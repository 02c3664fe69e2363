"""Adds versions until it is stopped, and prints a dot for each: what the tests kill, or race."""

import sys
import time
from pathlib import Path

from made_adapters import made_card, write_small

from sartor.tuning.registry import Registry


def main(folder, count, seconds):
    registry = Registry(Path(folder))

    def write(target):
        write_small(target, size=20_000)
        print("w", end="", flush=True)
        time.sleep(float(seconds))

    for _ in range(int(count)):
        registry.add("voice", made_card(), write)
        print(".", end="", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
