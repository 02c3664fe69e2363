"""Before and after: the task, the language, small abilities, and what must not leak.

tasks     examples -> what to measure on them, and why
writing   conversations -> what a network says to each
measuring a network -> all its measurements
judging   two of those -> whether the second may be used

It knows networks and texts, and neither files nor how anything was trained.
"""

from sartor.tuning.guard.judging import Limits, judge
from sartor.tuning.guard.measuring import Measured, measure_all
from sartor.tuning.guard.tasks import TaskMeasure, choose_measures
from sartor.tuning.guard.writing import Writer, room_for

__all__ = [
    "Limits",
    "Measured",
    "TaskMeasure",
    "Writer",
    "choose_measures",
    "judge",
    "measure_all",
    "room_for",
]
