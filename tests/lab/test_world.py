"""The world is seeded, split, and every question of it has one answer or none."""

from itertools import combinations
from random import Random

import pytest

from sartor.lab.world import Part, Shape, draw_facts, draw_missing, draw_scene, is_answered
from sartor.lab.world.names import KINDS, draw_sibling, draw_thing, is_held_out
from sartor.lab.world.nouns import HELD_OUT_HEADS, blur
from sartor.lab.world.relations import written_relations
from sartor.lab.world.values import VALUES
from sartor.text.sentences import sentences

SIDES = [Part(), Part(held_out=True), Part(held_out=True, unseen_relations=True)]


def scenes(part, count=60):
    rng = Random(4)
    return [draw_scene(rng, 4, part) for _ in range(count)]


def test_the_same_seed_draws_the_same_scene():
    assert draw_scene(Random(9), 5, Part()) == draw_scene(Random(9), 5, Part())


@pytest.mark.parametrize("part", SIDES)
def test_every_fact_is_a_whole_sentence_of_its_passage(part):
    for scene in scenes(part):
        texts = {passage.number: passage.text for passage in scene.passages}
        for fact in scene.facts:
            text = texts[fact.passage]
            assert fact.sentence in {text[start:end] for start, end in sentences(text)}
            assert fact.value in fact.sentence


@pytest.mark.parametrize("part", SIDES)
def test_no_two_facts_of_a_scene_answer_one_question(part):
    for scene in scenes(part):
        for one, other in combinations(scene.facts, 2):
            assert not is_answered(one.thing, one.relation, [other])


@pytest.mark.parametrize("part", SIDES)
def test_a_missing_fact_is_answered_nowhere_in_the_scene(part):
    rng = Random(5)
    for scene in scenes(part):
        missing = draw_missing(rng, scene.facts, part)
        assert missing.passage is None
        assert not is_answered(missing.thing, missing.relation, scene.facts)


def test_training_sees_no_held_out_name_and_tests_see_nothing_else():
    for part in SIDES:
        names = {fact.thing.name for scene in scenes(part) for fact in scene.facts}
        assert {is_held_out(name) for name in names} == {part.held_out}


def test_siblings_share_words_and_stay_on_their_side():
    rng = Random(2)
    shared = 0
    for _ in range(50):
        thing = draw_thing(rng, "device", held_out=True)
        sibling = draw_sibling(rng, thing, held_out=True)
        assert is_held_out(sibling.name)
        shared += bool(set(thing.name.split()) & set(sibling.name.split()))
    assert shared >= 40


def test_unseen_relations_are_drawn_only_where_they_are_asked_for():
    for part in SIDES:
        facts = [fact for scene in scenes(part) for fact in scene.facts]
        assert {fact.relation.held_out for fact in facts} == {part.unseen_relations}
        heads = {fact.relation.noun.split()[-1] for fact in facts if fact.relation.noun}
        assert part.unseen_relations or not heads & HELD_OUT_HEADS


def test_unseen_wordings_are_never_among_those_of_training():
    for kind in KINDS:
        for relation in written_relations(kind):
            assert not set(relation.unseen_questions) & set(relation.questions)


def test_every_written_relation_can_be_said_and_asked():
    for kind in KINDS:
        assert written_relations(kind), kind
        for relation in written_relations(kind):
            assert set(relation.values) <= VALUES.keys()
            assert all("{v}" in said for said in relation.statements)
            for wording in (*relation.statements, *relation.questions):
                assert wording.count("{e}") + wording.count("{E}") == 1, wording


def test_easy_facts_share_neither_thing_nor_sibling():
    easy = Part(same_thing=0.0, same_relation=0.0)
    facts = draw_facts(Random(1), 30, easy)
    assert len({fact.thing for fact in facts}) == 30


def test_passages_keep_to_their_shape():
    for scene in (draw_scene(Random(at), 3, Part(), Shape(1, headed=0.0)) for at in range(20)):
        assert [passage.number for passage in scene.passages] == sorted(
            {passage.number for passage in scene.passages}
        ) or len({passage.number for passage in scene.passages}) == 3
        assert all(len(sentences(passage.text)) == 1 for passage in scene.passages)


@pytest.mark.parametrize(
    ("noun", "other", "blurred"),
    [
        ("fee", "fee", True),
        ("fee", "visitor fee", True),
        ("visitor fee", "visitor charge", True),
        ("visitor fee", "parking fee", False),
        ("home town", "home address", True),
        ("colour", "weight", False),
        ("", "weight", False),
    ],
)
def test_nouns_blur_when_one_question_could_mean_both(noun, other, blurred):
    assert blur(noun, other) is blurred
    assert blur(other, noun) is blurred
