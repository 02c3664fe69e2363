"""Runs on disk: begun, finished, read back, cleaned, deleted."""

from sartor.evaluation.runs.folder import Begun, Given, Runs, RunSummary
from sartor.evaluation.runs.purging import Gone

__all__ = ["Begun", "Given", "Gone", "RunSummary", "Runs"]
