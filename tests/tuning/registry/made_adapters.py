"""Cards as training writes them, adapters that need no training, and the model they belong to."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from sartor.networks.identity import identify
from sartor.tuning.registry import BaseFacts, Card, DataFacts, TrainingFacts
from sartor.types import Chosen, GuardFinding, GuardReport, Measurement

sys.path.insert(0, str(Path(__file__).parents[2] / "models" / "local"))

WEIGHTS = "adapter_model.safetensors"
CONFIG = "adapter_config.json"


def measured(name, mean, n=60):
    return Measurement(name, mean, mean - 0.05, mean + 0.05, n)


def guard(*, passed=True):
    leak = measured("general.leak", 0.01 if passed else 0.08)
    return GuardReport(
        (
            GuardFinding("perplexity", None, None, "at most 1.05 times", True, "1.02 times"),
            GuardFinding("leak", measured("general.leak", 0), leak, "at most 2 %", passed, "leaks"),
        )
    )


def made_card(**changes):
    card = Card(
        method="lora",
        base=BaseFacts("tiny", "0" * 64, licence="apache-2.0"),
        data=DataFacts(
            "examples.jsonl",
            "1" * 64,
            train=80,
            dev=10,
            test=10,
            replay=Chosen(1.0, "the guard passes with it"),
            supervised=0.4,
            sample=(("Who asks?", False), ("Ada | <b>asks</b>.", True)),
        ),
        training=TrainingFacts(
            recipe={"name": "ours", "rank": 4, "targets": ("q_proj", "v_proj"), "reasons": {}},
            seeds={"split": 0, "order": 0},
            precision=Chosen("fp32", "no bf16 here"),
            device=Chosen("cpu", "no card was found"),
            machine="a machine",
            versions={"torch": "2.13.0"},
            stopped="early",
            steps=120,
            epochs=2.5,
            seconds=30.25,
            trainable=4_000,
            parameters=100_000,
        ),
        before={"task.format": measured("task.format", 0.0)},
        after={"task.format": measured("task.format", 0.96)},
        guard=guard(),
        notes=("a note",),
    )
    return replace(card, **changes)


def write_small(folder, *, size=8):
    """Write what looks like an adapter to a registry, which reads no weights."""
    save_file({"weights": np.arange(size, dtype=np.float32)}, folder / WEIGHTS)
    (folder / CONFIG).write_text(json.dumps({"peft_type": "LORA", "r": 4}))


def save_base(folder, **changes):
    """Save the tiny model, in bf16 as models come."""
    import torch
    from tiny_model import make_network, make_tokenizer

    tokenizer = make_tokenizer()
    tokenizer.save_pretrained(folder)
    network = make_network(tokenizer, **({"initializer_range": 0.1} | changes))
    network.to(torch.bfloat16).save_pretrained(folder)
    return folder


def card_for(base, method, **changes):
    found = identify(base)
    facts = BaseFacts(
        str(base), found.fingerprint, found.weights, found.tokenizer, found.template, "mit"
    )
    return made_card(method=method, base=facts, **changes)


def write_trained(method, base, folder, **changes):
    """Write an adapter that has moved as far as training moves one."""
    import torch

    from sartor.tuning.base import open_base
    from sartor.tuning.methods import METHODS
    from sartor.tuning.recipes import recipe_for

    wanted = METHODS[method]
    opened = open_base(
        base, precision="fp32", device="cpu", quantised=wanted.quantised, whole=wanted.whole
    )
    recipe = recipe_for("ours", method, **({"rank": 4, "size": 8, "dropout": 0.0} | changes))
    network = wanted.attach(opened.network, recipe, seed=0)
    drawing = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for weights in network.parameters():
            if weights.requires_grad:
                weights.add_(torch.randn(weights.shape, generator=drawing), alpha=0.02)
    wanted.save(network, folder)
    return folder
