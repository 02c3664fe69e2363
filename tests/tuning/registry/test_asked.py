"""How examples put their questions: what an adapter was told before them is told again."""

from dataclasses import replace
from pathlib import Path

import pytest
from made_adapters import made_card

from sartor.project.adapted import Adapted
from sartor.tuning.registry.asked import Asked, asked_in, in_words
from sartor.tuning.registry.cards import from_json, to_json
from sartor.tuning.registry.readme import readme
from sartor.types import Example, Message, Rests

ASKS, SAYS = Message("user", "Is unit 4 ready?"), Message("assistant", "Yes.")
TERSE, KIND = Message("system", "Be terse."), Message("system", "Be kind.")
ALONE, INSTRUCTED = Example((ASKS, SAYS)), Example((TERSE, ASKS, SAYS))
READING = Example((KIND, ASKS, SAYS), rests_on=(Rests("p", "d", "h"),))


@pytest.mark.parametrize(
    ("examples", "asked"),
    [
        ([ALONE, ALONE], Asked("alone")),
        ([INSTRUCTED, INSTRUCTED], Asked("instructed", "Be terse.")),
        ([INSTRUCTED, ALONE], Asked("several")),
        ([INSTRUCTED, Example((KIND, ASKS, SAYS))], Asked("several")),
        ([READING, INSTRUCTED], Asked("reading")),
    ],
)
def test_how_examples_begin_is_seen(examples, asked):
    assert asked_in(examples) == asked


def test_a_card_keeps_it_and_its_page_says_it():
    card = made_card()
    told = replace(card, data=replace(card.data, asked=Asked("instructed", "Be terse.")))
    assert from_json(to_json(told)) == told
    assert from_json(to_json(card)).data.asked is None
    page = readme("voice@1", "now", told)
    assert 'below the instructions "Be terse."' in page
    assert "{'role': 'system', 'content': 'Be terse.'}" in page
    assert "no instructions before" in in_words(Asked("alone"))


def test_a_page_names_no_path_of_this_machine_and_the_licence_of_the_base():
    card = made_card()
    page = readme("voice@1", "now", replace(card, base=replace(card.base, model="../models/qwen")))
    assert 'base_model: "qwen"' in page
    assert "../models" not in page
    assert 'license: "apache-2.0"' in page


@pytest.mark.parametrize(
    ("asked", "rung", "told", "says"),
    [
        (None, "prompt", "ours", "not known"),
        (Asked("alone"), "prompt", "", ""),
        (Asked("alone"), "prompt", "ours", "without instructions"),
        (Asked("alone"), "rag", "ours", "--rung prompt"),
        (Asked("instructed", "Be terse."), "prompt", "ours", "below other instructions"),
        (Asked("reading"), "rag", "ours", ""),
        (Asked("reading"), "prompt", "ours", "shown none"),
        (Asked("several"), "prompt", "ours", ""),
    ],
)
def test_what_is_asked_otherwise_is_said(asked, rung, told, says):
    said = Adapted("voice@1", Path(), asked=asked).departure(rung, told)
    assert bool(said) == bool(says)
    assert says in said
