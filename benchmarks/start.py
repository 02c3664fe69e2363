"""What starting costs: import, --help, and process start to hits on an existing index.

    python benchmarks/start.py [--runs 5]

Works on the sample documents. Each figure is the median of whole processes.
"""

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

from measuring import SARTOR, Watched, write_result
from sartor.samples import HERE

CASES = {
    "python": [sys.executable, "-c", "pass"],
    "import sartor": [sys.executable, "-c", "import sartor"],
    "--help": [*SARTOR, "--help"],
    "search hybrid": [*SARTOR, "search", "how are refunds paid"],
    "search dense": [*SARTOR, "search", "how are refunds paid", "--mode", "dense"],
    "search bm25": [*SARTOR, "search", "how are refunds paid", "--mode", "bm25"],
}


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--runs", type=int, default=5)
    runs = options.parse_args().runs
    with tempfile.TemporaryDirectory() as folder:
        Watched([*SARTOR, "init", "demo"], cwd=folder)
        Watched([*SARTOR, "add", str(HERE / "documents")], cwd=Path(folder) / "demo")
        figures = {}
        for name, command in CASES.items():
            done = [Watched(command, cwd=Path(folder) / "demo") for _ in range(runs)]
            figures[name] = {
                "seconds": round(statistics.median(run.seconds for run in done), 3),
                "cpu_seconds": round(statistics.median(run.cpu_seconds for run in done), 3),
            }
    write_result("start", {"runs": runs, "cases": figures})


if __name__ == "__main__":
    main()
