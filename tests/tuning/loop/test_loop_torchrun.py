"""Two processes train one network: no graphics card is needed to see that they stay together."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

HERE = Path(__file__).parent
SCRIPT = """
    import os, sys
    from pathlib import Path
    import torch
    torch.set_num_threads(1)
    sys.path.insert(0, {here!r})
    from small import make_job
    from sartor.tuning.loop import checkpoints, train

    folder = Path({folder!r})
    recipe = {{"batch_tokens": 60, "epochs": 2, "evaluations": 2}}
    job = make_job(folder, recipe=recipe, lora={{"lora_dropout": 0.0}})
    trained = train(job)
    weights = checkpoints.trainable(job.network).values()
    total = sum(float(one.double().sum()) for one in weights)
    rank = os.environ.get("RANK", "alone")
    told = [trained.steps, total, *(step.loss for step in trained.losses)]
    (folder / f"{{rank}}.txt").write_text(" ".join(map(repr, told)))
"""


RESUMED = """
    import os, signal, sys
    from pathlib import Path
    import torch
    torch.set_num_threads(1)
    sys.path.insert(0, {here!r})
    from small import make_job
    from sartor.tuning.loop import train

    class CtrlC:
        def see(self, standing):
            if standing.step.number == 3:
                signal.raise_signal(signal.SIGINT)
        def say(self, note):
            pass

    def losses(name, **changes):
        recipe = {{"batch_tokens": 60, "epochs": 2, "evaluations": 2}}
        trained = train(make_job(folder / name, recipe=recipe, minutes=60, **changes))
        return [step.loss for step in trained.losses]

    folder = Path({folder!r})
    told = losses("whole")
    try:
        losses("cut", watch=CtrlC())
    except KeyboardInterrupt:
        told += losses("cut", resume=True)
    (folder / f"{{os.environ['RANK']}}.txt").write_text(" ".join(map(repr, told)))
"""


def run(tmp_path, *launcher, code=SCRIPT):
    folder = tmp_path / "run"
    folder.mkdir()
    script = tmp_path / "script.py"
    script.write_text(textwrap.dedent(code).format(here=str(HERE), folder=str(folder)))
    command = [sys.executable, *launcher, str(script)]
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr[-3_000:]
    return {
        path.stem: [float(one) for one in path.read_text().split()] for path in folder.glob("*.txt")
    }


@pytest.mark.slow
def test_two_processes_take_the_steps_of_one_with_twice_the_tokens(tmp_path):
    launcher = ("-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2")
    found = run(tmp_path, *launcher)
    assert found.keys() == {"0", "1"}
    assert found["0"] == pytest.approx(found["1"], rel=1e-6)
    steps, _, *losses = found["0"]
    assert steps == len(losses)
    assert losses[-1] < losses[0]
    assert len(list((tmp_path / "run").glob("step-*"))) == 2


@pytest.mark.slow
def test_two_processes_go_on_as_if_nothing_had_happened(tmp_path):
    """Ctrl-C reaches one of them; dropout is on, and each has chance of its own."""
    launcher = ("-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2")
    for told in run(tmp_path, *launcher, code=RESUMED).values():
        half = len(told) // 2
        assert told[:half] == told[half:]
