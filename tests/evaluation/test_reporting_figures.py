"""Figures as a person reads them: units, places, intervals, the order of reading."""

import pytest

from sartor.evaluation.reporting.figures import change, figure, interval, points, rooms, value
from sartor.evaluation.reporting.wording import STAGES, fix, headline, next_fixes, sentence, verdict
from sartor.types import Comparison, Gain, Measurement, Scorecard
from sartor.types.measuring import Stage


def measured(metric: str, mean: float, low: float, high: float, n: int = 100) -> Measurement:
    return Measurement(metric, mean, low, high, n)


@pytest.mark.parametrize(
    ("metric", "number", "written"),
    [
        ("answers.correct", 0.71, "71.0 %"),
        ("retrieval.ndcg@10", 0.6834, "0.683"),
        ("latency.p95", 0.0123, "12 ms"),
        ("latency.p95", 0.0012, "1.2 ms"),
        ("latency.p95", 1.934, "1.93 s"),
        ("latency.search.p50", 12.34, "12.3 s"),
        ("tokens.input", 1234.4, "1,234 tokens"),
        ("answers.words", 18.2, "18 words"),
        ("cost.query", 0.00213, "$0.0021"),
        ("cost.month", 312.4, "$312"),
        ("cost.query", 0.0, "$0.00"),
        ("mine.size", 41.5, "41.500"),
        ("answers.correct", float("nan"), "unknown"),
    ],
)
def test_a_value_is_written_with_its_unit(metric, number, written):
    assert figure(metric, number) == written


def test_an_interval_names_its_unit_once_and_has_the_precision_of_the_value():
    assert interval(measured("answers.correct", 0.71, 0.62, 0.79)) == "62.0 to 79.0 %"
    slow = measured("latency.p95", 0.9, 0.8, 1.1)
    assert (value(slow), interval(slow)) == ("0.90 s", "0.80 to 1.10 s")
    assert interval(slow, unit=False) == "0.80 to 1.10"
    assert interval(measured("cost.query", 0.02, 0.01, 0.03)) == "$0.010 to $0.030"


def test_a_difference_of_shares_is_told_in_points():
    assert points(measured("answers.correct", 0.091, 0.052, 0.141)) == "9 points [5, 14]"
    assert points(measured("answers.correct", 0.01, 0.0, 0.02)) == "1 point [0, 2]"
    assert change(
        measured("answers.correct", -0.07, -0.12, -0.02)
    ) == "-7.0 points [-12.0, -2.0]".replace("-", "\N{MINUS SIGN}")
    assert change(measured("latency.p95", 0.15, 0.04, 0.26)) == "+150 ms [40, 260]"


def test_measures_stand_in_the_order_of_reading_and_the_finer_ones_wait():
    names = ["latency.p95", "retrieval.map", "answers.f1", "retrieval.recall@10", "answers.correct"]
    found = rooms({name: measured(name, 0.5, 0.4, 0.6) for name in names})
    assert [room.title for room in found] == ["Answers", "Retrieval", "Latency"]
    assert [one.metric for one in found[0].first] == ["answers.correct"]
    assert [one.metric for one in found[1].others] == ["retrieval.map"]


def test_a_room_of_finer_measures_alone_shows_them():
    (room,) = rooms({"mine.own": measured("mine.own", 0.5, 0.4, 0.6)})
    assert (room.title, len(room.first), room.others) == ("Mine", 1, ())


def test_the_headline_is_one_plain_sentence():
    card = Scorecard({"answers.correct": measured("answers.correct", 0.71, 0.615, 0.788)}, ())
    assert headline(card) == (
        "71 of 100 questions answered correctly",
        "71 %, 95 % interval 62 to 79",
    )


def test_every_stage_has_words():
    assert set(STAGES) == set(Stage.__args__)


def gain(stage: str, lost: int, mean: float, low: float, metric: str = "answers.correct") -> Gain:
    return Gain(stage, lost, measured(metric, mean, low, mean + 0.05), "asked again")


def test_sure_gains_come_first_then_what_lost_most_then_polish():
    gains = (
        gain("right but uncited", 40, 0.3, 0.2, "citations.recall"),
        gain("not read", 1, 0.02, 0.0),
        gain("in context, unused", 9, 0.0, 0.0),
        gain("not retrieved", 5, 0.09, 0.05),
    )
    ordered = next_fixes(Scorecard({}, (), gains=gains))
    assert [one.stage for one in ordered] == [
        "not retrieved",
        "in context, unused",
        "not read",
        "right but uncited",
    ]
    assert fix(ordered[0]) == "Finding the right passage would add about 9 points [5, 14]"
    assert fix(ordered[1]).startswith("9 questions stay wrong even with the evidence in hand")
    assert fix(ordered[2]).endswith(", if anything")
    assert fix(ordered[3]).endswith("points [20, 35] of citations.recall")


def test_an_open_comparison_says_what_would_decide_it():
    apart = measured("answers.correct", 0.02, -0.03, 0.07)
    open_one = Comparison("answers.correct", "cannot tell", apart, 0.4, "exact McNemar", 8, 140)
    assert verdict(open_one) == "cannot tell; about 140 more questions would tell"


@pytest.mark.parametrize(
    ("note", "written"),
    [
        ("answers.rouge_l is not measured", "answers.rouge_l is not measured."),
        ("style.match: 3 examples", "style.match: 3 examples."),
        ("with 20 questions little can be told", "With 20 questions little can be told."),
    ],
)
def test_a_note_becomes_a_sentence_and_a_measure_keeps_its_name(note, written):
    assert sentence(note) == written
