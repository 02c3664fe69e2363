"""A verdict -> one self-contained HTML page that a manager can read and an engineer can act on.

It stands on the drawing, the style and the words of the evaluation's reports, so that both look
like one house. The page is imported when somebody asks for it.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sartor.ladder.reporting.page import render

__all__ = ["render"]


def __getattr__(name: str) -> object:
    """Import the page the first time it is asked for (PEP 562)."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from sartor.ladder.reporting import page

    return getattr(page, name)
