"""Runs on disk: begun, finished, read back, deleted."""

from sartor.evaluation.runs.folder import Begun, Runs, RunSummary

__all__ = ["Begun", "RunSummary", "Runs"]
