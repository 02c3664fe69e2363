"""What is left of a training is neither thrown away unasked nor kept for nobody."""

import pytest

from sartor.errors import StateError
from sartor.tuning.under_way import (
    BrokenOff,
    alone,
    require_unbegun,
    scratch,
    step_reached,
    waiting,
)


def saved(folder, step):
    (folder / "replay-2" / f"step-{step:08d}").mkdir(parents=True)


def test_a_training_that_was_broken_off_is_not_begun_anew(tmp_path):
    saved(tmp_path / "voice", 3)
    saved(tmp_path / "voice", 12)
    assert step_reached(tmp_path / "voice") == 12
    with pytest.raises(BrokenOff, match="broken off after step 12") as caught:
        require_unbegun("voice", tmp_path / "voice")
    assert "resume=True" in caught.value.hint
    assert "fresh=True" in caught.value.hint


def test_only_what_can_be_gone_on_with_is_named(tmp_path):
    saved(tmp_path / "voice", 12)
    (tmp_path / "empty" / "replay-2" / ".writing-step-00000001").mkdir(parents=True)
    require_unbegun("empty", tmp_path / "empty")
    require_unbegun("unknown", tmp_path / "unknown")
    assert waiting(tmp_path) == {"voice": 12}
    assert waiting(tmp_path / "nowhere") == {}


@pytest.mark.parametrize("failure", [StateError, KeyboardInterrupt])
def test_what_fails_before_a_checkpoint_leaves_no_folder(tmp_path, failure):
    with pytest.raises(failure), alone("voice", tmp_path / "voice"):
        raise failure("it failed")
    assert list(tmp_path.iterdir()) == []


def test_what_fails_after_a_checkpoint_keeps_it(tmp_path):
    with pytest.raises(StateError), alone("voice", tmp_path / "voice"):
        saved(tmp_path / "voice", 5)
        raise StateError("it failed")
    assert waiting(tmp_path) == {"voice": 5}


def test_the_folder_of_a_search_is_for_one_process_and_gone_afterwards(tmp_path):
    folder = tmp_path / "_search"
    with scratch(folder):
        saved(folder, 1)
        with pytest.raises(StateError, match="another search runs"), scratch(folder):
            pass
        assert folder.is_dir()
    assert not folder.exists()
