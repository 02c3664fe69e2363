"""Bars: what is read, and what is refused with the way out."""

import pytest

from sartor.errors import ConfigError
from sartor.ladder.bars import Requirement, read_bar


def read(text):
    return read_bar(text, volume=10_000).requirements


def refused(text):
    with pytest.raises(ConfigError) as found:
        read(text)
    assert found.value.hint
    return str(found.value)


def test_the_bar_of_the_guide_is_read():
    assert read(
        "answers.correct >= 0.85, format.valid >= 99%, latency.p95 <= 2s, "
        "cost.month <= $300 at 100k"
    ) == (
        Requirement("answers.correct", True, 0.85, None, "answers.correct >= 0.85"),
        Requirement("format.valid", True, 0.99, None, "format.valid >= 99%"),
        Requirement("latency.p95", False, 2.0, None, "latency.p95 <= 2s"),
        Requirement("cost.month", False, 300.0, 100_000, "cost.month <= $300 at 100k"),
    )


@pytest.mark.parametrize(
    "text",
    [
        "answers.correct >= 0.85, latency.p95 <= 2s",
        "answers.correct >= 0.85 and latency.p95 <= 2s",
        "answers.correct >= 0.85\nlatency.p95 <= 2s\n",
        "answers.correct>=85%,latency.p95<=2000ms",
        "  answers.correct ≥ 85 % ;\tlatency.p95 ≤ 2 s,",
        "answers.correct > .85, latency.p95 < 2",
    ],
)
def test_there_are_many_ways_to_write_the_same_bar(text):
    found = [(one.metric, one.at_least, one.value) for one in read(text)]
    assert found == [("answers.correct", True, 0.85), ("latency.p95", False, 2.0)]


@pytest.mark.parametrize(
    ("text", "value", "volume"),
    [
        ("cost.month <= $300", 300, 10_000),
        ("cost.month <= 300$ at 1M", 300, 1_000_000),
        ("cost.month <= $1,500 at 250,000", 1500, 250_000),
        ("cost.month <= $1.5k at 1.5K", 1500, 1500),
        ("cost.month <= $0 at 20_000", 0, 20_000),
        ("cost.query <= $0.002", 0.002, None),
        ("tokens.input <= 3k", 3000, None),
        ("answers.words <= 120", 120, None),
        ("latency.search.p95 <= 800 ms", 0.8, None),
        ("retrieval.recall@5.bm25 >= 90%", 0.9, None),
        ("rules.pii <= 0", 0, None),
        ("answers.exact >= 100%", 1, None),
    ],
)
def test_amounts_have_their_units(text, value, volume):
    (found,) = read(text)
    assert found.value == pytest.approx(value)
    assert found.volume == volume


def test_a_monthly_cost_may_be_asked_for_at_two_volumes():
    assert [one.volume for one in read("cost.month <= $30 at 10k, cost.month <= $200 at 100k")] == [
        10_000,
        100_000,
    ]


def test_a_measure_without_a_better_direction_may_lie_between_two_values():
    assert len(read("answers.words >= 20, answers.words <= 120")) == 2


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "the bar is empty"),
        (" , \n", "the bar is empty"),
        ("answers.correct", "expected a measure, then >= or <=, then a number"),
        ("be good", "expected a measure, then >= or <=, then a number"),
        ("answer.correct >= 0.8", "did you mean 'answers.correct'?"),
        ("retrieval.recal@10 >= 0.8", "did you mean 'retrieval.recall@10'?"),
        ("quality >= 0.8", "there is no measure 'quality'"),
        ("answers.correct = 0.8", "'=' cannot be proved"),
        ("answers.correct != 0.8", "'!=' cannot be proved"),
        ("answers.correct >= 85", "did you mean 85% or 0.85?"),
        ("answers.correct >= 850", "expected 0 to 1"),
        ("answers.correct >= 120%", "at most 100%"),
        ("answers.correct >= 0", "every system meets that"),
        ("rules.pii <= 100%", "every system meets that"),
        ("answers.correct <= 0.5", "more is better of answers.correct; did you mean >=?"),
        ("latency.p95 >= 2s", "less is better of latency.p95; did you mean <=?"),
        ("cost.month >= $300", "less is better"),
        ("latency.p95 <= 0", "no system answers in no time"),
        ("latency.p95 <= 3 minutes", "'minutes' is no unit of latency.p95; expected 2s or 800ms"),
        ("latency.p95 <= 95%", "'%' is no unit of latency.p95"),
        ("latency.p95 <= $3", "does not fit latency.p95"),
        ("answers.correct >= 2s", "'s' is no unit of answers.correct"),
        ("answers.correct >= nan", "does not fit answers.correct"),
        ("answers.correct >= -0.5", "does not fit answers.correct"),
        ("answers.correct >=", "does not fit answers.correct"),
        ("cost.month <= 300 €", "does not fit cost.month"),
        ("cost.month <= 300 EUR", "'EUR' is no unit of cost.month"),
        ("latency.p95 <= 2s at 100k", '"at" goes with cost.month alone'),
        ("cost.month <= $300 at noon", "expected questions a month"),
        ("cost.month <= $300 at 0", "expected questions a month"),
        ("cost.month <= $300 at 1.5", "expected questions a month"),
        ("cost.month <= $300 at $5", "expected questions a month"),
        ("answers.correct >= 0.8, answers.correct >= 0.9", "are about the same; keep one"),
        ("cost.month <= $3, cost.month <= $4 at 10k", "are about the same; keep one"),
        ("answers.words >= 100, answers.words <= 20", "contradict each other"),
    ],
)
def test_nonsense_is_refused_with_the_way_out(text, says):
    assert says in refused(text)


def test_all_mistakes_are_told_at_once_each_with_its_requirement():
    message = refused("answers.corect >= 0.8, latency.p95 <= 2s, format.valid >= 99")
    assert "answers.corect >= 0.8: there is no measure" in message
    assert "format.valid >= 99: format.valid is a share" in message
    assert "latency" not in message.split("->")[0]
