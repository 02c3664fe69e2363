"""A search finds what is good, keeps within its time, and does not believe its own luck."""

import ast
import logging
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from sartor.errors import TrainingFailed
from sartor.tuning import searching
from sartor.tuning.recipes import recipe_for
from sartor.tuning.searching import Attempt, OutOfTime, Trial, search, space_around
from sartor.tuning.searching.choosing import choose, gap
from sartor.types import Measurement

START = recipe_for("ours", "lora", epochs=4, learning_rate=1e-3, rank=16)
IMPORTS = (ast.Import, ast.ImportFrom)
BEST = {"rate": 3e-3, "rank": 8, "epochs": 6}


def quality(recipe):
    """How good a recipe is: best at BEST, and known everywhere."""
    return (
        0.9
        - 0.12 * abs(math.log(recipe.learning_rate / BEST["rate"]))
        - 0.05 * abs(math.log2(recipe.rank / BEST["rank"]))
        - 0.03 * abs(recipe.epochs - BEST["epochs"])
    )


class Lab:
    """Trainings that take time on a clock of their own: ten seconds an epoch."""

    def __init__(self, *, fails=lambda recipe: False, interrupted_at=None, luck=0.0):
        self.now = 0.0
        self.asked = []
        self.confirmed = []
        self.fails = fails
        self.interrupted_at = interrupted_at
        self.luck = luck

    def clock(self):
        return self.now

    def train(self, recipe, share):
        self.asked.append((recipe, share))
        if len(self.asked) == self.interrupted_at:
            raise KeyboardInterrupt
        self.now += 10 * recipe.epochs * share
        if self.fails(recipe):
            raise TrainingFailed("the loss is not a number")
        mean = quality(recipe) * (0.6 + 0.4 * math.sqrt(share))
        return Trial(measured(mean + self.luck), confirm=lambda: self.confirm(recipe, mean))

    def confirm(self, recipe, mean):
        self.confirmed.append(recipe)
        return measured(mean)

    def search(self, minutes=20, seed=0, **options):
        space = space_around(START)
        return search(self.train, space, minutes=minutes, seed=seed, clock=self.clock, **options)


def measured(mean, reach=0.01):
    return Measurement("task.exact", mean, mean - reach, mean + reach, 100)


def finished(number, mean, *, rank, epochs=4.0, scores=(), reach=0.01):
    trial = Trial(measured(mean, reach), scores)
    return Attempt(number, replace(START, rank=rank, epochs=epochs), 1.0, trial, 1.0, "finished")


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_it_comes_near_the_best_there_is(seed):
    found = Lab().search(seed=seed)

    assert quality(found.recipe) > 0.85 > quality(START) + 0.15


def test_what_one_started_from_is_tried_first_and_to_the_end():
    lab = Lab()
    found = lab.search(minutes=1.01)

    assert [share for recipe, share in lab.asked if recipe == START] == pytest.approx(
        [1 / 9, 1 / 3, 1]
    )
    assert found.trials[0].finished
    assert found.recipe == START
    assert found.stopped == "budget"
    assert found.reason == "the only recipe that was trained to the end"


def test_the_first_recipe_too_is_not_trained_beyond_the_budget():
    lab = Lab()
    found = lab.search(minutes=0.5)

    assert [share for _, share in lab.asked] == pytest.approx([1 / 9, 1 / 3])
    assert found.seconds <= 30
    assert (found.recipe, found.dev, found.stopped) == (START, None, "budget")
    assert "one whole training takes about 0.7 minutes" in found.reason


def test_what_was_spent_before_counts():
    lab = Lab()
    found = lab.search(minutes=10, began=-590.0)

    assert [share for _, share in lab.asked] == pytest.approx([1 / 9])
    assert found.seconds == pytest.approx(590 + 40 / 9)


def test_a_training_that_was_cut_off_is_no_failure_and_ends_the_search():
    lab = Lab()

    def train(recipe, share):
        if lab.now > 100:
            raise OutOfTime
        return lab.train(recipe, share)

    found = search(train, space_around(START), minutes=100, seed=0, clock=lab.clock)

    assert found.stopped == "budget"
    assert found.trials[0].finished
    assert {one.outcome for one in found.trials} <= {"finished", "overtaken", "no time left"}


def test_what_a_training_costs_beside_its_steps_does_not_grow_with_them():
    """Opening and measuring takes 20 seconds however short a training is: a ninth says so."""
    lab = Lab()

    def train(recipe, share):
        trial = replace(lab.train(recipe, share), seconds=10 * recipe.epochs * share)
        lab.now += 20
        return trial

    found = search(train, space_around(START), minutes=2.5, seed=0, clock=lab.clock)

    assert found.trials[0].finished


def test_ctrl_c_while_confirming_leaves_the_choice():
    lab = Lab()

    def interrupted(*_):
        raise KeyboardInterrupt

    lab.confirm = interrupted
    found = lab.search(minutes=5)

    assert found.dev is not None
    assert (found.test, found.gap) == (None, None)


def test_nothing_is_begun_that_would_not_end_in_time():
    lab = Lab()
    found = lab.search(minutes=10)

    assert 500 < found.seconds <= 600
    assert found.stopped == "budget"


def test_most_recipes_are_overtaken_early():
    trials = Lab().search(minutes=40).trials
    spent = sum(one.share for one in trials) / len(trials)

    assert len(trials) > 20
    assert spent < 0.6
    assert {one.outcome for one in trials} >= {"finished", "overtaken"}


def test_the_same_seed_tries_the_same_recipes():
    first, again, other = (Lab().search(minutes=8, seed=seed) for seed in (5, 5, 6))

    assert [one.recipe for one in first.trials] == [one.recipe for one in again.trials]
    assert [one.recipe for one in first.trials] != [one.recipe for one in other.trials]


def test_the_chosen_one_is_confirmed_beside_the_start_and_the_gap_is_its_luck():
    lab = Lab(luck=0.04)
    found = lab.search()

    assert lab.confirmed == [found.recipe, START]
    assert found.started.mean < found.test.mean
    assert found.gap.mean == pytest.approx(0.04)
    assert found.dev.mean - found.test.mean == pytest.approx(0.04)


def test_ctrl_c_gives_the_best_so_far_and_says_so():
    found = Lab(interrupted_at=12).search()

    assert found.stopped == "interrupted"
    assert found.reason.endswith("the search was interrupted")
    assert found.test is not None


def test_ctrl_c_in_the_first_training_leaves_the_recipe_as_it_was():
    found = Lab(interrupted_at=2).search()

    assert found.recipe == START
    assert found.dev is None and found.test is None and found.chosen is None
    assert "it stays as it was" in found.reason


def test_a_training_that_fails_is_noted_and_the_search_goes_on():
    lab = Lab(fails=lambda recipe: recipe.learning_rate > 2e-3)
    found = lab.search()
    failed = [one for one in found.trials if one.outcome == "failed"]

    assert failed and all(one.reason == "the loss is not a number" for one in failed)
    assert found.recipe.learning_rate <= 2e-3
    assert quality(found.recipe) > quality(START)


def test_a_score_that_is_no_number_is_a_failure():
    def train(recipe, share):
        return Trial(measured(math.nan if recipe.rank > 8 else 0.5))

    now = iter(range(10_000))
    found = search(train, space_around(START), minutes=2, seed=0, clock=lambda: next(now))

    assert found.trials[0].outcome == "failed"
    assert found.recipe.rank <= 8


def test_when_everything_fails_the_first_reason_is_told():
    with pytest.raises(TrainingFailed, match="recipes could be trained; the first: the loss"):
        Lab(fails=lambda recipe: True).search(minutes=2)


def test_each_attempt_is_told_as_it_ends():
    heard = []
    found = Lab().search(minutes=5, told=heard.append)

    assert tuple(heard) == found.trials


def test_among_those_that_cannot_be_told_apart_the_smallest_is_taken():
    attempts = [
        finished(0, 0.80, rank=16),
        finished(1, 0.90, rank=64, reach=0.04),
        finished(2, 0.89, rank=8),
        finished(3, 0.85, rank=4),
    ]
    chosen = choose(attempts)

    assert chosen.value.number == 2
    assert "number 1" in chosen.reason


def test_single_scores_tell_apart_what_two_means_cannot():
    draw = np.random.default_rng(0)
    large = draw.random(200)
    small = large - 0.02 + draw.normal(0, 0.01, 200)
    attempts = [
        finished(0, float(large.mean()), rank=64, scores=tuple(large), reach=0.06),
        finished(1, float(small.mean()), rank=8, scores=tuple(small), reach=0.06),
    ]
    unpaired = [replace(one, trial=replace(one.trial, scores=())) for one in attempts]

    assert choose(attempts).value.number == 0
    assert choose(unpaired).value.number == 1


def test_what_was_not_trained_to_the_end_is_not_chosen():
    early = replace(finished(0, 0.99, rank=4), outcome="overtaken", share=1 / 9)

    assert choose([early]) is None
    assert choose([early, finished(1, 0.5, rank=64)]).value.number == 1


def test_the_gap_has_an_interval():
    found = gap(measured(0.9, 0.03), measured(0.86, 0.04))

    assert found.mean == pytest.approx(0.04)
    assert (found.low, found.high) == pytest.approx((-0.01, 0.09))


def test_the_space_of_each_method_is_around_its_recipe():
    lora = space_around(START)
    plain = space_around(replace(START, rslora=False, alpha=32.0))
    narrow = space_around(recipe_for("ours", "bottleneck"))
    whole = space_around(recipe_for("ours", "full"))
    values = {"width": 8, "learning_rate": 1e-3, "epochs": 2.0}

    assert lora.recipe(values).rank == 8
    assert lora.recipe(values).alpha == START.alpha
    assert plain.recipe(values).alpha == 16.0, "the scale stays what it was"
    assert narrow.recipe(values).size == 8
    assert whole.widths == ()
    for space in (lora, plain, narrow, whole):
        assert space.recipe(space.values(space.start)) == space.start


def test_optuna_keeps_quiet_and_is_left_as_it_was(caplog, capsys):
    import optuna

    before = optuna.logging.get_verbosity()
    with caplog.at_level(logging.DEBUG):
        Lab().search(minutes=3)

    assert capsys.readouterr() == ("", "")
    assert optuna.logging.get_verbosity() == before


def test_optuna_is_imported_when_a_search_begins_and_not_before():
    for path in Path(searching.__file__).parent.glob("*.py"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            assert "optuna" not in ast.unparse(node) or not isinstance(node, IMPORTS), path
