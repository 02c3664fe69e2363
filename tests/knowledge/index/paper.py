"""A ledger on paper: one JSON line a change, readable from any process while another appends.

It holds what the real ledger would hand to a follower, in as few lines as possible.
"""

import json
import os
from collections.abc import Callable
from pathlib import Path

import numpy as np

from sartor.knowledge.index.card import Card
from sartor.knowledge.index.follow import follow
from sartor.knowledge.ledger.records import Changes, IndexRow

DIMENSION = 16
CARD = Card(fingerprint="paper", dimension=DIMENSION, analyser="spaces")


def analyse(text, language):
    return text.split()


def vector_of(text):
    numbers = np.random.default_rng(abs(int.from_bytes(text.encode()[:8], "little")))
    vector = numbers.normal(size=(1, DIMENSION)).astype(np.float32)
    vector /= np.linalg.norm(vector)
    return vector.astype(np.float16).astype(np.float32)  # as the ledger keeps them


class PaperLedger:
    def __init__(self, path: Path):
        self.path = path

    def commit(self, put: dict[int, str], drop=(), embedded=True):
        line = json.dumps({"put": put, "drop": list(drop), "embedded": embedded}) + "\n"
        with self.path.open("a") as file:
            file.write(line)
            file.flush()
            os.fsync(file.fileno())

    def lines(self):
        if not self.path.exists():
            return []
        return [
            json.loads(line)
            for line in self.path.read_text().splitlines(keepends=True)
            if line.endswith("\n")
        ]

    def last_change(self):
        return len(self.lines())

    def changes_since(self, number, limit):
        if number < 0:
            keys = tuple(self.now())
            return Changes(self.last_change(), keys, everything=True)
        keys = []
        for line in self.lines()[number:]:
            number += 1
            keys += [int(key) for key in line["put"]] + line["drop"]
            if len(keys) >= limit:
                break
        return Changes(number, tuple(dict.fromkeys(keys)))

    def now(self, change=None):
        rows = {}
        for line in self.lines()[:change]:
            for key in line["drop"]:
                rows.pop(key, None)
            for key, text in line["put"].items():
                rows[int(key)] = (text, line["embedded"])
        return rows

    def index_rows(self, keys, fingerprint):
        now = self.now()
        return [_row(key, *now[key]) for key in keys if key in now]

    def follow(self) -> Callable:
        return lambda index, seconds: follow(index, self, analyse, CARD.fingerprint, seconds)


def _row(key, text, embedded):
    vectors = vector_of(text) if embedded else None
    metadata = {"third": key % 3}
    return IndexRow(key, key // 3, "default", "paper", (), metadata, "en", text, vectors)
