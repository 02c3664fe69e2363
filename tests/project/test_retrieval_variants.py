"""Other settings of splitting and search, tried on a project that stays as it is."""

import re
from contextlib import ExitStack, closing
from dataclasses import replace

import pytest

from sartor.config import template
from sartor.errors import ConfigError
from sartor.project import Project
from sartor.project.completions import Completions
from sartor.project.ladders import Choice, ladder_of
from sartor.project.retrieval_variants import Variants, candidates_of, lines
from sartor.project.verdicts import last
from sartor.samples import HERE
from sartor.testing.embedder import HashingEmbedder
from sartor.testing.model import ScriptedModel
from sartor.types import Evidence, Question

ITEMS = 60
RAG = {"rungs": ["rag"], "tune_retrieval": True}


def code(number):
    return f"zx{number * 7919 % 9973}"


def reads(messages):
    """Answer from what stands in the prompt."""
    asked = re.findall(r"code of item (\d+)\?", messages[-1].content)[-1]
    found = re.search(rf"The code of item {asked} is (\w+)\.", messages[-1].content)
    return f"The code of item {asked} is {found[1]}. [1]" if found else "I do not know."


QUESTIONS = [
    Question(
        f"q{number}",
        f"What is the code of item {number}?",
        (code(number),),
        evidence=(Evidence(f"item-{number}.md"),),
    )
    for number in range(ITEMS)
]


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shop")
    with Project.init(folder, embedder=HashingEmbedder()) as project:
        project.add(HERE / "documents")
        yield project


@pytest.fixture(scope="module")
def variants(shop):
    with ExitStack() as open_until:
        kept = open_until.enter_context(closing(Completions(shop._folder.completions)))
        climbing = ladder_of(shop, Choice(), kept).of("rag")
        yield Variants(shop, climbing, open_until)


@pytest.fixture(scope="module")
def blurred(tmp_path_factory):
    """Make a project that trusts vectors alone, of an embedder that tells hardly anything."""
    root = tmp_path_factory.mktemp("blurred")
    folder = root / "items"
    folder.mkdir()
    for number in range(ITEMS):
        (folder / f"item-{number}.md").write_text(
            f"# Item {number}\n\nThe code of item {number} is {code(number)}.\n"
        )
    chosen = {"search.weight": 1.0, "ask.passages": 2}
    embedder = HashingEmbedder(dimension=8)
    with Project.init(root / "shop", embedder=embedder, **chosen) as project:
        project.add(folder)
        yield project


def test_another_splitting_is_an_index_of_its_own(shop, variants):
    before = shop._ledger.logical_state(), shop._ledger.last_change()
    variant = variants.open({"splitting.size": 32})
    ledger = variant.knowledge._ledger
    assert ledger.counts().passages > shop._ledger.counts().passages
    assert [row.id for row in ledger.documents()] == [row.id for row in shop.documents()]
    for row in shop.documents():
        text = shop.document(row.id).text
        assert ledger.document(row.id).text == text
        for passage in ledger.passages_of(row.id).values():
            assert text[passage.start : passage.end] == passage.text
    assert variant.knowledge.search("How long is the warranty on a sofa?")
    assert (shop._ledger.logical_state(), shop._ledger.last_change()) == before


def test_the_splitting_in_use_gives_the_passages_that_are_there(shop, variants):
    again = variants.open({"splitting.size": shop.settings.splitting.size})
    for row in shop.documents():
        ours = [one.id for one in shop._ledger.passages_of(row.id).values()]
        assert [one.id for one in again.knowledge._ledger.passages_of(row.id).values()] == ours


def test_other_settings_of_search_need_no_index(shop, variants):
    variant = variants.open({"search.weight": 0.3, "ask.passages": 2})
    assert variant.knowledge._index is shop._index
    assert variant.settings.ask.passages == 2
    assert shop.settings.search.weight == 0.5


def test_an_assistant_answers_by_the_changed_settings(variants):
    question = "How long is the warranty on a sofa?"
    for passages in (1, 3):
        assistant = variants.open({"ask.passages": passages}).rung("rag").build()
        assert len(assistant.answer(question, labels=None).hits) == passages


def test_every_candidate_changes_what_is_in_use(shop):
    in_use, *others = candidates_of(shop)
    assert not in_use.changes
    names = {name for one in others for name in one.changes}
    assert names == {
        "splitting.size",
        "splitting.overlap",
        "splitting.strategy",
        "ask.passages",
        "search.weight",
        "search.mmr",
    }
    for one in others:
        for name, value in one.changes.items():
            section, _, key = name.partition(".")
            assert getattr(getattr(shop.settings, section), key) != value


def test_the_defaults_are_tried_where_something_else_is_in_use(blurred):
    passages = [
        one.changes["ask.passages"]
        for one in candidates_of(blurred)
        if "ask.passages" in one.changes
    ]
    assert passages == [4, 1, 10]


def test_changes_are_told_as_lines_of_the_settings():
    changes = {"splitting.strategy": "tokens", "ask.passages": 5}
    assert lines(changes) == ('[splitting] strategy = "tokens"', "[ask] passages = 5")


# --- in a climb -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def searched(tmp_path_factory):
    """Search in the shop: stopped in the middle, taken up again, and once more."""
    folder = tmp_path_factory.mktemp("searched")
    with Project.init(folder, embedder=HashingEmbedder()) as project:
        project.add(HERE / "documents")
        yield project, *climbed_again_and_again(project)


def climbed_again_and_again(project):
    stages = []

    def stop_at_the_third(stage, *_):
        stages.append(stage)
        if stages.count("splitting") == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        project.climb(HERE / "questions.jsonl", progress=stop_at_the_third, **RAG)
    assert project._folder.variants.exists()
    stages.clear()
    first = project.climb(
        HERE / "questions.jsonl", progress=lambda stage, *_: stages.append(stage), **RAG
    )
    embedded = len(project._embedder.embedded)
    again = project.climb(HERE / "questions.jsonl", **RAG)
    assert len(project._embedder.embedded) == embedded  # nothing was measured again
    return stages, first, again


def test_the_settings_in_use_are_kept_where_nothing_wins(searched):
    project, _, verdict, _ = searched
    found = verdict.searched
    assert found.changes == {}
    assert found.lines == ()
    assert len(found.tried) > 5
    assert project._folder.config.read_text() == template()
    assert not project._folder.variants.exists()
    assert any("chose between settings of retrieval" in note for note in verdict.notes)


def test_a_search_that_was_stopped_goes_on(searched):
    _, stages, *_ = searched
    assert stages.count("splitting") == 5 - 3  # the one that was interrupted had been committed


def test_searching_again_finds_the_same(searched):
    _, _, first, again = searched
    assert again.searched == first.searched


def test_what_wins_is_sifted_asked_confirmed_and_told(blurred):
    verdict = blurred.climb(QUESTIONS, model=ScriptedModel(reads, window=100_000), **RAG)
    found = verdict.searched
    assert found.sifted_by  # nobody knows what an answer of this model costs
    assert len(found.sifted) > 5
    assert not any("ask.passages" in row.name for row in found.sifted)
    assert "ask.passages" in found.left_out
    assert len(found.tried) <= 3
    weight = found.changes["search.weight"]
    assert weight in (0.3, 0.7)
    assert found.confirmed.outcome == "better"
    assert found.gap == pytest.approx(found.gain.mean - found.confirmed.difference.mean)
    assert found.lines == (f"[search] weight = {weight}",)
    assert verdict.cards["rag"].measurements["answers.correct"].mean < 0.5  # nothing was changed
    assert last(blurred).searched == found


def test_too_few_questions_are_not_divided(blurred):
    verdict = blurred.climb(QUESTIONS[:30], **RAG)
    assert verdict.searched is None
    assert any("takes 40 questions" in note for note in verdict.notes)
    assert len(verdict.cards["rag"].rows) == 30


def test_without_evidence_nobody_pays_for_every_change(blurred):
    blind = [replace(question, evidence=()) for question in QUESTIONS]
    verdict = blurred.climb(blind, model=ScriptedModel(reads, window=100_000), **RAG)
    assert verdict.searched is None
    assert any("no question says where its answer stands" in note for note in verdict.notes)


def test_purging_takes_what_was_split_otherwise_with_it(searched):
    project, *_ = searched
    copied = project._folder.variants / "left by somebody who was killed"
    copied.mkdir(parents=True)
    project.purge("returns.md")
    assert not project._folder.variants.exists()


def test_what_a_search_takes_is_told_before(shop):
    planned = shop.plan_climb(HERE / "questions.jsonl", **RAG)
    search = planned.rungs[-1]
    assert search.rung == "retrieval"
    assert search.questions > 200
    assert search.dollars == 0
    assert "with an index of their own" in search.reason


def test_an_embedder_that_is_named_and_not_there_is_heard_of(tmp_path):
    chosen = {"eval.embedders": [str(tmp_path / "nowhere")]}
    with (
        Project.init(tmp_path / "plain", **chosen) as project,
        pytest.raises(ConfigError, match="nowhere"),
    ):
        candidates_of(project)
