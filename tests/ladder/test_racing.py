"""Wordings of one rung's prompts, raced on questions set aside for choosing."""

from functools import partial
from random import Random

from known_systems import Knows, measured, questions

from sartor.ladder.racing import race
from sartor.ladder.rungs import DEFAULT
from sartor.types import Row, Score, Scorecard

CORRECT = "answers.correct"


def run(shares, count=100, **options):
    """Race systems that know these shares; return the race and how many each was asked."""
    systems = {name: Knows(share) for name, share in shares.items()}
    asks = {name: partial(measured, name, system) for name, system in systems.items()}
    asked = questions(count)
    clusters = {question.id: question.id for question in asked}
    found = race(asks, asked, metric=CORRECT, clusters=clusters, **options)
    return found, {name: len(system.asked) for name, system in systems.items()}


def test_a_clearly_better_wording_is_chosen():
    found, _ = run({DEFAULT: 0.4, "terse": 0.9})
    assert found.chosen == "terse"
    assert found.tried["terse"].mean > found.tried[DEFAULT].mean


def test_the_default_wins_a_tie():
    found, asked = run({DEFAULT: 0.6, "same": 0.6})
    assert found.chosen == DEFAULT
    assert asked == {DEFAULT: 100, "same": 100}


def test_the_default_stays_when_the_lead_is_within_one_standard_error():
    found, _ = run({DEFAULT: 0.60, "hair": 0.61})
    assert found.chosen == DEFAULT
    assert "standard error" in found.reason


def test_what_is_clearly_worse_is_not_asked_to_the_end():
    found, asked = run({DEFAULT: 0.9, "bad": 0.1, "good": 0.9}, count=160)
    assert found.chosen == DEFAULT
    assert asked["bad"] < asked["good"] == 160
    assert found.tried["bad"].n == asked["bad"]


def test_a_race_with_one_wording_left_ends_early():
    _, asked = run({DEFAULT: 0.95, "bad": 0.05}, count=160)
    assert asked[DEFAULT] < 160


def test_the_same_seed_gives_the_same_race():
    shares = {DEFAULT: 0.5, "a": 0.55, "b": 0.6}
    first, _ = run(shares, seed=3)
    second, _ = run(shares, seed=3)
    assert first == second


def test_wordings_that_are_equal_are_rarely_mistaken_for_better():
    def luck(seed, asked):
        rows = []
        for question in asked:
            value = float(Random(f"{seed} {question.id}").random() < 0.6)
            rows.append(Row(question.id, None, (Score(CORRECT, question.id, value),)))
        return Scorecard({}, tuple(rows))

    asked = questions(80)
    clusters = {question.id: question.id for question in asked}
    kept = 0
    for seed in range(100):
        asks = {name: partial(luck, f"{seed} {name}") for name in (DEFAULT, "other")}
        found = race(asks, asked, metric=CORRECT, clusters=clusters, seed=seed)
        kept += found.chosen == DEFAULT
    assert kept >= 75
