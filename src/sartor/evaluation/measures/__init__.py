"""A question and what a system made of it -> all measures of that one answer."""

from sartor.evaluation.measures.names import MEASURES, Measure, about, is_measure
from sartor.evaluation.measures.scoring import DEPTH, Scored, Scoring

__all__ = ["DEPTH", "MEASURES", "Measure", "Scored", "Scoring", "about", "is_measure"]
