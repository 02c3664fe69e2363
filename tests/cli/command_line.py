"""The command line in a process of its own, and files of rows for it."""

import json
import os
import subprocess
import sys

SARTOR = [sys.executable, "-m", "sartor.cli"]


def write(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def environment():
    return {**os.environ, "NO_COLOR": "1", "COLUMNS": "120", "OMP_NUM_THREADS": "1"}


def sartor(folder, *arguments):
    return subprocess.run(
        [*SARTOR, *map(str, arguments)],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        env=environment(),
    )
