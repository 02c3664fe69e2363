"""Measures how exactly a lab model reads: the right sentence, the right number, abstaining.

In go a model, its encoder and the shape of a test, out come shares. All questions of one scene run
in one pass behind their shared beginning, which gives what greedy decoding of single prompts gives:
a sentence counts when every one of its tokens is the most likely next one. It knows no training.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import torch
from torch.nn import functional

from sartor.lab.masking import block_mask
from sartor.lab.prompts import ABSTENTION, SYSTEM, answer_text, passages_text, question_text
from sartor.lab.rows import Row, collate
from sartor.lab.tokenizer import LONGEST, Encoder, load_encoder
from sartor.lab.world import Fact, Part, Shape, draw_missing, draw_scene

if TYPE_CHECKING:
    from transformers import LlamaForCausalLM

_NEW_NAMES = Part(held_out=True)
_NEW_RELATIONS = Part(held_out=True, unseen_relations=True)
_MISSING = 0.25  # questions without an answer, for each one that has one
_STRETCH = 256  # tokens of plain English that are read at once


@dataclass(frozen=True, slots=True)
class ReadingTest:
    """What is read: how many passages, how many questions, and which sides of the splits.

    `begun` stands before each answer, as if somebody else had begun it: then no end is expected.
    """

    passages: int
    questions: int = 200
    part: Part = _NEW_NAMES
    unseen_wordings: bool = False
    sentences: int = 4
    begun: str = ""
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Reading:
    """Shares; `citations` are of all answerable questions, as are `sentences` and `both`."""

    questions: int
    sentences: float
    citations: float
    both: float
    abstains: float
    abstains_wrongly: float


@dataclass(frozen=True, slots=True)
class _Expected:
    """Where an answer begins in its row, and its tokens: the sentence and what follows it.

    Without a sentence it abstains. `idea` is the token that abstaining begins with.
    """

    start: int
    sentence: list[int]
    rest: list[int]
    idea: int


@torch.no_grad()
def measure_reading(model: LlamaForCausalLM, encoder: Encoder, test: ReadingTest) -> Reading:
    """Let the model read scenes until there are enough questions."""
    model.train(False)
    rng = Random(f"{test.seed}/{test.passages}")  # noqa: S311 - a test that can be repeated
    right: list[tuple[bool, bool, bool, bool]] = []
    missing: list[bool] = []
    while len(right) < test.questions:
        row, expected = _row(rng, encoder, test)
        if len(row.tokens) > LONGEST:
            continue
        said = _most_likely(model, row)
        for one in expected:
            got = said[one.start - 1 :][: len(one.sentence) + len(one.rest)]
            abstained = got[0] == one.idea
            if not one.sentence:
                missing.append(abstained)
                continue
            sentence = got[: len(one.sentence)] == one.sentence
            number = got[len(one.sentence) :] == one.rest
            right.append((sentence, number, sentence and number, abstained))
    sentences, citations, both, wrongly = (
        sum(kind) / len(right) for kind in zip(*right, strict=True)
    )
    abstains = sum(missing) / max(1, len(missing))
    return Reading(len(right), sentences, citations, both, abstains, wrongly)


@torch.no_grad()
def measure_english(
    model: LlamaForCausalLM, encoder: Encoder, texts: list[str], *, stretches: int = 40
) -> float:
    """Return the perplexity of plain English that training did not see."""
    model.train(False)
    tokens = torch.tensor(encoder.begin("\n\n".join(texts)))
    count = min(stretches, len(tokens) // _STRETCH)
    rows = tokens[: count * _STRETCH].view(count, _STRETCH)
    losses = [
        functional.cross_entropy(model(input_ids=row[None]).logits[0, :-1].float(), row[1:])
        for row in rows
    ]
    return math.exp(float(torch.stack(losses).mean()))


def _row(rng: Random, encoder: Encoder, test: ReadingTest) -> tuple[Row, list[_Expected]]:
    scene = draw_scene(rng, test.passages, test.part, Shape(sentences=test.sentences))
    head = encoder.begin(f"<|system|>{SYSTEM}<|end|><|user|>{passages_text(scene.passages)}")
    row = Row()
    row.share(head, [0.0] * len(head))
    expected = []
    for fact in (*scene.facts, *_missing(rng, scene.facts, test.part)):
        asked = question_text(fact.question(rng, unseen=test.unseen_wordings))
        begun, sentence, rest = _answer(encoder, fact, test.begun)
        block = encoder.go_on(f"{asked}<|end|><|assistant|>") + begun + sentence + rest
        row.ask(block, [0.0] * len(block))
        start = len(row.tokens) - len(sentence) - len(rest)
        idea = encoder.parts((test.begun, ABSTENTION))[1][0]
        expected.append(_Expected(start, sentence, rest, idea))
    return row, expected


def _answer(encoder: Encoder, fact: Fact, begun: str) -> list[list[int]]:
    """Give the tokens before the answer, of its sentence, and of what follows that."""
    end = "" if begun else "<|end|>"
    if fact.passage is None:
        return encoder.parts((begun, "", f"{answer_text(fact)}{end}"))
    number = answer_text(fact).removeprefix(fact.sentence)
    return encoder.parts((begun, fact.sentence, f"{number}{end}"))


def _missing(rng: Random, facts: list[Fact], part: Part) -> Iterator[Fact]:
    for _ in range(max(1, round(len(facts) * _MISSING + rng.random() / 2))):
        yield draw_missing(rng, facts, part)


def _most_likely(model: LlamaForCausalLM, row: Row) -> list[int]:
    batch = collate([row])
    logits = model(
        input_ids=torch.from_numpy(batch.tokens),
        attention_mask=block_mask(torch.from_numpy(batch.blocks)),
        position_ids=torch.from_numpy(batch.positions),
    ).logits
    return list(logits[0].argmax(-1).tolist())


def standard_tests(questions: int) -> dict[str, ReadingTest]:
    """Name the tests that the card reports."""
    return {
        "1 passage": ReadingTest(1, questions),
        **{f"{count} passages": ReadingTest(count, questions) for count in (3, 5, 8)},
        "3 passages, answer begun as JSON": ReadingTest(3, questions, begun='{"answer": "'),
        "3 passages, new wordings": ReadingTest(3, questions, unseen_wordings=True),
        "3 passages, new relations": ReadingTest(3, questions, _NEW_RELATIONS),
    }


def main() -> None:
    """Print the figures of the standard tests, one line of JSON each."""
    from transformers import LlamaForCausalLM

    parser = argparse.ArgumentParser(prog="python -m sartor.lab.reading_test", description=__doc__)
    parser.add_argument("folder", type=Path, help="a folder with weights and tokenizer")
    parser.add_argument("--questions", type=int, default=200, help="how many for each test")
    flags = parser.parse_args()
    model = LlamaForCausalLM.from_pretrained(flags.folder, dtype=torch.float32)
    encoder = load_encoder(flags.folder)
    for name, test in standard_tests(flags.questions).items():
        figures = asdict(measure_reading(model, encoder, test))
        print(json.dumps({"test": name, **figures}))  # noqa: T201 - this is a command


if __name__ == "__main__":
    main()
