"""Wrong answers -> the stage that lost each of them, and what fixing a stage would gain."""

from sartor.evaluation.attributing.attributing import attribute
from sartor.evaluation.attributing.gaining import gains
from sartor.evaluation.attributing.lost import Lost
from sartor.evaluation.attributing.remembered import Remembered

__all__ = ["Lost", "Remembered", "attribute", "gains"]
