"""A tiny network with an encoder, and examples of a task with a form."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2] / "models" / "local"))
from tiny_model import WINDOW, make_network, make_tokenizer

from sartor.tuning.encoding import Encoder
from sartor.types import Example, Message

INTENTS = ("refund", "cancel", "status")


def make(**changes):
    tokenizer = make_tokenizer()
    return make_network(tokenizer, **changes), Encoder(tokenizer, window=WINDOW)


def asked(text):
    return (Message("user", text),)


def example(number, target=None):
    said = {"intent": INTENTS[number % 3], "order": 1000 + number}
    told = json.dumps(said) if target is None else target
    return Example((*asked(f"What about order {1000 + number}?"), Message("assistant", told)))
