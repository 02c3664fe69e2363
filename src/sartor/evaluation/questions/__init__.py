"""Test questions: read, checked, made, reviewed, split.

accepting   what must hold of all that is measured with
reading     a path -> questions, whatever form they are in (rows, jsonl, beir, squad, columns)
checking    questions + documents -> what is wrong with them
making/     documents -> candidates
reviewing   candidates -> questions, one keystroke each
splitting   questions -> those to choose with, those to report
"""

from sartor.evaluation.questions.accepting import accepted
from sartor.evaluation.questions.jsonl import parse_questions
from sartor.evaluation.questions.reading import read_and_told, read_questions

__all__ = ["accepted", "parse_questions", "read_and_told", "read_questions"]
