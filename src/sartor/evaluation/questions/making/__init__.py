"""Documents -> candidate questions with the exact span that answers each.

prose, clauses, verbs     sentences as they are read, cut into subject, verb and the rest
patterns, tables, cloze   what they answer
gathering                 one document -> its candidates
overtaking                facts of which another document has a newer edition
unanswerable              what the documents do not answer
choosing, making          many -> the ones to show
written                   the same by a language model, checked
"""

from sartor.evaluation.questions.making.making import Made, make
from sartor.evaluation.questions.making.written import Estimate, estimate, write

__all__ = ["Estimate", "Made", "estimate", "make", "write"]
