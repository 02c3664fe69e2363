"""What is written down about a run, so that it can be read in a year and done again.

Every setting with its origin, fingerprints of what it ran on, versions of what it ran with. No
secret: keys stand in no setting. No path of this machine: the project's own are made relative.
"""

from __future__ import annotations

import platform
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from sartor import __version__
from sartor.config import Settings, listing
from sartor.knowledge.ledger import Ledger
from sartor.protocols import Embedder

LIBRARIES = (
    "numpy",
    "openvino",
    "qdrant-edge-py",
    "tokenizers",
    "openai",
    "anthropic",
    "torch",
    "transformers",
    "peft",
    "sacrebleu",
    "rapidfuzz",
)


def settings_of(settings: Settings, root: Path) -> dict[str, str]:
    """Write every setting down with where it came from."""
    return {
        row.name: f"{_public(str(row.value), root)} ({_public(row.origin, root)})"
        for row in listing(settings)
    }


def fingerprints(
    ledger: Ledger, embedder: Callable[[], Embedder], questions: str
) -> dict[str, str]:
    """Name the questions, the documents as they are now, and what embeds them."""
    change = ledger.last_change()
    found = {"fingerprint.questions": questions}
    if change:
        found["fingerprint.knowledge"] = f"{ledger.identity()} at change {change}"
        found["fingerprint.embedder"] = embedder().fingerprint
    return found


def versions() -> dict[str, str]:
    """Name the versions of what takes part, as far as it is installed."""
    found = {"sartor": __version__, "python": platform.python_version()}
    for library in LIBRARIES:
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            continue
    return found


def _public(value: str, root: Path) -> str:
    """Take out what is nobody's business: the path of the project, a home, a password in a URL."""
    shown = value.replace(str(root), ".").replace(str(Path.home()), "~")
    if "://" in shown and "@" in shown:
        parts = urlsplit(shown)
        shown = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    return shown
