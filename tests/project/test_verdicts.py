"""Two scorecards are compared and one is held to a bar, with the reason beside each verdict."""

import pytest

from sartor.cli.reports.climbing import print_verdict
from sartor.cli.reports.comparing import print_difference
from sartor.evaluation.summary import measured
from sartor.ladder.bars import read_bar
from sartor.ladder.verdict import Verdict
from sartor.project.comparing import Measured, difference, gate
from sartor.types import Answer, Comparison, Cost, Measurement, Question, Row, Score, Scorecard

N = 60
OTHERS = ("answers.contains", "answers.exact", "format.valid", "judge.correct")


def card(name, **lost):
    """A card on which each measure is 1 but for so many questions from a place on."""
    rows = []
    for number in range(N):
        scores = [
            Score(metric.replace("__", "."), str(number), float(number not in lost[metric]))
            for metric in lost
        ]
        rows.append(Row(str(number), Answer("yes"), tuple(scores)))
    alone = {str(number): str(number) for number in range(N)}
    figures = measured(rows, alone, seed=0, resamples=500)
    questions = tuple(Question(str(number), f"Question {number}?") for number in range(N))
    return Measured(name, questions, Scorecard(figures, tuple(rows), system=name))


@pytest.fixture
def pair():
    """Six wins without a loss on one measure, and three wins and losses on each of the others."""
    same = {name.replace(".", "__"): range(3) for name in OTHERS}
    other = {name.replace(".", "__"): range(3, 6) for name in OTHERS}
    first = card("one", answers__correct=(), citations__exact=(), **same)
    second = card("two", answers__correct=(), citations__exact=range(6), **other)
    return first, second


def test_a_verdict_that_the_correction_took_back_says_so(pair, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "160")
    found = difference(*pair, seed=0, resamples=500)
    (exact,) = [one for one in found.comparisons if one.metric == "citations.exact"]
    assert exact.outcome == "cannot tell"
    assert exact.difference.low > 0
    assert (found.fallen, found.corrected) == (("citations.exact",), 5)
    print_difference(found)
    printed = capsys.readouterr().out
    assert printed.count("(corrected for 5 comparisons)") == 1
    assert " 60 " in printed


def test_the_depth_that_was_measured_is_named():
    bar = read_bar("retrieval.recall@5 >= 0.5", volume=1000)
    held = gate(card("one", **{"retrieval__recall@10": ()}), bar, volume=1000, strict=False, seed=0)
    told = "not measured: retrieval.recall@10 was; set eval.k = 5 and ask again"
    assert held.standings[0].reason == told
    assert held.reason == f"one does not meet the bar. retrieval.recall@5 >= 0.5: {told}."


@pytest.mark.parametrize(
    ("bar", "strict", "says"),
    [
        ("answers.correct >= 0.5", False, "one is proved to meet the bar."),
        ("answers.correct >= 0.99", False, "one is likely to meet the bar."),
        ("answers.correct >= 0.99", True, "one is likely, but not proved, to meet the bar."),
        ("answers.contains >= 0.5", False, "one does not meet the bar."),
    ],
)
def test_the_reason_of_a_gate_is_about_this_run(bar, strict, says):
    one = card("one", answers__correct=(), answers__contains=range(40))
    wanted = read_bar(bar, volume=1000)
    held = gate(one, wanted, volume=1000, strict=strict, seed=0)
    assert held.reason.startswith(says)
    assert "rung" not in held.reason


def test_a_climb_says_where_many_comparisons_took_a_verdict_back(pair, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "160")
    one, two = (each.card for each in pair)
    cards = {"one": one, "two": two, "three": two}
    apart = Measurement("citations.exact", -0.1, -0.18, -0.02, N)
    open_still = Comparison("citations.exact", "cannot tell", apart, 0.09, "exact McNemar", 6)
    verdict = Verdict(
        "one",
        "unbeaten",
        cards,
        dict.fromkeys(cards, Cost(None, None, None)),
        {},
        "Because.",
        nearest="one",
        considered=tuple(cards),
        comparisons={"two": open_still, "three": open_still},
    )
    print_verdict(verdict)
    assert capsys.readouterr().out.count("(corrected for 2 comparisons)") == 2
