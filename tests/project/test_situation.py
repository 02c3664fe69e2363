"""What is known of a project before anything is measured is read from what stands on disk."""

import json
from dataclasses import replace
from math import exp
from random import Random

import pytest

from sartor.knowledge.ledger import DocumentSummary
from sartor.ladder.situation import Situation
from sartor.project import Project
from sartor.project.situation import DAY, change_rate
from sartor.testing.embedder import HashingEmbedder
from sartor.types import Question

NOW = 1_000 * DAY


def summary(number, *, added, changed=None):
    """A document added, and changed last, so many days ago."""
    at, touched = NOW - added * DAY, NOW - (added if changed is None else changed) * DAY
    return DocumentSummary(
        number, f"d{number}", "", "s", "", "", "", "en", "", 10, 0, 1, int(at), int(touched)
    )


def examples(path, *answers):
    rows = [
        {"messages": [{"role": "user", "content": f"Question number {number}, please?"},
                      {"role": "assistant", "content": answer}]}
        for number, answer in enumerate(answers)
    ]  # fmt: skip
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


# --- how often documents change ------------------------------------------------------------------


def test_documents_that_nobody_touched_do_not_change():
    rate = change_rate([summary(number, added=60) for number in range(10)], now=NOW)
    assert rate == (0.0, 60.0)


def test_the_share_that_changes_in_a_month_is_recovered_from_the_last_changes():
    """Of each document only the last change is known, however often it changed before."""
    ages, a_day = Random(0), 0.02
    some = [summary(n, added=90, changed=min(90, ages.expovariate(a_day))) for n in range(4_000)]
    assert change_rate(some, now=NOW).per_month == pytest.approx(1 - exp(-a_day * 30.4), rel=0.05)
    few = [summary(n, added=100, changed=50 if n < 50 else None) for n in range(1_000)]
    assert change_rate(few, now=NOW).per_month == pytest.approx(50 / 97_500 * 30.4, rel=0.02)


def test_new_documents_are_changes_too():
    rate = change_rate([summary(1, added=60), summary(2, added=10)], now=NOW)
    assert rate.per_month > 0.3


def test_within_a_day_nothing_can_be_said():
    assert change_rate([summary(1, added=0.2, changed=0.1)], now=NOW).per_month is None
    assert change_rate([]).per_month is None


def test_reading_everything_anew_is_no_change_of_documents():
    anew = [summary(number, added=60, changed=30) for number in range(100)]
    assert change_rate(anew, now=NOW) == (0.0, 30.0)
    edited = [*anew, summary(100, added=60, changed=20)]
    assert change_rate(edited, now=NOW).per_month == pytest.approx(30.4 / 3_020, rel=0.02)


# --- the whole ----------------------------------------------------------------------------------


def test_an_empty_project_is_an_empty_situation(project):
    found = project.situation()
    assert replace(found, settings={}, embedder="", runs=None) == Situation()


def test_documents_and_passages_are_counted(project, documents):
    project.add(documents)
    found = project.situation()
    assert (found.documents, found.changes_per_month) == (3, None)
    assert found.passages >= 3
    words = "# Returns ## Window Unused items may be returned within 30 days . ## Refunds Refunds"
    assert found.tokens == pytest.approx(len(words.split()) + 26, abs=12)
    assert set(found.passage_tokens) == {0.05, 0.5, 0.95}
    assert found.passage_tokens[0.05] <= found.passage_tokens[0.5] <= found.passage_tokens[0.95]


def test_examples_are_counted_with_what_spoils_them(project):
    examples(project.folder / "examples.jsonl", "It costs 39 euros.", "Certainly, with joy!")
    asked = [
        Question("1", "Question number 1, please?"),
        Question("2", "What is the colour of the sea in winter?", answerable=False),
    ]
    found = project.situation(asked)
    assert (found.questions, found.unanswerable) == (2, 1)
    assert (found.examples, found.examples_learnable, found.examples_leaked) == (2, 2, 1)
    assert found.examples_state_facts == 1


def test_a_file_that_holds_no_examples_counts_as_none(project):
    (project.folder / "examples.jsonl").write_text("no json\n")
    assert project.situation().examples == 0


def test_examples_may_stand_elsewhere(project, tmp_path):
    examples(tmp_path / "other.jsonl", "Certainly!")
    assert project.situation([], tmp_path / "other.jsonl").examples == 1


@pytest.mark.parametrize(
    ("settings", "window", "local"),
    [
        ({"model.name": "claude-haiku-4-5"}, 200_000, False),
        ({"model.name": "nobody-knows"}, None, False),
        ({"model.name": "nobody-knows", "model.window": 9_000}, 9_000, False),
        ({"model.path": "lab"}, 1_024, True),
        ({"model.path": "not-there"}, None, True),
    ],
)
def test_the_window_is_read_and_no_model_opened(tmp_path, settings, window, local):
    with Project.init(tmp_path, embedder=HashingEmbedder(), **settings) as project:
        found = project.situation()
    assert (found.window, found.local) == (window, local)


def test_settings_are_there_for_checklists(project):
    assert project.situation().settings["search.k"] == "10"
