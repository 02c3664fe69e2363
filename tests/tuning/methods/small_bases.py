"""Tiny bases on disk, opened as tuning opens them, and a few steps of a plain training loop."""

import sys
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parents[2] / "models" / "local"))
from tiny_model import make_network, make_tokenizer

from sartor.tuning.base import open_base
from sartor.tuning.methods import METHODS
from sartor.tuning.recipes import recipe_for

TOKENS = torch.arange(6, 6 + 2 * 24).reshape(2, 24)


def save_base(folder, **changes):
    tokenizer = make_tokenizer()
    tokenizer.save_pretrained(folder)
    make_network(tokenizer, **changes).save_pretrained(folder)
    return folder


def open_for(method, folder, **settings):
    """Open the base as this method wants it."""
    wants = {"quantised": METHODS[method].quantised, "whole": METHODS[method].whole}
    settings = {"precision": "fp32", "device": "cpu"} | wants | settings
    return open_base(folder, **settings).network


def small_recipe(method, **changes):
    values = {"rank": 4, "size": 8, "dropout": 0.0, "learning_rate": 0.01}
    return recipe_for("ours", method, **(values | changes))


def attached(method, folder, *, seed=0, **changes):
    return METHODS[method].attach(
        open_for(method, folder), small_recipe(method, **changes), seed=seed
    )


def learning(network):
    return {name: one for name, one in network.named_parameters() if one.requires_grad}


def teach(network, steps=3):
    network.train()
    optimizer = torch.optim.AdamW(learning(network).values(), lr=0.01)
    for _ in range(steps):
        network(input_ids=TOKENS, labels=TOKENS).loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    return network.eval()


def scores(network):
    with torch.no_grad():
        return network(input_ids=TOKENS).logits
