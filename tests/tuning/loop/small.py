"""A tiny network ready to be trained, and examples for it."""

import sys
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "models" / "local"))
from tiny_model import make_network, make_tokenizer

from sartor.tuning.encoding import Encoder
from sartor.tuning.loop import Job
from sartor.tuning.recipes import recipe_for
from sartor.types import Chosen, Example, Message

WORDS = [
    "refunds",
    "are",
    "paid",
    "within",
    "fourteen",
    "days",
    "of",
    "the",
    "return",
    "in",
    "vierzehn",
    "tagen",
]
FP32 = Chosen("fp32", "set by the test")
CPU = Chosen("cpu", "set by the test")


def adapted(network, **settings):
    """Put LoRA into a network, as plain PEFT does it."""
    import torch
    from peft import LoraConfig, get_peft_model

    torch.manual_seed(1)
    settings = {"r": 4, "lora_alpha": 16, "target_modules": "all-linear"} | settings
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)
        return get_peft_model(network, LoraConfig(**settings))


def conversation(number):
    asked = " ".join(WORDS[number % 5 : 5 + number % 7])
    told = " ".join(WORDS[: 2 + number % 4])
    turns = [Message("user", asked), Message("assistant", told)] * (1 + number % 3)
    return Example(tuple(turns), source=f"made.jsonl:{number + 1}")


def make_job(folder, *, examples=12, dev=4, lora=None, precision=FP32, recipe=None, **changes):
    tokenizer = make_tokenizer()
    encoder = Encoder(tokenizer, window=512)
    encoded = [encoder.encode(conversation(number)) for number in range(examples + dev)]
    settings = {"batch_tokens": 120, "epochs": 2, "learning_rate": 5e-3, "evaluations": 2}
    settings |= {"checkpointing": False, "packing": False}
    values = {
        "network": adapted(make_network(tokenizer), **(lora or {})),
        "encoder": encoder,
        "recipe": recipe_for("ours", "lora", **(settings | (recipe or {}))),
        "train": encoded[:examples],
        "dev": encoded[examples:],
        "folder": folder,
        "method": None,
        "precision": precision,
        "device": CPU,
    }
    return Job(**(values | changes))
