"""What several benchmarks share: the machine, memory of a process tree, result files."""

import json
import os
import platform
import subprocess
import sys
import threading
import time
from pathlib import Path

RESULTS = Path(__file__).parent / "results"
SARTOR = [sys.executable, "-m", "sartor.cli"]


def machine():
    """Say which machine and versions a figure comes from, and how busy it was."""
    from importlib.metadata import version

    model = next(
        (line.split(":")[1].strip() for line in open("/proc/cpuinfo") if "model name" in line), "?"
    )
    flags = next((line for line in open("/proc/cpuinfo") if line.startswith("flags")), "")
    return {
        "cpu": model,
        "cores": os.cpu_count(),
        "bf16": "avx512_bf16" in flags or "amx_bf16" in flags,
        "load": os.getloadavg()[0],
        "python": platform.python_version(),
        "sartor": version("sartor"),
        "openvino": version("openvino"),
        "qdrant-edge-py": version("qdrant-edge-py"),
    }


def write_result(name, figures):
    """Write one result file; the figures of the README and the docs come from these."""
    RESULTS.mkdir(exist_ok=True)
    path = RESULTS / f"{name}.json"
    path.write_text(json.dumps({"machine": machine(), **figures}, indent=1) + "\n")
    print(json.dumps(figures, indent=1))


def tree_pss(pid):
    """Proportional memory of a process and all below it, in MB."""
    total, waiting = 0, [pid]
    while waiting:
        one = waiting.pop()
        try:
            rollup = Path(f"/proc/{one}/smaps_rollup").read_text()
            total += next(int(line.split()[1]) for line in rollup.splitlines() if "Pss:" in line)
            for task in Path(f"/proc/{one}/task").iterdir():
                waiting += map(int, (task / "children").read_text().split())
        except (OSError, StopIteration):
            continue
    return total / 1024


class Watched:
    """Run a command; afterwards know its seconds, CPU seconds (with children) and peak memory."""

    def __init__(self, command, **options):
        before = os.times()
        started = time.monotonic()
        self.process = subprocess.Popen(command, text=True, stdout=subprocess.PIPE, **options)
        self.peak_mb = 0.0
        watcher = threading.Thread(target=self._watch)
        watcher.start()
        self.output = self.process.communicate()[0]
        self.seconds = time.monotonic() - started
        after = os.times()
        watcher.join()
        self.cpu_seconds = (after.children_user - before.children_user) + (
            after.children_system - before.children_system
        )
        if self.process.returncode:
            raise SystemExit(f"{command} ended with {self.process.returncode}\n{self.output}")

    def _watch(self):
        while self.process.poll() is None:
            self.peak_mb = max(self.peak_mb, tree_pss(self.process.pid))
            time.sleep(0.25)


def percentile(values, share):
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]
