"""People rate answers: blind pairs of two systems, or single answers of one.

Answered                    the answers of one system
pair_items, single_items    what is to be rated, shuffled by a seed
Ratings                     what was said, on disk at once
Session                     keys -> verdicts
rated                       win rate or share of right answers, with its interval
label_rows, preference_rows what other commands and trainers read
"""

from sartor.evaluation.rating.items import Answered, Item, pair_items, single_items
from sartor.evaluation.rating.ratings import Ratings
from sartor.evaluation.rating.results import Rated, label_rows, preference_rows, rated
from sartor.evaluation.rating.session import PAIR_KEYS, SINGLE_KEYS, VERDICTS, Session

__all__ = [
    "PAIR_KEYS",
    "SINGLE_KEYS",
    "VERDICTS",
    "Answered",
    "Item",
    "Rated",
    "Ratings",
    "Session",
    "label_rows",
    "pair_items",
    "preference_rows",
    "rated",
    "single_items",
]
