"""Completions of climbs: a prompt is not asked twice, and its seconds stay those measured."""

from contextlib import closing
from dataclasses import replace

import pytest

from sartor.evaluation.systems import Reply
from sartor.project.completions import Completions, Remembering, Retimed
from sartor.protocols import Generation
from sartor.testing.model import ScriptedModel
from sartor.types import Answer, Completion, Message, Question

ASKED = [Message("user", "Why?")]


@pytest.fixture
def kept(tmp_path):
    with closing(Completions(tmp_path / "completions.db")) as kept:
        yield kept


def remembering(kept, model, identity="", name="m"):
    return Remembering(lambda: model, kept, name=name, identity=identity)


def test_the_same_prompt_is_asked_once_and_comes_back_whole(kept):
    model = ScriptedModel("Because.")
    first = remembering(kept, model).complete(ASKED)
    again = remembering(kept, model).complete(ASKED)
    assert again == first
    assert len(model.calls) == 1
    assert kept.given == 1


def test_a_stream_is_remembered_once_it_was_heard_to_its_end(kept):
    model = ScriptedModel("Because it is so.")
    pieces = remembering(kept, model).stream(ASKED)
    next(pieces)
    pieces.close()
    whole = list(remembering(kept, model).stream(ASKED))
    assert len(model.calls) == 2
    again = list(remembering(kept, model).stream(ASKED))
    assert len(model.calls) == 2
    assert isinstance(again[-1], Completion)
    assert again[-1] == whole[-1]
    assert "".join(again[:-1]) == "".join(whole[:-1])


@pytest.mark.parametrize(
    ("identity", "options", "messages"),
    [
        ("other weights", Generation(), ASKED),
        ("", Generation(adapter="voice@1"), ASKED),
        ("", Generation(max_tokens=3), ASKED),
        ("", Generation(), [Message("user", "Why not?")]),
    ],
)
def test_whatever_decides_a_completion_tells_prompts_apart(kept, identity, options, messages):
    model = ScriptedModel("Because.")
    remembering(kept, model).complete(ASKED)
    remembering(kept, model, identity).complete(messages, options)
    assert len(model.calls) == 2


def test_a_deadline_and_the_code_word_around_passages_do_not(kept):
    model = ScriptedModel("Because.")
    shown = "<<<{} [1] Note>>>\nIt is so.\n<<<{} end of the passages>>>\n\nWhy?"
    for word, deadline in (("0123456789ab", 1e9), ("ba9876543210", 2e9)):
        said = [Message("user", shown.format(word, word))]
        remembering(kept, model).complete(said, Generation(deadline=deadline))
    assert len(model.calls) == 1


def test_fresh_asks_again_and_keeps_what_comes(tmp_path):
    for fresh, said in ((False, "Once."), (True, "Twice.")):
        with closing(Completions(tmp_path / "kept.db", fresh=fresh)) as kept:
            assert remembering(kept, ScriptedModel(said)).complete(ASKED).text == said
    with closing(Completions(tmp_path / "kept.db")) as kept:
        assert remembering(kept, ScriptedModel("Never.")).complete(ASKED).text == "Twice."


def test_a_model_is_opened_when_it_is_needed_and_not_before(kept):
    opened = []

    def open_model():
        opened.append(1)
        return ScriptedModel("Because.")

    first = Remembering(open_model, kept, name="m", identity="")
    assert not opened
    first.complete(ASKED)
    Remembering(open_model, kept, name="m", identity="").complete(ASKED)
    assert len(opened) == 1


class Asks:
    """A system that asks its model once, and takes no time of its own."""

    name = "asks"

    def __init__(self, model):
        self.model = model

    def ask(self, question, deadline):
        text = self.model.complete([Message("user", question.text)]).text
        answer = Answer(text, timings={"search": 0.5, "generate": 0.0})
        return Reply(answer, seconds=0.5, first_token=0.5)


def test_what_is_remembered_takes_as_long_as_it_took(kept):
    slow = ScriptedModel("Because.", seconds=0.05)
    system = Retimed(Asks(remembering(kept, slow)), kept)
    asked = Question("q", "Why?")
    first = system.ask(asked, None)
    assert first.seconds == 0.5
    again = system.ask(asked, None)
    assert again.seconds >= 0.55
    assert again.first_token >= 0.55
    assert again.answer.timings["generate"] >= 0.05
    assert again.answer.timings["search"] == 0.5
    assert replace(again.answer, timings={}) == replace(first.answer, timings={})


def test_what_was_found_out_is_noted(kept):
    told = iter(["too large", "not asked again"])
    assert kept.noted(["window", 5], lambda: next(told)) == "too large"
    assert kept.noted(["window", 5], lambda: next(told)) == "too large"
    assert kept.noted(["window", 6], lambda: next(told)) == "not asked again"
