"""A process that has imported the command line: each call on stdin becomes a fork of it.

In goes a line of JSON for each call, out comes a line with the exit code of its process. It starts
no thread, so that a fork of it is as good as a process started anew, and much quicker there.
"""

import importlib
import json
import os
import signal
import sys
from pathlib import Path

SECONDS = 120  # that a call may take
IMPORTED = (
    "qdrant_edge",
    "sartor.assistants.extract",
    "sartor.checking",
    "sartor.cli.app",
    "sartor.evaluation.measures.scoring",
    "sartor.evaluation.reporting",
    "sartor.evaluation.run",
    "sartor.knowledge.embedding",
    "sartor.knowledge.index.owner",
    "sartor.knowledge.search",
    "sartor.ladder.climb",
    "sartor.project",
)


def become(call):
    """Turn this process into the one that was asked for."""
    signal.alarm(SECONDS)
    os.chdir(call["folder"])
    os.environ.clear()
    os.environ.update(call["environment"])
    for descriptor, path in enumerate(call["streams"]):
        flags = os.O_WRONLY if descriptor else os.O_RDONLY
        os.dup2(os.open(path, flags), descriptor)
    sys.argv = ["sartor", *call["arguments"]]


def serve():
    """Answer calls until there are no more; return in each fork, once it is the call."""
    while line := sys.stdin.readline():
        forked = os.fork()
        if not forked:
            become(json.loads(line))
            return True
        _, status = os.waitpid(forked, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)
    return False


if __name__ == "__main__":
    for module in IMPORTED:
        importlib.import_module(module)
    assert len(list(Path("/proc/self/task").iterdir())) == 1, "threads do not outlive a fork"
    if serve():
        from sartor.cli import main

        main()
