"""Texts and passages -> sentences with what supports them: exact quotes, verdicts, reasons."""

from sartor.checking.checker import SupportChecker
from sartor.checking.plain import check

__all__ = ["SupportChecker", "check"]
