"""What many tests start from."""

import signal

import pytest

from sartor.project import Project
from sartor.testing.embedder import HashingEmbedder

# A shell that runs the tests in the background makes them deaf to Ctrl-C, and so all they start:
# with a handler of our own, what we start hears it.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def project(tmp_path):
    """A project with an embedder that needs no model."""
    with Project.init(tmp_path / "shop", embedder=HashingEmbedder()) as opened:
        yield opened


@pytest.fixture
def documents(tmp_path):
    """A folder of three small documents."""
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "returns.md").write_text(
        "# Returns\n\n## Window\n\nUnused items may be returned within 30 days.\n\n"
        "## Refunds\n\nRefunds are paid within 5 working days.\n"
    )
    (folder / "delivery.txt").write_text("Delivery of furniture costs 39 euros.\n")
    (folder / "warranty.md").write_text("# Warranty\n\nFrames carry a warranty of 5 years.\n")
    return folder
