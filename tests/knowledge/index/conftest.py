"""A folder for indexes: in memory where there is one, for a new index asks for some 300 fsyncs."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

MEMORY = Path("/dev/shm")


@pytest.fixture
def folder(tmp_path):
    if not (MEMORY.is_dir() and os.access(MEMORY, os.W_OK)):
        yield tmp_path
        return
    made = Path(tempfile.mkdtemp(dir=MEMORY, prefix="sartor-test-"))
    yield made
    shutil.rmtree(made)
