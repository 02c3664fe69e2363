"""The figures behind the pictures: funnel, waterfall, risk-coverage curve; and their drawing."""

from dataclasses import replace

import pytest

from sartor.evaluation.reporting.charts import coverage_chart
from sartor.evaluation.reporting.drawing import bar, whisker
from sartor.evaluation.reporting.pictures import coverage, funnel, waterfall
from sartor.types import (
    Answer,
    Evidence,
    Measurement,
    Question,
    Row,
    Run,
    Score,
    Scorecard,
    Step,
)


def row(id: str, *, right: bool, stage=None, confidence=None, abstained=False, steps=()) -> Row:
    answer = Answer("a", confidence=confidence, abstained=abstained, steps=steps)
    return Row(id, answer, (Score("answers.correct", id, float(right)),), stage)


def run_of(*rows: Row) -> Run:
    asked = tuple(Question(one.question_id, "?", ("a",), evidence=(Evidence("d"),)) for one in rows)
    return Run("r", "", 1.0, "", asked, {}, {}, 0, Scorecard({}, rows))


def test_the_funnel_loses_each_question_where_it_was_lost():
    rows = [
        row("a", right=True),
        row("b", right=False, stage="not retrieved"),
        row("c", right=False, stage="not retrieved"),
        row("d", right=False, stage="used but wrong"),
        row("e", right=True, stage="right but uncited"),
    ]
    levels = {level.name: (level.left, level.lost) for level in funnel(run_of(*rows))}
    assert levels["whole in one passage"] == (5, 0)
    assert levels["found by search"] == (3, 2)
    assert levels["answered correctly"] == (2, 1)


def test_the_funnel_is_about_questions_whose_evidence_is_known():
    asked = replace(run_of(row("a", right=True)), questions=(Question("a", "?"),))
    assert funnel(asked) == ()


def test_the_waterfall_adds_up_a_step_that_came_twice_and_ends_with_the_whole():
    steps = (Step("search", 0.0, 1.0), Step("write", 1.0, 2.0), Step("search", 3.0, 1.0))
    measured = {
        name: Measurement(name, 4.0, 4.0, 4.0, 1) for name in ("latency.p50", "latency.p95")
    }
    found = waterfall(Scorecard(measured, (row("a", right=True, steps=steps),)))
    assert [(one.name, one.start, one.usual) for one in found] == [
        ("search", 0.0, 2.0),
        ("write", 1.0, 2.0),
        ("the whole answer", 0.0, 4.0),
    ]
    assert waterfall(Scorecard(measured, ())) == ()


def test_a_confidence_that_knows_has_its_errors_at_the_end_of_the_curve():
    rows = [row(str(at), right=at < 10, confidence=1 - at / 100) for at in range(20)]
    found = coverage(rows)
    assert found.right_at(0.5) == 1.0
    assert found.right_at(1.0) == pytest.approx(0.5)
    assert found.area == pytest.approx(sum(k / (10 + k) for k in range(1, 11)) / 20)


def test_silence_takes_from_the_questions_answered_not_from_the_right_ones():
    rows = [row(str(at), right=True, confidence=at / 100) for at in range(15)]
    rows += [row(f"s{at}", right=False, confidence=0.0, abstained=True) for at in range(5)]
    found = coverage(rows)
    assert found.points[-1] == (0.75, 1.0)
    assert found.n == 15


def test_answers_of_one_confidence_are_given_together_or_not_at_all():
    rows = [row(str(at), right=at % 2 == 0, confidence=0.5) for at in range(10)]
    rows += [row("sure", right=True, confidence=0.9)]
    found = coverage(rows)
    assert len(found.points) == 2
    assert found.area == coverage(rows[::-1]).area


@pytest.mark.parametrize("confidence", [None, float("nan"), 0.5])
def test_no_curve_is_drawn_where_confidence_is_missing_or_always_the_same(confidence):
    assert coverage([row(str(at), right=True, confidence=confidence) for at in range(50)]) is None


def test_a_picture_stays_within_its_frame_and_says_what_it_shows():
    drawn = whisker("<7 of 9>", 0.9, 0.4, 1.7, 1.0)
    assert 'x2="100%"' in drawn
    assert 'cx="90%"' in drawn
    assert "&lt;7 of 9&gt;" in drawn
    assert "<circle" not in whisker("unknown", float("nan"), 0.0, 1.0, 1.0)
    assert 'width="0%"' in bar("none", 0.0)


def test_a_wrong_answer_that_nobody_traced_is_never_counted_as_right():
    traced = row("a", right=False, stage="not retrieved")
    untraced = row("b", right=False)
    undecided = Row("c", Answer("a"), (Score("answers.correct", "c", None),))
    levels = funnel(run_of(traced, untraced, undecided, row("d", right=True)))
    assert (levels[0].left, levels[-1].left, levels[-1].lost) == (3, 1, 1)
    assert funnel(run_of(untraced, row("d", right=True))) == ()


def test_a_curve_of_very_many_answers_is_drawn_with_few_points():
    rows = [row(str(at), right=at % 3 > 0, confidence=at / 5_000) for at in range(5_000)]
    drawn = coverage_chart(coverage(rows))
    assert len(drawn) < 10_000
    assert "It answers 100 % of the questions; 67 % of them are right" in drawn
