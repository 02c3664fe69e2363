"""Cards: everything there and back, old ones read, new ones refused."""

import json

import pytest
from made_adapters import guard, made_card

from sartor.errors import StateError
from sartor.tuning.registry.cards import SCHEMA, from_json, to_json
from sartor.tuning.registry.readme import readme


@pytest.mark.parametrize("verdict", [None, guard(), guard(passed=False)])
def test_a_card_comes_back_from_json_without_a_loss(verdict):
    card = made_card(guard=verdict, parent="voice@2")
    assert from_json(json.loads(json.dumps(to_json(card)))) == card


def test_an_older_card_without_later_facts_is_read():
    row = to_json(made_card())
    for name in ("notes", "parent", "before", "guard"):
        del row[name]
    del row["data"]["replay"], row["training"]["peak_memory"]
    card = from_json(row)
    assert (card.notes, card.parent, card.guard) == ((), "", None)
    assert card.data.replay.value == 0.0


def test_a_card_of_a_newer_sartor_is_refused_with_what_to_do():
    with pytest.raises(StateError, match="newer Sartor") as refused:
        from_json({**to_json(made_card()), "schema": SCHEMA + 1, "unheard of": 1})
    assert "upgrade" in refused.value.hint


@pytest.mark.parametrize("row", [{}, {"schema": "1"}, {"schema": 1}, {"schema": 1, "base": []}])
def test_what_is_no_card_is_said_to_be_none(row):
    with pytest.raises(ValueError, match=r"\w"):
        from_json(row)


def test_the_page_for_people_says_what_failed_and_holds_no_words_of_the_examples():
    page = readme("voice@1", "2026-01-31T12:00:00", made_card(guard=guard(passed=False)))
    assert "**It failed the guard.**" in page
    assert "licence of the base | apache-2.0" in page
    assert "task.format | 0.000 (-0.050 to 0.050, n = 60) | 0.960" in page
    assert "Who asks?" not in page
    assert "Ada" not in page


def test_the_page_cannot_be_broken_by_what_others_wrote():
    page = readme("voice@1", "now", made_card(parent="", guard=guard()))
    rude = made_card(base=made_card().base.__class__('a"\n---\n| <script>', "f"))
    shown = "".join(readme("voice@1", "now", rude).split("```")[::2])  # code is never a tag
    assert "<script>" not in shown.split("---", 2)[2].split("| base")[1]
    assert page.count("\n---\n") == 1
