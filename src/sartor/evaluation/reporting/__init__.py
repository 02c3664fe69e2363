"""A run, or two of them -> one self-contained HTML page that says what to fix next.

The terminal uses the words and figures of this room at every start; the page is imported when
somebody asks for it.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sartor.evaluation.reporting.page import render, render_comparison

__all__ = ["render", "render_comparison"]


def __getattr__(name: str) -> object:
    """Import the page the first time it is asked for (PEP 562)."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from sartor.evaluation.reporting import page

    return getattr(page, name)
