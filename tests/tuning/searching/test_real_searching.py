"""Searching and the curve with trainings that are real, if small."""

import sys
import warnings
from pathlib import Path

import pytest
import torch

sys.path.insert(0, str(Path(__file__).parents[2] / "models" / "local"))
from tiny_model import WINDOW, make_network, make_tokenizer

from sartor.tuning.encoding import Encoder
from sartor.tuning.guard.intervals import summarise
from sartor.tuning.guard.likelihood import Row, surprise
from sartor.tuning.recipes import recipe_for
from sartor.tuning.searching import Trial, curve, search, space_around
from sartor.types import Example, Message

ANSWER = "Refunds are paid within fourteen days."


@pytest.fixture(scope="module")
def encoder():
    return Encoder(make_tokenizer(), window=WINDOW)


def encoded(encoder, numbers):
    return [
        encoder.encode(Example((Message("user", f"And {one}?"), Message("assistant", ANSWER))))
        for one in numbers
    ]


def trained(encoder, rows, *, rank, rate, epochs):
    """Train a LoRA with a bare loop, one row a step."""
    from peft import LoraConfig, get_peft_model

    torch.manual_seed(0)
    settings = LoraConfig(r=rank, lora_alpha=2 * rank, target_modules="all-linear")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        network = get_peft_model(make_network(encoder.tokenizer), settings)
    optimiser = torch.optim.AdamW([one for one in network.parameters() if one.requires_grad], rate)
    for step in range(round(epochs * len(rows))):
        row = rows[step % len(rows)]
        ids = torch.tensor([row.ids])
        labels = ids.masked_fill(~torch.tensor([row.learned]), -100)
        network(ids, labels=labels).loss.backward()
        optimiser.step()
        optimiser.zero_grad()
    return network


def tried(encoder, network, held_out):
    """Score each held-out example by how likely a token of its target is."""
    rows = [Row(one.ids, one.learned.index(True)) for one in held_out]
    losses = surprise(network, rows, vocabulary=len(encoder.tokenizer))
    scores = tuple(
        2.718 ** (-loss / (len(row.tokens) - row.start))
        for loss, row in zip(losses, rows, strict=True)
    )
    return Trial(summarise("task.likely", scores), scores)


def test_a_search_trains_for_real_and_improves_on_a_bad_start(encoder):
    rows, dev = encoded(encoder, range(6)), encoded(encoder, range(50, 62))
    start = recipe_for("ours", "lora", rank=4, learning_rate=1e-4, epochs=2.0)
    ticks = iter(range(100_000))  # a clock that counts looks at it: the same on any machine

    def train(recipe, share):
        network = trained(
            encoder, rows, rank=recipe.rank, rate=recipe.learning_rate, epochs=recipe.epochs * share
        )
        return tried(encoder, network, dev)

    found = search(train, space_around(start), minutes=1, seed=0, clock=lambda: next(ticks))
    first = found.trials[0].trial.dev

    assert found.recipe.learning_rate > start.learning_rate
    assert found.dev.mean > 1.5 * first.mean
    assert len(found.trials) > 2


def test_a_real_curve_rises_where_more_examples_mean_more_to_learn_from(encoder):
    rows, dev = encoded(encoder, range(16)), encoded(encoder, range(50, 62))

    def train(share, seed):
        part = rows[: round(share * len(rows))]
        return tried(encoder, trained(encoder, part, rank=4, rate=2e-3, epochs=1), dev)

    found = curve(train, examples=len(rows))

    assert found.helps == "more examples would help"
    assert [point.score.mean for point in found.points] == sorted(
        point.score.mean for point in found.points
    )
