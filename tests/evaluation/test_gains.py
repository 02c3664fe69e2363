"""What fixing a stage would add: from measured answers, from estimates, and how sure that is."""

import random

import pytest

from sartor.evaluation.attributing import gains
from sartor.types import Row, Score


def row(id, stage=None, correct=None, **scores):
    correct = (stage is None or stage.startswith("right but")) if correct is None else correct
    measured = {"answers.correct": float(correct), **scores}
    found = tuple(Score(metric, id, value) for metric, value in measured.items())
    return Row(id, None, found, stage=stage)


def rows_of(counts):
    """Make rows: so many questions for each stage; None: right."""
    return [row(f"{stage} {n}", stage) for stage, count in counts.items() for n in range(count)]


def alone(rows):
    """Every question is its own document."""
    return {one.question_id: one.question_id for one in rows}


def gained(rows, **more):
    return {one.stage: one for one in gains(rows, clusters=alone(rows), resamples=1000, **more)}


def test_nothing_lost_gains_nothing():
    assert gains(rows_of({None: 9}), clusters={}) == ()
    assert gains([], clusters={}) == ()


def test_stages_stand_in_the_order_of_the_pipeline():
    rows = rows_of({"used but wrong": 3, "not retrieved": 3, "no answer": 1, None: 9, "unknown": 2})
    assert list(gained(rows)) == ["no answer", "not retrieved", "used but wrong"]


def test_what_search_lost_counts_like_what_had_its_evidence_in_the_context():
    rows = rows_of({"not retrieved": 20, "used but wrong": 20, None: 60})
    found = gained(rows)["not retrieved"]
    assert found.lost == 20
    assert found.gain.mean == pytest.approx(0.20 * 60 / 80)
    assert 0.05 < found.gain.low < 0.12
    assert 0.18 < found.gain.high < 0.25
    assert found.gain.n == 100
    assert found.reason == (
        "20 count like the 80 questions whose evidence was in the context (60 right)"
    )


def test_questions_asked_again_count_as_measured():
    rows = rows_of({"not retrieved": 20, "used but wrong": 40, None: 40})
    ids = [one.question_id for one in rows if one.stage == "not retrieved"]
    found = gained(rows, given={id: number < 18 for number, id in enumerate(ids)})["not retrieved"]
    assert found.gain.mean == pytest.approx(0.18)
    assert "18 of 20 were right when asked with the evidence" in found.reason


def test_an_answer_with_its_evidence_in_hand_that_is_mended_is_right():
    rows = rows_of({"used but wrong": 10, None: 10})
    given = {one.question_id: False for one in rows if one.stage}
    found = gained(rows, given=given)["used but wrong"]
    assert found.gain.mean == pytest.approx(0.5)


def test_measured_and_estimated_questions_add_up():
    rows = rows_of({"packed out": 20, "used but wrong": 40, None: 40})
    ids = [one.question_id for one in rows if one.stage == "packed out"]
    found = gained(rows, given=dict.fromkeys(ids[:10], True))["packed out"]
    assert found.gain.mean == pytest.approx(0.10 + 0.10 * 0.5)


def test_silence_where_nothing_is_to_be_said_would_be_right_every_time():
    rows = rows_of({"should have abstained": 10, "used but wrong": 10, None: 20})
    found = gained(rows)["should have abstained"]
    assert found.gain.mean == pytest.approx(0.25)
    assert "all 10 would be in order" in found.reason


def test_rightly_silent_answers_say_nothing_about_evidence_in_hand():
    silent = [row(f"silent {n}", **{"answers.abstained": 1.0}) for n in range(40)]
    rows = [*rows_of({"not retrieved": 10, "used but wrong": 25, None: 25}), *silent]
    assert gained(rows)["not retrieved"].gain.mean == pytest.approx(0.10 * 0.5)


def test_answers_that_are_right_without_their_evidence_say_nothing_either():
    lucky = [row(f"lucky {n}", **{"retrieval.mrr": 0.0}) for n in range(40)]
    rows = [*rows_of({"not retrieved": 10, "used but wrong": 25, None: 25}), *lucky]
    assert gained(rows)["not retrieved"].gain.mean == pytest.approx(0.10 * 0.5)


def test_where_nothing_tells_no_gain_is_made_up():
    assert gained(rows_of({"not retrieved": 10})) == {}


def test_a_rate_that_was_never_seen_to_fail_is_not_taken_for_certain():
    found = gained(rows_of({"not retrieved": 50, None: 6}))["not retrieved"]
    assert found.gain.mean == pytest.approx(50 / 56)
    assert found.gain.low < 0.75


def test_right_answers_gain_in_the_measure_they_lack():
    rows = [row(f"cited {n}", **{"citations.recall": 1.0}) for n in range(30)]
    rows += [row(f"bare {n}", "right but uncited", **{"citations.recall": 0.0}) for n in range(10)]
    rows += [row(f"other {n}", "used but wrong") for n in range(10)]
    found = gained(rows)["right but uncited"].gain
    assert found.metric == "citations.recall"
    assert found.mean == pytest.approx(10 / 40)
    assert found.n == 40


def test_questions_nobody_can_judge_do_not_count():
    unjudged = [Row(f"x{n}", None, (Score("answers.correct", f"x{n}", None),)) for n in range(50)]
    found = gained([*rows_of({"used but wrong": 10, None: 10}), *unjudged])["used but wrong"]
    assert found.gain.n == 20
    assert found.gain.mean == pytest.approx(0.5)


def test_questions_of_one_document_vary_together():
    rows = rows_of({"used but wrong": 30, None: 70})
    apart = gains(rows, clusters=alone(rows), resamples=1000)[0].gain
    clusters = {one.question_id: f"{one.stage} {n // 10}" for n, one in enumerate(rows)}
    together = gains(rows, clusters=clusters, resamples=1000)[0].gain
    assert together.high - together.low > 2 * (apart.high - apart.low)


def test_the_same_seed_gives_the_same_interval():
    rows = rows_of({"not retrieved": 20, "used but wrong": 20, None: 60})
    assert gained(rows, seed=3) == gained(rows, seed=3)
    assert gained(rows, seed=3) != gained(rows, seed=4)


def test_many_documents_take_bounded_time():
    rows = rows_of({"not retrieved": 10_000, "used but wrong": 10_000, None: 30_000})
    found = gained(rows)["not retrieved"].gain
    assert found.mean == pytest.approx(0.15)
    assert 0.004 < found.high - found.low < 0.009  # 2 * 1.96 * 0.0016


def test_the_interval_holds_the_gain_that_is_true_by_construction():
    """Lost at search: 25 %; right once found: 70 %. Quick form; the benchmark has the long one."""
    inside = 0
    for seed in range(200):
        draw = random.Random(seed)
        rows = []
        for number in range(200):
            missed, can = draw.random() < 0.25, draw.random() < 0.7
            rows.append(
                row(str(number), "not retrieved" if missed else None if can else "used but wrong")
            )
        gain = gains(rows, clusters=alone(rows), resamples=400)[0].gain
        inside += gain.low <= 0.25 * 0.7 <= gain.high
    assert 0.90 <= inside / 200 <= 0.985
