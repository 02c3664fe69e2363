"""A question and what a system made of it -> all measures of that one answer."""

from sartor.evaluation.measures.names import MEASURES, Measure, about, is_measure

__all__ = ["MEASURES", "Measure", "about", "is_measure"]
