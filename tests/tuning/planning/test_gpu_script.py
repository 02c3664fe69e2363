"""The benchmark for graphics cards: the same code on a CPU, and what it says without a card."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[3] / "benchmarks/gpu/tuning.py"


def run(*arguments):
    return subprocess.run([sys.executable, SCRIPT, *arguments], capture_output=True, text=True)


def test_without_a_card_it_refuses_with_one_line():
    import torch

    if torch.cuda.is_available():
        pytest.skip("there is a card here")
    done = run()
    assert done.returncode
    assert done.stderr.strip().startswith("no CUDA device was found")
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.slow
def test_the_same_code_runs_on_a_cpu_with_tiny_models():
    done = run("--smoke")
    assert done.returncode == 0, done.stderr
    rows = json.loads(done.stdout)
    assert [row["method"] for row in rows] == ["lora", "qlora", "full"]
    for row in rows:
        assert row["run"]
        assert row["tokens_per_second"] > 0
        assert row["step_cost_against_bare_loop"] > 0
        assert row["trainable"] > 0
