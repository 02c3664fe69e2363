"""Why the disk took no more is said with figures, whatever the library that wrote says."""

import errno
import resource
import shutil
from collections import namedtuple

import pytest
import torch

from sartor.tuning.loop import checkpoints
from sartor.tuning.under_way import NotSaved

HIDDEN = RuntimeError("[enforce fail at inline_container.cc:672] . unexpected pos 64 vs 0")
Usage = namedtuple("Usage", "total used free")


def refused(folder, error, *, needed=8_000_000):
    def fill(_):
        raise error

    with pytest.raises(NotSaved) as caught:
        checkpoints.write(folder, "step", 7, fill, needed=needed)
    return caught.value


def test_no_space_is_told_with_what_is_needed_and_free(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: Usage(4_000_000, 2_500_000, 1_500_000))
    told = refused(tmp_path, HIDDEN)
    assert "inline_container" not in str(told)
    assert "about 8.0 MB are needed, 1.5 MB are free" in str(told)
    assert told.hint == "make room there"


def test_a_limit_on_files_is_not_taken_for_a_full_disk(tmp_path, monkeypatch):
    limits = {resource.RLIMIT_FSIZE: (1_000_000, resource.RLIM_INFINITY)}
    monkeypatch.setattr(resource, "getrlimit", limits.__getitem__)
    for error in (HIDDEN, OSError(errno.EFBIG, "File too large")):
        told = refused(tmp_path, error)
        assert "a file may have 1.0 MB at most (ulimit -f)" in str(told)
        assert "room" not in told.hint
        assert "ulimit -f unlimited" in told.hint


def test_a_quota_and_anything_else_are_named(tmp_path):
    assert "the quota is used up" in str(refused(tmp_path, OSError(errno.EDQUOT, "quota")))
    assert "Input/output error" in str(refused(tmp_path, OSError(errno.EIO, "Input/output error")))


def test_a_checkpoint_has_the_states_of_the_optimiser_too():
    network = torch.nn.Linear(10, 10, bias=False)
    assert checkpoints.size_of(network) == 400
    assert checkpoints.size_of(network, states=checkpoints.STATES) == 1200
