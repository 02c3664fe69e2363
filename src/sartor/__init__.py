"""Made-to-measure language models: the public names, resolved when first used."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sartor.errors import SartorError
    from sartor.project import Project
    from sartor.project.checking import check
    from sartor.types import (
        Answer,
        Citation,
        Document,
        Hit,
        Measurement,
        Message,
        Passage,
        Question,
        Scorecard,
        Sentence,
        SyncReport,
    )

__version__ = "0.1.0"

_HOME = {
    "Answer": "types",
    "Citation": "types",
    "Document": "types",
    "Hit": "types",
    "Measurement": "types",
    "Message": "types",
    "Passage": "types",
    "Project": "project",
    "Question": "types",
    "SartorError": "errors",
    "Scorecard": "types",
    "Sentence": "types",
    "SyncReport": "types",
    "check": "project.checking",
}

__all__ = [
    "Answer",
    "Citation",
    "Document",
    "Hit",
    "Measurement",
    "Message",
    "Passage",
    "Project",
    "Question",
    "SartorError",
    "Scorecard",
    "Sentence",
    "SyncReport",
    "__version__",
    "check",
]


def __getattr__(name: str) -> object:
    """Import a public name from its home the first time somebody asks for it (PEP 562)."""
    if name not in _HOME:
        raise AttributeError(f"module 'sartor' has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(f"sartor.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
