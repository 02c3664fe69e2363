"""A question and what a system made of it -> all measures of that one answer.

The names of measures are known at every start; what computes them is imported when asked for.
"""

from typing import TYPE_CHECKING

from sartor.evaluation.measures.names import MEASURES, Measure, about, is_measure

if TYPE_CHECKING:
    from sartor.evaluation.measures.scoring import DEPTH, Scored, Scoring

_LATER = ("DEPTH", "Scored", "Scoring")

__all__ = ["DEPTH", "MEASURES", "Measure", "Scored", "Scoring", "about", "is_measure"]


def __getattr__(name: str) -> object:
    """Import what computes the first time it is asked for (PEP 562)."""
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from sartor.evaluation.measures import scoring

    return getattr(scoring, name)
