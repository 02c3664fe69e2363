"""The command line in processes of its own, and files of rows for it."""

import atexit
import json
import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

SARTOR = [sys.executable, "-m", "sartor.cli"]


def write(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def environment(**more):
    return {**os.environ, "NO_COLOR": "1", "COLUMNS": "100", "OMP_NUM_THREADS": "1", **more}


def sartor(folder, *arguments, stdin="", **variables):
    """Run one command: a process with its own exit code, that need not import everything anew."""
    command = [*map(str, arguments)]
    with tempfile.TemporaryDirectory() as streams:
        paths = [Path(streams, name) for name in ("stdin", "stdout", "stderr")]
        for path, text in zip(paths, (stdin, "", ""), strict=True):
            path.write_text(text)
        call = {
            "folder": str(folder),
            "arguments": command,
            "environment": environment(**variables),
            "streams": [*map(str, paths)],
        }
        server = fork_server()
        server.stdin.write(json.dumps(call) + "\n")
        server.stdin.flush()
        code = int(server.stdout.readline())
        return subprocess.CompletedProcess(command, code, *(one.read_text() for one in paths[1:]))


@cache
def fork_server():
    started = subprocess.Popen(
        [sys.executable, Path(__file__).with_name("fork_server.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment(),
    )
    atexit.register(started.communicate)  # it ends when nobody can call any more
    return started
