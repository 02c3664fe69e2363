"""The checklists of the guides, ticked with what a project has and what was measured."""

import pytest
from made_verdicts import LADDER, made_situation, made_verdict

from sartor.ladder.checklists import checklists
from sartor.ladder.situation import Situation


@pytest.fixture(scope="module")
def verdict():
    return made_verdict({"rag": LADDER["rag"]}, count=120, bar="answers.correct >= 0.5")


def ticks(situation, verdict):
    return {tick.item: tick for found in checklists(situation, verdict) for tick in found.ticks}


def test_both_lists_have_the_items_of_the_guide(verdict):
    retrieval, tuning = checklists(made_situation(), verdict)
    assert (retrieval.source, tuning.source) == ("G2", "G2")
    assert [tick.item for tick in retrieval.ticks] == [
        "Preprocessing pipeline",
        "Embedding model chosen",
        "Vector store",
        "Retrieval strategy (top-k, MMR)",
        "Prompt template optimised",
        "Citation format",
        "Query cache",
        "Monitoring and logging",
    ]
    assert [tick.item for tick in tuning.ticks] == [
        "Data collected (1,000+)",
        "Cleaned and validated",
        "Base model chosen",
        "Method (LoRA or QLoRA)",
        "Hyperparameters",
        "Evaluation framework",
        "Versions",
        "Deployment pipeline",
    ]


def test_every_tick_carries_what_shows_it(verdict):
    for situation in (made_situation(), Situation()):
        assert all(tick.evidence for tick in ticks(situation, verdict).values())


def test_figures_stand_beside_what_was_measured(verdict):
    found = ticks(made_situation(), verdict)
    assert (
        "64 documents read and split into 812 passages" in found["Preprocessing pipeline"].evidence
    )
    strategy = found["Retrieval strategy (top-k, MMR)"]
    assert strategy.state == "done"
    assert strategy.evidence.startswith("hybrid search, 10 hits, no MMR; retrieval.recall@10 ")
    assert found["Citation format"].state == "done"
    assert found["Query cache"].state == "done"
    assert found["Monitoring and logging"].state == "missing"


def test_a_choice_that_nobody_measured_is_not_ticked():
    unmeasured = made_verdict({"prompt": LADDER["prompt"]}, count=40, bar="")
    found = ticks(made_situation(), unmeasured)
    assert found["Retrieval strategy (top-k, MMR)"].state == "missing"
    assert "no question names its evidence" in found["Retrieval strategy (top-k, MMR)"].evidence
    assert found["Citation format"].state == "missing"
    assert found["Prompt template optimised"].state == "missing"


@pytest.mark.parametrize(
    ("learnable", "state", "says"),
    [(1_200, "done", "1,200"), (612, "missing", "enough for G4"), (90, "missing", "90 examples")],
)
def test_the_number_of_examples_is_held_against_the_guide(verdict, learnable, state, says):
    situation = made_situation(examples=1_300, examples_learnable=learnable, adapters=1)
    found = ticks(situation, verdict)["Data collected (1,000+)"]
    assert found.state == state
    assert says in found.evidence


def test_test_questions_among_the_examples_are_no_clean_data(verdict):
    situation = made_situation(examples_leaked=3)
    found = ticks(situation, verdict)["Cleaned and validated"]
    assert found.state == "missing"
    assert "3 test questions" in found.evidence


def test_what_the_rung_that_is_enough_does_not_need_is_not_missing(verdict):
    found = ticks(made_situation(adapters=0), verdict)
    assert found["Versions"].state == "not needed"
    assert found["Versions"].evidence.startswith("rag is enough without training")
    assert found["Base model chosen"].state == "done"
    bare = ticks(Situation(), made_verdict({"prompt": LADDER["prompt"]}, count=40, bar=""))
    assert bare["Vector store"].state == "not needed"


def test_without_a_verdict_for_any_rung_what_is_missing_stays_missing():
    none = made_verdict({"rag": LADDER["rag"]}, count=40, bar="answers.correct >= 0.99")
    assert none.rung is None
    found = ticks(made_situation(adapters=0), none)
    assert found["Versions"].state == "missing"


def test_what_nobody_knows_is_unknown(verdict):
    found = ticks(Situation(), verdict)
    assert found["Query cache"].state == "unknown"
    assert found["Retrieval strategy (top-k, MMR)"].state == "unknown"
