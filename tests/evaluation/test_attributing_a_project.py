"""Real documents, real search: what the scorecard says about where answers were lost."""

from dataclasses import replace

import pytest

from sartor.project import Project
from sartor.testing.embedder import HashingEmbedder
from sartor.testing.model import ScriptedModel
from sartor.types import Evidence, Question

WINDOW = Question(
    "window",
    "How long may unused items be returned?",
    ("30 days",),
    evidence=(Evidence("returns.md"),),
)
OWNER = Question("owner", "Who owns the furniture shop?", answerable=False)


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    folder = tmp_path_factory.mktemp("attributing")
    (folder / "returns.md").write_text(
        "# Returns\n\n## Window\n\nUnused items may be returned within 30 days.\n\n"
        "## Refunds\n\nRefunds are paid within 5 working days.\n"
    )
    (folder / "delivery.txt").write_text("Delivery of furniture costs 39 euros.\n")
    with Project.init(folder / "shop", embedder=HashingEmbedder()) as project:
        project.add(folder / "returns.md")
        project.add(folder / "delivery.txt")
        yield project


def lost(shop, question, said=None):
    """Ask the real chain, with a model that says one thing, and read the row."""
    model = ScriptedModel(said, window=None) if said else None
    row = shop.evaluate([question], system=shop.assistant(model=model), save=False).rows[0]
    return row.stage, row.proof


def test_a_right_quote_lost_nothing(shop):
    assert lost(shop, WINDOW) == (None, "")


def test_a_document_that_is_not_there_is_missed(shop):
    elsewhere = replace(WINDOW, expected=("6 weeks",), evidence=(Evidence("terms.md"),))
    stage, proof = lost(shop, elsewhere)
    assert stage == "not in the documents"
    assert "terms.md is not among the 2 documents" in proof


def test_a_model_that_looks_away_did_not_use_its_context(shop):
    stage, proof = lost(shop, WINDOW, "The documents do not answer this.")
    assert stage == "in context, unused"
    assert 'within 30 days." at ' in proof


def test_a_model_that_misreads_its_context_used_it(shop):
    stage, _ = lost(shop, WINDOW, "Unused items may be returned within 90 days [1].")
    assert stage == "used but wrong"


def test_a_model_that_answers_the_unanswerable_should_have_been_silent(shop):
    stage, proof = lost(shop, OWNER, "Clara Behrend owns the furniture shop.")
    assert stage == "should have abstained"
    assert "Clara Behrend" in proof
