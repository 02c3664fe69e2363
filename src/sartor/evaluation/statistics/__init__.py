"""Values of single questions -> figures with their error, comparisons, and how many would tell.

Knows nothing about what was measured. The same values with the same seed always give the same
figures, in whatever order the questions came.
"""

from sartor.evaluation.statistics.comparing import compare, holm
from sartor.evaluation.statistics.intervals import measurement, wilson
from sartor.evaluation.statistics.percentiles import percentile
from sartor.evaluation.statistics.power import detectable, questions_to_prove
from sartor.evaluation.statistics.resampling import bootstrap

__all__ = [
    "bootstrap",
    "compare",
    "detectable",
    "holm",
    "measurement",
    "percentile",
    "questions_to_prove",
    "wilson",
]
