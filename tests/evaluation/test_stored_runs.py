"""Runs are stored whole, found again, and deleted whatever state they are in."""

import json
import os
from dataclasses import replace

import pytest

from sartor.errors import ConfigError, NotFound, StateError, StorageError
from sartor.evaluation.runs import Given, Runs
from sartor.evaluation.runs.file import SCHEMA, write_run
from sartor.testing.retriever import MemoryLibrary
from sartor.types import (
    Answer,
    Citation,
    Cut,
    Document,
    Evidence,
    Gain,
    Hit,
    Measurement,
    Message,
    Passage,
    Question,
    Row,
    Run,
    Score,
    Scorecard,
    Sentence,
    Step,
    Usage,
)

TEXT = "Refunds take 14 days. Ask at the desk."
LIBRARY = MemoryLibrary([Document("guide", "docs", "Guide", TEXT)])
QUESTIONS = (
    Question(
        "a",
        "How long?",
        ("14 days",),
        evidence=(Evidence("guide", 0, 21),),
        history=(Message("user", "Refunds?"),),
        schema={"type": "string"},
        tags=("time",),
    ),
    Question("b", "Ünïcode — ?", answerable=False),
)


def citation(start=0, end=21, text=TEXT):
    return Citation("p", "guide", "docs", None, start, end, text[start:end], True, within=text)


def full_answer():
    passage = Passage("p", "guide", TEXT[:21], 0, 21, headings=("Refunds",), labels=("staff",))
    return Answer(
        "14 days.",
        sentences=(Sentence("14 days.", (citation(),), "supported", "said so", 0.9),),
        citations=(citation(), citation(22, 38)),
        context=(passage,),
        hits=(Hit(passage, 0.7, {"bm25": 1}, {"bm25": 3.5}, ("q",)),),
        usage=Usage(3, 1, 0, 0.1),
        timings={"search": 0.01},
        cost=0.25,
        notes=("a note",),
        cut=(Cut("q", "no room"),),
        steps=(Step("search", 0.0, 0.01, {"hits": 1}),),
    )


def finished(begun, error=""):
    correct = Measurement("answers.correct", 0.5, 0.1, 0.9, 2)
    right = Score("answers.correct", "a", 1.0, "said so")
    wrong = Score("answers.correct", "b", 0.0)
    right = Score("answers.correct", "a", 1.0, "said so")
    wrong = Score("answers.correct", "b", 0.0)
    rows = (
        Row("a", full_answer(), (right,), decided_by="contains"),
        Row("b", None, (wrong,), "no answer", error, "it failed"),
    )
    card = Scorecard(
        {"answers.correct": correct},
        rows,
        system="extract",
        run=begun.id,
        decided_by={"contains": 1},
        tagged={"time": correct},
        gains=(Gain("no answer", 1, correct, "because"),),
        notes=("few questions",),
    )
    return Run(
        begun.id,
        begun.started,
        1.5,
        "q.jsonl",
        QUESTIONS,
        {"eval.k": "10"},
        {"sartor": "0"},
        7,
        card,
    )


@pytest.fixture
def runs(tmp_path):
    return Runs(tmp_path / "runs")


@pytest.fixture
def begun(runs):
    return runs.start("extract", "q.jsonl", QUESTIONS)


def test_a_run_is_read_back_as_it_was(runs, begun):
    run = finished(begun)
    runs.save(run, "<html>")
    assert runs.show(begun.id, LIBRARY) == run
    assert runs.report(begun.id).read_text() == "<html>"


def test_ids_are_readable_sortable_and_never_shared(runs):
    ids = [runs.start(name, "", ()).id for name in ("rag", "rag", "my bot / v1.2", "日本")]
    assert len(set(ids)) == 4
    day, second, *name = ids[0].split("-")
    assert (len(day), len(second), name) == (8, 6, ["rag"])
    assert ids[2].endswith("-my-bot-v1-2")
    assert ids[3].endswith("-run")


def test_the_list_says_how_each_run_ended(runs, begun):
    runs.save(finished(begun))
    other = runs.start("other", "q.jsonl", QUESTIONS)
    broken = runs.start("zbroken", "q.jsonl", QUESTIONS)
    (runs.log(broken.id).parent / "run.json").write_text('{"schema": "sar')
    found = {one.id: one for one in runs.list()}
    assert found[begun.id].status == "done"
    assert found[begun.id].correct.mean == 0.5
    assert found[begun.id].questions == 2
    assert found[other.id].status == "unfinished"
    assert found[broken.id].status == "broken"
    assert [*found] == [broken.id, other.id, begun.id]


def test_a_damaged_run_is_named_and_can_be_deleted(runs, begun):
    runs.save(finished(begun))
    path = runs.log(begun.id).parent / "run.json"
    path.write_text(path.read_text().replace('"questions"', '"quest'))
    with pytest.raises(StateError, match="is damaged") as failure:
        runs.show(begun.id)
    assert failure.value.hint == f"sartor runs delete {begun.id}"
    assert runs.delete(begun.id) == begun.id
    assert list(runs.list()) == []


def test_a_run_whose_beginning_is_lost_is_broken(runs, begun):
    (runs.log(begun.id).parent / "begun.json").write_text("{}")
    assert runs.list()[0].status == "broken"
    with pytest.raises(StateError, match="nobody knows"):
        runs.resumed(begun.id, "extract", QUESTIONS)


def test_an_unfinished_run_says_how_to_go_on(runs, begun):
    with pytest.raises(StateError, match="is not finished") as failure:
        runs.show("latest")
    assert f"--resume {begun.id}" in failure.value.hint


def test_latest_is_the_newest_finished_one(runs, begun):
    runs.save(finished(begun))
    runs.start("zzz", "q.jsonl", QUESTIONS)
    assert runs.find("latest") == begun.id


def test_runs_of_one_second_stand_in_the_order_in_which_they_were_begun(runs):
    names = ["zeta", "alpha", "alpha", "beta", *["alpha"] * 10]
    begun = [runs.start(name, "q.jsonl", QUESTIONS) for name in names]
    for one in begun:
        runs.save(finished(one))
    assert [one.id for one in reversed(runs.list())] == [one.id for one in begun]
    assert runs.find("latest") == begun[-1].id


def test_a_run_remembers_what_it_was_asked_to_do(runs):
    given = Given("http://localhost:1/v1", "theirs", "/somewhere/q.jsonl")
    begun = runs.start("theirs", "q.jsonl", QUESTIONS, given)
    assert runs.begun(begun.id) == begun
    assert runs.begun(begun.id).given == given


@pytest.mark.parametrize("id", ["nonsense", "..", "../runs", ""])
def test_an_unknown_id_names_the_last_ones(runs, begun, id):
    with pytest.raises(NotFound, match=f"the last ones: {begun.id}"):
        runs.show(id)
    with pytest.raises(NotFound):
        runs.delete(id)


def test_without_any_run_the_first_step_is_named(runs):
    with pytest.raises(NotFound, match="no runs yet"):
        runs.show("latest")
    assert list(runs.list()) == []


def test_only_the_same_system_and_questions_go_on(runs, begun):
    assert runs.resumed("latest", "extract", QUESTIONS).id == begun.id
    with pytest.raises(ConfigError, match="asked 'extract'; now it would be 'rag'"):
        runs.resumed(begun.id, "rag", QUESTIONS)
    with pytest.raises(ConfigError, match="other questions"):
        runs.resumed(begun.id, "extract", QUESTIONS[:1])


def test_noted_answers_stay_only_while_some_are_missing(runs, begun):
    log = runs.log(begun.id)
    log.write_text("{}\n")
    runs.save(finished(begun, error="gone"))
    assert log.exists()
    runs.save(finished(begun))
    assert not log.exists()


def test_citations_of_changed_documents_are_left_out_with_a_note(runs, begun):
    runs.save(finished(begun))
    changed = MemoryLibrary([Document("guide", "docs", "", "Refunds take 14 days. Ask anybody.")])
    for library, left in ((changed, 1), (None, 0)):
        card = runs.show(begun.id, library).card
        assert len(card.rows[0].answer.citations) == left
        assert f"{2 - left} citations are left out" in card.notes[-1]


def test_nothing_half_written_stands_in_place_of_a_run(runs, begun, monkeypatch):
    runs.save(finished(begun))
    path = runs.log(begun.id).parent / "run.json"
    before = path.read_text()

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StorageError, match="No space left"):
        write_run(replace(finished(begun), seed=8), path)
    assert path.read_text() == before
    assert not path.with_name("run.json.part").exists()


def test_the_file_is_what_runs_show_prints(runs, begun):
    from sartor.cli.output import SCHEMA_VERSION
    from sartor.types.packing import plain

    run = finished(begun)
    runs.save(run)
    document = json.loads((runs.log(begun.id).parent / "run.json").read_text())
    assert document == {"schema": SCHEMA, "data": json.loads(json.dumps(plain(run)))}
    assert f"sartor/runs-show/{SCHEMA_VERSION}" == SCHEMA
