"""A study that people labelled: what can be told apart is, and of the rest nobody claims anything.

Five ways to the documents answer the same 150 questions, as published studies of questions about
annual reports do it. The labels are drawn with the shares that such studies find, questions being
hard or easy for all alike.
"""

import json
from itertools import combinations
from statistics import NormalDist

import numpy as np
import pytest
from known_systems import measured

from sartor.evaluation.systems import RecordedSystem
from sartor.ladder.climb import climb
from sartor.ladder.rungs import Rung
from sartor.types import Question

QUESTIONS = 150
SHARES = {
    "closed book": 0.09,
    "shared store": 0.20,
    "store per document": 0.50,
    "long context": 0.79,
    "oracle": 0.83,
}
ALIKE = {("long context", "oracle")}
COMMON = 0.6  # weight of what makes a question hard for everybody


def labels():
    draw = np.random.default_rng(7)
    hard = draw.standard_normal(QUESTIONS)
    for name, share in SHARES.items():
        luck = np.sqrt(COMMON) * hard + np.sqrt(1 - COMMON) * draw.standard_normal(QUESTIONS)
        yield name, luck < NormalDist().inv_cdf(share)


@pytest.fixture(scope="module")
def verdict(tmp_path_factory):
    folder = tmp_path_factory.mktemp("study")
    asked = [Question(f"q{place}", f"Question {place}?") for place in range(QUESTIONS)]
    rungs = []
    for order, (name, right) in enumerate(labels()):
        path = folder / f"{name}.jsonl"
        rows = (
            {"id": one.id, "question": one.text, "answer": "Words.", "correct": bool(label)}
            for one, label in zip(asked, right, strict=True)
        )
        path.write_text("".join(json.dumps(row) + "\n" for row in rows))
        rungs.append(Rung(name, order, lambda path=path: RecordedSystem(path)))
    return climb(rungs, asked, evaluate=measured, volume=1_000, bar="answers.correct >= 0.7")


def test_labels_of_people_decide(verdict):
    assert all(card.decided_by == {"label": QUESTIONS} for card in verdict.cards.values())
    for name, right in labels():
        found = verdict.cards[name].measurements["answers.correct"].mean
        assert found == pytest.approx(right.mean())


@pytest.mark.parametrize(("worse", "better"), [*combinations(SHARES, 2)])
def test_what_is_separable_is_told_apart_and_the_rest_is_not(verdict, worse, better):
    found = verdict.compare(better, worse)
    assert found == ("cannot tell" if (worse, better) in ALIKE else "better")


def test_telling_apart_holds_for_all_comparisons_together(verdict):
    assert verdict.nearest == "long context"
    outcomes = {name: one.outcome for name, one in verdict.comparisons.items()}
    assert outcomes.pop("oracle") == "cannot tell"
    assert set(outcomes.values()) == {"worse"}


def test_of_two_that_cannot_be_told_apart_the_simpler_is_chosen(verdict):
    assert verdict.rung == "long context"
    assert verdict.standings["store per document"][0].status == "failed"


def test_that_they_cannot_be_told_apart_is_not_taken_for_being_equal(verdict):
    assert verdict.no_worse("long context", "oracle", margin=0.02).outcome == "cannot tell"
    assert verdict.no_worse("long context", "oracle", margin=0.2).outcome == "no worse"
