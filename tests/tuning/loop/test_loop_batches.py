import random

import pytest
import torch

from sartor.tuning.encoding import Encoded
from sartor.tuning.loop.batches import Layout, plan_batches, plan_steps, tensors

LENGTHS = [random.Random(0).randint(20, 500) for _ in range(300)]
PLAIN = Layout(step_tokens=2_000, batch_tokens=1_000)
PACKED = Layout(step_tokens=2_000, batch_tokens=1_000, packing=True)


def flat(steps):
    return [one for step in steps for batch in step for row in batch for one in row]


def real(batch):
    return sum(LENGTHS[one] for row in batch for one in row)


def space(batch):
    return len(batch) * max(sum(LENGTHS[one] for one in row) for row in batch)


@pytest.mark.parametrize("layout", [PLAIN, PACKED])
def test_every_epoch_shows_every_example_once(layout):
    steps = plan_steps(LENGTHS, layout, epochs=2, seed=1)
    half = len(steps) // 2
    assert sorted(flat(steps[:half])) == list(range(300)) == sorted(flat(steps[half:]))
    assert flat(steps[:half]) != flat(steps[half:])


@pytest.mark.parametrize("layout", [PLAIN, PACKED])
def test_batches_fit_and_hold_little_filler(layout):
    batches = [batch for step in plan_steps(LENGTHS, layout, epochs=1, seed=1) for batch in step]
    assert max(map(space, batches)) <= 1_000
    assert sum(map(real, batches)) > 0.92 * sum(map(space, batches))


def test_steps_hold_about_as_many_tokens_as_was_said():
    steps = plan_steps(LENGTHS, PLAIN, epochs=1, seed=1)
    sizes = [sum(map(real, step)) for step in steps]
    assert len(steps) == pytest.approx(sum(LENGTHS) / 2_000, abs=1)
    assert max(sizes) < 3_000
    assert min(sizes) > 1_000


def test_the_order_comes_from_the_seed_alone():
    first = plan_steps(LENGTHS, PLAIN, epochs=1, seed=1)
    random.seed(5)
    assert plan_steps(LENGTHS, PLAIN, epochs=1, seed=1) == first
    assert plan_steps(LENGTHS, PLAIN, epochs=1, seed=2) != first


def test_a_part_of_an_epoch_is_a_part_of_its_steps():
    whole = plan_steps(LENGTHS, PLAIN, epochs=1, seed=1)
    assert plan_steps(LENGTHS, PLAIN, epochs=0.25, seed=1) == whole[: -(-len(whole) // 4)]


def test_a_part_of_an_epoch_is_one_where_steps_are_fewer_than_their_tokens_say():
    long = [900, 900, 900, 900]
    layout = Layout(step_tokens=100, batch_tokens=100)
    assert len(plan_steps(long, layout, epochs=1, seed=1)) == 4
    assert sorted(flat(plan_steps(long, layout, epochs=1.5, seed=1)[:4])) == [0, 1, 2, 3]
    assert len(plan_steps(long, layout, epochs=1.5, seed=1)) == 6


def test_fewer_tokens_than_a_step_make_one_step():
    assert len(plan_steps([10, 20], PLAIN, epochs=3, seed=0)) == 3


def test_dev_batches_hold_every_example_once():
    batches = plan_batches(LENGTHS, PLAIN)
    assert sorted(flat([batches])) == list(range(300))


def test_tensors_point_at_what_predicts_a_learned_token():
    one = Encoded((5, 6, 7), (False, False, True), 2.0)
    other = Encoded((8, 9), (True, True), 1.0)
    apart = tensors(((0,), (1,)), [one, other], pad=0)
    assert apart["ids"].tolist() == [[5, 6, 7], [8, 9, 0]]
    assert apart["where"].tolist() == [1, 3]
    assert apart["targets"].tolist() == [7, 9]
    assert apart["weights"].tolist() == [2.0, 1.0]
    assert "positions" not in apart
    packed = tensors(((0, 1),), [one, other], pad=0)
    assert packed["positions"].tolist() == [[0, 1, 2, 0, 1]]
    assert packed["where"].tolist() == [1, 3]
    assert torch.equal(packed["targets"], apart["targets"])
