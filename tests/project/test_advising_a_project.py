"""Advice for a project: what stands in it need not be answered, and what is answered wins."""

import json

import pytest

from sartor.errors import ConfigError
from sartor.project import Project
from sartor.project.advising import advise_project, profile_file
from sartor.testing.embedder import HashingEmbedder


def ask(folder, *rows):
    path = folder / "questions.jsonl"
    path.write_text("".join(json.dumps({"question": row}) + "\n" for row in rows))


def test_what_the_project_tells_is_filled_in_and_said(project, documents):
    project.add(documents)
    ask(project.folder, "How long may items be returned?")
    found = project.advise()
    assert found.profile["knowledge"] is True
    assert found.profile["tokens"] == project.situation().tokens
    assert found.profile["questions"] == 1
    assert found.taken["knowledge"] == "3 documents"
    assert found.taken["questions"] == "questions.jsonl"
    assert found.first == "long-context"
    assert [one.name for one in found.mistakes] == ["hardly any test questions"]


def test_what_is_answered_wins(project, documents):
    project.add(documents)
    found = project.advise({"tokens": "2M", "cite": "yes"})
    assert found.profile["tokens"] == 2_000_000
    assert "tokens" not in found.taken
    assert found.first == found.likely == "rag"


def test_without_documents_the_first_command_adds_some(project):
    assert project.advise().commands[0] == "sartor add DOCUMENTS"


def test_without_a_project_the_first_command_makes_one():
    found = advise_project(None, {"style": True})
    assert found.commands[:2] == ("sartor init FOLDER && cd FOLDER", "sartor add DOCUMENTS")
    assert (found.first, found.taken, found.mistakes) == ("few-shot", {}, ())


def test_a_use_case_fills_in_what_nobody_answers():
    found = advise_project(None, {"style": "no"}, like="support")
    assert found.likely == "rag"
    assert "style" not in found.taken
    assert "G2 G3" in found.taken["changes"]
    with pytest.raises(ConfigError, match="did you mean 'legal'"):
        advise_project(None, like="legl")


KNOWN = {"domains": True, "format": "json", "unwanted": True, "volume": 250_000, "cite": True}


def test_several_collections_schemas_rules_and_the_volume_are_seen(tmp_path, documents):
    settings = {
        "policy.forbidden_phrases": ["never"],
        "eval.volume": 250_000,
        "eval.bar": "citations.recall >= 0.9",
    }
    with Project.init(tmp_path / "shop", embedder=HashingEmbedder(), **settings) as project:
        project.add(documents / "returns.md", collection="a")
        project.add(documents / "warranty.md", collection="b")
        row = {"question": "How long?", "schema": {"type": "object"}}
        (project.folder / "questions.jsonl").write_text(json.dumps(row) + "\n")
        found = project.advise()
    known = {name: found.profile[name] for name in KNOWN}
    assert known == KNOWN
    assert found.commands[-1].endswith("--volume 250k")


@pytest.mark.parametrize(
    ("share", "days", "often"),
    [(0.2, 30, "often"), (0.02, 30, "rarely"), (0.0, 90, "never"), (0.0, 5, None), (None, 0, None)],
)
def test_how_often_documents_change_is_read_from_the_ledger(
    project, documents, monkeypatch, share, days, often
):
    from sartor.project import situation

    project.add(documents)
    rate = situation.ChangeRate(share, days)
    monkeypatch.setattr(situation, "change_rate", lambda documents: rate)
    assert project.advise().profile.get("changes") == often


# --- what was measured ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bar", "short"), [("answers.correct >= 0.9", True), ("answers.correct >= 0.01", False)]
)
def test_the_last_climb_tells_whether_less_falls_short(project, documents, bar, short):
    from sartor.project.verdicts import keep

    project.add(documents)
    ask_expecting(project.folder, short)
    verdict = project.climb(bar=bar)
    keep(project, verdict, "<html></html>")
    found = project.advise()
    assert found.profile["falls_short"] is short
    assert bar in found.taken["falls_short"]


def ask_expecting(folder, impossible):
    expected = "nothing that stands there" if impossible else "30"
    row = {"question": "Within how many days may items be returned?", "expected": expected}
    rows = [json.dumps({**row, "id": str(number)}) + "\n" for number in range(12)]
    (folder / "questions.jsonl").write_text("".join(rows))


# --- files of answers ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("profile.yaml", "cite: yes\nchanges: often\ntokens: 100k\n"),
        ("profile.json", '{"cite": true, "changes": "often", "tokens": "100k"}'),
        ("profile.toml", 'cite = true\nchanges = "often"\ntokens = 100_000\n'),
    ],
)
def test_answers_are_read_from_a_file(tmp_path, name, text):
    (tmp_path / name).write_text(text)
    found = advise_project(None, tmp_path / name)
    assert found.profile == {"cite": True, "changes": "often", "tokens": 100_000}


@pytest.mark.parametrize("text", ["cite: [", "- cite\n", ""])
def test_a_file_that_holds_no_answers_is_refused(tmp_path, text):
    (tmp_path / "profile.yaml").write_text(text)
    with pytest.raises(ConfigError, match=r"profile\.yaml"):
        profile_file(tmp_path / "profile.yaml")


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(ConfigError, match="cannot be read"):
        profile_file(tmp_path / "none.yaml")
