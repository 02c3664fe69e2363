"""A language model as a judge of answers, and how far it can be trusted.

AnswerJudge         one answer against what was expected, or two answers in both orders
JudgementCache      what was judged before, by the exact prompt
judge_measure       a judge as a measure of a run: `judge.correct`
judged              the run summed up: agreement with people's labels, the corrected share
agreement           verdicts and labels -> accuracy, sensitivity, specificity, kappa
correct_by_labels   verdicts and some labels -> the share that people would call right
"""

from sartor.evaluation.judging.agreement import Agreement, agreement
from sartor.evaluation.judging.cache import JudgementCache
from sartor.evaluation.judging.correcting import Corrected, correct_by_labels
from sartor.evaluation.judging.judge import AnswerJudge, Preference, Spent, Verdict
from sartor.evaluation.judging.measure import Judged, judge_measure, judged

__all__ = [
    "Agreement",
    "AnswerJudge",
    "Corrected",
    "Judged",
    "JudgementCache",
    "Preference",
    "Spent",
    "Verdict",
    "agreement",
    "correct_by_labels",
    "judge_measure",
    "judged",
]
