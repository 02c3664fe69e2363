"""A verdict is kept with its page, and comes back as it was, over the runs it rests on."""

from dataclasses import replace

import pytest

from sartor.errors import NotFound, StateError
from sartor.ladder.findings import Checklist, Mistake, Tick
from sartor.project import Project
from sartor.project.verdicts import forget, keep, last
from sartor.testing.embedder import HashingEmbedder
from sartor.types import Answer, Question

QUESTIONS = [Question(f"q{one}", f"What is the code of item {one}?", (f"zx{one}",)) for one in "ab"]
MISTAKE = Mistake("changing facts", "40 % a month", "retrieve them: sartor add", "G3")
LIST = Checklist("RAG", "G2", (Tick("vector store", "done", "12 passages"),))


class Knows:
    def __init__(self, *known):
        self.known = known

    def answer(self, question):
        right = next((one for one in self.known if f"item {one}?" in question), "")
        return Answer(f"It is zx{right}.", cost=0.001)


@pytest.fixture
def project(tmp_path):
    with Project.init(tmp_path / "shop", embedder=HashingEmbedder()) as made:
        yield made


@pytest.fixture
def verdict(project):
    systems = {"one": Knows("a"), "both": Knows("a", "b")}
    bar = "answers.correct >= 0.9, cost.month <= $300 at 100k"
    found = project.climb(QUESTIONS, rungs=(), systems=systems, bar=bar)
    return replace(
        found,
        mistakes=(MISTAKE,),
        checklists=(LIST,),
        changes=("At $2 a month more, nothing changes.",),
        unbuilt={"lora": "not needed: both is likely"},
    )


def test_what_was_kept_comes_back_as_it_was(project, verdict):
    page = keep(project, verdict, "<p>Ä</p>")
    assert page.read_text(encoding="utf-8") == "<p>Ä</p>"
    found = last(project)
    assert found == replace(verdict, page=str(page))
    assert found.compare("both", "one") == verdict.compare("both", "one")


def test_the_last_of_several_is_found_even_within_one_second(project, verdict):
    pages = [keep(project, replace(verdict, reason=str(one)), "") for one in range(3)]
    assert len(set(pages)) == 3
    assert last(project).reason == "2"


def test_without_a_climb_the_command_is_named(project):
    with pytest.raises(NotFound, match="nothing was climbed") as caught:
        last(project)
    assert "sartor climb" in caught.value.hint


def test_a_run_that_is_gone_is_named_with_its_rung(project, verdict):
    keep(project, verdict, "")
    project.delete_run(verdict.cards["both"].run)
    with pytest.raises(StateError, match="measured of both is not there"):
        last(project)


@pytest.mark.parametrize("text", ["", "{", "[]", '{"cards": {}}', '{"cards": []}'])
def test_a_damaged_file_is_said_to_be_one(project, verdict, text):
    page = keep(project, verdict, "")
    page.with_name("verdict.json").write_text(text)
    with pytest.raises(StateError, match="is damaged"):
        last(project)


def test_fields_of_a_later_version_are_left_out(project, verdict):
    page = keep(project, verdict, "")
    path = page.with_name("verdict.json")
    path.write_text(path.read_text().replace('{"rung"', '{"tomorrow": [1], "rung"', 1))
    assert last(project).rung == verdict.rung


def test_forgetting_leaves_nothing(project, verdict):
    page = keep(project, verdict, "")
    forget(project._folder)
    assert not page.exists()
    forget(project._folder)
