"""Anything that can be asked a question: assistants, functions, addresses, recorded answers."""

from sartor.evaluation.systems.opening import open_system
from sartor.evaluation.systems.recorded import RecordedSystem, recorded_rows
from sartor.evaluation.systems.system import Matching, NoAnswer, Reply, System

__all__ = [
    "Matching",
    "NoAnswer",
    "RecordedSystem",
    "Reply",
    "System",
    "open_system",
    "recorded_rows",
]
