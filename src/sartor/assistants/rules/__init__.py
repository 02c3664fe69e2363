"""A text -> the output rules it breaks. One file for each kind of rule."""

from sartor.assistants.rules.finding import Rule, Violation
from sartor.assistants.rules.output import OutputRules

__all__ = ["OutputRules", "Rule", "Violation"]
