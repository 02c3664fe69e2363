"""Which recipe is best, and whether more examples would help: found out by training.

trials    what one training is asked and what it answers
space     the recipes that are looked through
search    trials in a budget of minutes -> the recipe to take, confirmed on examples not used
choosing  among trials: the smallest that is as good as the best
curve     trainings on a part of the examples -> whether more of them would help

It trains nothing itself: whoever calls it hands in what does.
"""

from sartor.tuning.searching.curve import Curve, Point, curve, nested
from sartor.tuning.searching.search import Found, search
from sartor.tuning.searching.space import Space, described, space_around
from sartor.tuning.searching.trials import Attempt, OutOfTime, Trial

__all__ = [
    "Attempt",
    "Curve",
    "Found",
    "OutOfTime",
    "Point",
    "Space",
    "Trial",
    "curve",
    "described",
    "nested",
    "search",
    "space_around",
]
