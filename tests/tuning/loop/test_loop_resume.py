import json
import os
import random
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest
import torch
from small import make_job

from sartor.errors import ConfigError, StateError
from sartor.storage.lock import exclusive
from sartor.tuning.loop import checkpoints, train, trainer

LONG = {"evaluations": 6, "epochs": 4, "patience": 50}
CHILD = """
    import sys
    from pathlib import Path
    import torch
    torch.set_num_threads(1)
    sys.path.insert(0, {here!r})
    from small import make_job
    from sartor.tuning.loop import train

    class Watch:
        def see(self, standing):
            print(standing.step.number, flush=True)
        def say(self, note):
            pass

    train(make_job(Path({folder!r}), recipe={recipe!r}, watch=Watch(), resume=True))
"""


def start(folder, recipe=LONG):
    script = textwrap.dedent(CHILD).format(
        here=str(Path(__file__).parent), folder=str(folder), recipe=recipe
    )
    return subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory):
    torch.set_num_threads(1)
    return train(make_job(tmp_path_factory.mktemp("whole"), recipe=LONG))


def same(trained, other):
    assert [one.loss for one in trained.losses] == [one.loss for one in other.losses]
    assert [one.dev_loss for one in trained.losses] == [one.dev_loss for one in other.losses]
    assert trained.best_step == other.best_step
    for ours, theirs in zip(
        checkpoints.trainable(trained.network).values(),
        checkpoints.trainable(other.network).values(),
        strict=True,
    ):
        assert torch.equal(ours, theirs)


def test_a_killed_training_goes_on_as_if_nothing_had_happened(tmp_path, uninterrupted):
    """kill -9 between two steps nobody chose; dropout is on, so chance must go on too."""
    child = start(tmp_path)
    steps = uninterrupted.steps
    chosen = random.randint(steps // 3, steps - 2)
    for line in child.stdout:
        if int(line) >= chosen:
            break
    time.sleep(random.random() * 0.1)
    child.kill()
    child.communicate()
    begun = checkpoints.newest(tmp_path, "step")
    assert begun is not None
    assert checkpoints.step_of(begun) < steps
    same(train(make_job(tmp_path, recipe=LONG, resume=True)), uninterrupted)


class CtrlC:
    """Presses Ctrl-C while a step runs: after what was seen of the one before."""

    def __init__(self, step):
        self.step, self.said = step, []

    def see(self, standing):
        if standing.step.number == self.step:
            os.kill(os.getpid(), signal.SIGINT)

    def say(self, note):
        self.said.append(note)


def test_ctrl_c_saves_and_resuming_goes_on(tmp_path, uninterrupted):
    heard = signal.getsignal(signal.SIGINT)
    watch = CtrlC(step=5)
    with pytest.raises(KeyboardInterrupt, match=r"saved after step \d+; resume this training"):
        train(make_job(tmp_path, recipe=LONG, watch=watch))
    assert signal.getsignal(signal.SIGINT) is heard
    assert "saving after this step; Ctrl-C again stops at once" in watch.said
    assert checkpoints.step_of(checkpoints.newest(tmp_path, "step")) in {5, 6}
    same(train(make_job(tmp_path, recipe=LONG, resume=True)), uninterrupted)


def test_two_trainings_in_one_folder_are_refused(tmp_path):
    with exclusive(tmp_path / "lock"), pytest.raises(StateError, match="another training runs"):
        train(make_job(tmp_path))


def test_a_finished_training_is_not_done_again(tmp_path):
    first = train(make_job(tmp_path))
    again = train(make_job(tmp_path, resume=True))
    assert again.steps == first.steps
    same(again, first)


def test_starting_anew_clears_what_was_there(tmp_path):
    train(make_job(tmp_path, recipe={"epochs": 1}))
    assert train(make_job(tmp_path)).losses[0].number == 1


def test_other_examples_are_not_gone_on_with(tmp_path):
    train(make_job(tmp_path, examples=12))
    with pytest.raises(ConfigError, match="other examples or another recipe"):
        train(make_job(tmp_path, examples=11, resume=True))
    with pytest.raises(ConfigError, match="other examples or another recipe"):
        train(make_job(tmp_path, recipe={"learning_rate": 1e-3}, resume=True))
    with pytest.raises(ConfigError, match="made for another device"):
        train(make_job(tmp_path, at_once=120, resume=True))


class Seconds:
    """A clock that goes on by one second with every step."""

    perf_counter = staticmethod(time.perf_counter)

    def __init__(self):
        self.now = 0.0
        self.left = []

    def monotonic(self):
        return self.now

    def see(self, standing):
        if standing.step.measure is None and standing.step.dev_loss is None:
            self.now += 1.0
            self.left.append(standing.seconds_left)

    def say(self, note):
        pass


def test_minutes_are_counted_over_all_sessions(tmp_path, monkeypatch):
    """The rate falls as if nobody had stopped, and a training whose time is up does not go on."""
    settings = {"minutes": 10 / 60, "recipe": {"epochs": 50, "patience": 99}}

    def watched(folder, *, stop=0, resume=False):
        clock = Seconds()
        clock.now = 1_000.0 * (1 + resume)
        monkeypatch.setattr(trainer, "time", clock)
        see = clock.see

        def pressed(standing):
            see(standing)
            if standing.step.number == stop:
                signal.raise_signal(signal.SIGINT)

        clock.see = pressed
        job = make_job(folder, watch=clock, resume=resume, **settings)
        return train(job), clock

    whole, clock = watched(tmp_path / "whole")
    assert (whole.steps, whole.stopped) == (10, "time")
    assert clock.left[0] <= 10.0
    with pytest.raises(KeyboardInterrupt):
        watched(tmp_path / "cut", stop=4)
    rest, clock = watched(tmp_path / "cut", resume=True)
    same(rest, whole)
    assert [one.learning_rate for one in rest.losses] == [one.learning_rate for one in whole.losses]
    assert rest.stopped == "time"
    again, clock = watched(tmp_path / "cut", resume=True)
    same(again, whole)
    assert (again.stopped, clock.left) == ("time", [])


def test_a_second_ctrl_c_in_the_middle_of_a_checkpoint_leaves_the_one_before(tmp_path):
    def fill(folder):
        (folder / "whole").write_text("")

    def pressed(folder):
        (folder / "half").write_text("")
        raise KeyboardInterrupt

    checkpoints.write(tmp_path, "step", 1, fill)
    for step in (1, 2):
        with pytest.raises(KeyboardInterrupt):
            checkpoints.write(tmp_path, "step", step, pressed)
    assert [path.name for path in tmp_path.iterdir()] == ["step-00000001"]
    assert (tmp_path / "step-00000001" / "whole").exists()


def test_a_checkpoint_of_another_network_is_named(tmp_path):
    train(make_job(tmp_path))
    folder = checkpoints.newest(tmp_path, "step")
    other = make_job(tmp_path, lora={"target_modules": ["q_proj"]})
    with pytest.raises(StateError, match="not those of this network"):
        checkpoints.load_weights(other.network, folder)
    (folder / checkpoints.WEIGHTS).write_bytes(b"\0" * 40)
    with pytest.raises(StateError, match="cannot be read"):
        checkpoints.load_weights(other.network, folder)


def test_a_checkpoint_half_written_is_not_seen(tmp_path):
    trained = train(make_job(tmp_path))
    draft = tmp_path / f"{checkpoints.UNFINISHED}step-00000099"
    draft.mkdir()
    (draft / "history.json").write_text(json.dumps({}))
    same(train(make_job(tmp_path, resume=True)), trained)
    assert not draft.exists()
