"""Prompts that do not fit: the numbers and a way out that is one."""

import pytest

from sartor.assistants.prompting import Prompting
from sartor.assistants.rungs import rung_named
from sartor.assistants.templates import Prompts
from sartor.errors import ContextTooSmall
from sartor.testing.model import ScriptedModel


def refused(rung):
    model = ScriptedModel(["never asked"], window=200)
    prompting = Prompting(model, rung_named(rung), Prompts(), "default", "No.", 512)
    with pytest.raises(ContextTooSmall) as caught:
        prompting.frame("How long may an unused item be returned?", ())
    return caught.value


def test_a_window_smaller_than_the_room_for_the_answer_is_told_in_plain_words():
    assert "sees 200 at once, and model.max_tokens keeps 512 for the answer" in str(refused("rag"))


def test_only_another_rung_is_sent_to_the_rung_that_searches():
    assert "--rung rag" not in refused("rag").hint
    assert "--rung rag" in refused("long-context").hint
