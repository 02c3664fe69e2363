"""Classic mistakes are found by figures, and what is not known is no mistake."""

from dataclasses import replace

import pytest

from sartor.ladder.mistakes import find_mistakes
from sartor.ladder.situation import Situation

SOUND = Situation(
    documents=500,
    passages=9_000,
    tokens=2_000_000,
    window=128_000,
    changes_per_month=0.2,
    days_watched=90.0,
    passage_tokens={0.05: 60.0, 0.5: 180.0, 0.95: 200.0},
    questions=300,
    unanswerable=30,
    examples=1_200,
    examples_learnable=1_200,
    adapters=1,
    runs=4,
)


def names(**changed):
    return [one.name for one in find_mistakes(replace(SOUND, **changed))]


def test_a_sound_project_makes_none():
    assert names() == []


def test_of_a_project_of_which_nothing_is_known_nothing_is_said():
    assert find_mistakes(Situation()) == ()


CLASSIC = [  # what the guides call it, the figures that show it, the name it has here
    ("no evaluation", {"questions": 0, "unanswerable": 0}, "no evaluation set"),
    ("hardly any", {"questions": 12, "unanswerable": 2}, "hardly any test questions"),
    ("tuning to inject changing facts", {"examples_state_facts": 400},
     "tuning to inject facts that change"),
    ("few of them, in documents that change", {"examples_state_facts": 12},
     "tuning to inject facts that change"),
    ("tuning first", {"runs": 0}, "tuning first"),
    ("too few examples", {"examples": 120, "examples_learnable": 110}, "too few examples to tune"),
    ("chunks too large", {"passage_tokens": {0.5: 700.0, 0.95: 1_400.0}}, "passages too large"),
    ("chunks too small", {"passage_tokens": {0.5: 12.0, 0.95: 30.0}}, "passages too small"),
    ("everything fits the context", {"tokens": 60_000},
     "retrieval where everything fits the context"),
    ("questions in the examples", {"examples_leaked": 3}, "questions leaked into the examples"),
    ("hallucinations stay", {"unanswerable": 0}, "inventions are not tested"),
]  # fmt: skip


@pytest.mark.parametrize(("mistake", "changed", "name"), CLASSIC, ids=[row[0] for row in CLASSIC])
def test_a_classic_mistake_is_found_with_its_evidence(mistake, changed, name):
    (found,) = find_mistakes(replace(SOUND, **changed))
    assert found.name == name
    assert any(character.isdigit() for character in found.evidence) or "no test" in found.evidence
    assert found.advice
    assert found.source


@pytest.mark.parametrize(
    "changed",
    [
        {"examples_state_facts": 12, "changes_per_month": 0.01},  # few, and documents keep still
        {"examples_state_facts": 12, "changes_per_month": None},
        {"tokens": 60_000, "window": 8_000},  # fits no model that is at hand
        {"tokens": 60_000, "window": None},
        {"tokens": None},
        {"passage_tokens": {}},
        {"passage_tokens": {0.5: 12.0, 0.95: 30.0}, "passages": 600},  # short documents, not cut
        {"runs": None},
        {"adapters": 0, "runs": 0},
        {"examples": 0, "examples_learnable": 0, "adapters": 0},
    ],
)
def test_what_only_looks_like_a_mistake_is_none(changed):
    assert names(**changed) == []


def test_the_evidence_holds_the_figures():
    (found,) = find_mistakes(replace(SOUND, examples_state_facts=400))
    assert found.evidence == (
        "400 of 1,200 examples state prices, versions or dates; 20% of the documents change in a "
        "month (seen over 90 days)"
    )
    assert found.source == "G3 G4"
