"""What the model learns from: reading, few-shot turns, plain English, and not knowing.

In go a random generator and a limit of tokens, out comes a row. It knows no model and no schedule.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

import numpy as np

from sartor.lab.english import English
from sartor.lab.prompts import (
    ABSTENTION,
    LAYOUTS,
    answer_text,
    draw_system,
    passages_text,
    question_text,
)
from sartor.lab.rows import Row
from sartor.lab.tokenizer import Encoder
from sartor.lab.wording import ask_about, draw_begun, draw_form, small_talk
from sartor.lab.world import (
    Fact,
    Part,
    Passage,
    Scene,
    Shape,
    draw_facts,
    draw_missing,
    draw_mixed_words,
    draw_scene,
)

READING_WEIGHT = 0.1  # of tokens that are read; tokens of an answer weigh 1
_LEARNED = (READING_WEIGHT, 1.0)  # the weights of a question and of its answer
_LEARNED_BARE = (READING_WEIGHT / 2, 0.1)  # the same answer each time: little to learn
_ENGLISH_WEIGHT = 0.3
_COPY_WEIGHT = 0.5
_LEAST_ROOM = 60  # tokens behind the passages, for a question and its answer
_SCENE_TRIES = 20
_FULL_AFTER = 3  # questions that did not fit
_BEGUN = 0.55  # of the answers in reading somebody else has begun
_APART = 0.4  # of those, words and brackets stand between the sentence and its number


@dataclass(frozen=True, slots=True)
class Said:
    """The tokens of an answer, and how much each of them is learned."""

    tokens: list[int]
    weights: list[float]


@dataclass(frozen=True, slots=True)
class Difficulty:
    """How hard reading is: how many passages, how long, and how confusable their facts."""

    most_passages: int
    shape: Shape
    part: Part
    missing: float = 0.2


class Lessons:
    """Makes rows from the world and from plain English."""

    def __init__(self, encoder: Encoder, english: English) -> None:
        self._encoder = encoder
        self._sentences = english.sentences()
        self._english = np.array(encoder.begin("\n\n".join(english.train)), np.uint16)

    def reading(self, rng: Random, limit: int, hard: Difficulty) -> Row:
        """One scene, many questions; some have no answer in it."""
        scene, head = self._scene(rng, limit, hard)
        row = _headed(head)
        left: list[Fact] = []
        while True:
            if not left:
                left = rng.sample(scene.facts, len(scene.facts))
            missing = rng.random() < hard.missing
            fact = draw_missing(rng, scene.facts, hard.part) if missing else left.pop()
            asked = self._encoder.go_on(_asked(question_text(fact.question(rng))))
            said = self._begun(rng, fact) if rng.random() < _BEGUN else None
            if not self._ask(row, limit, asked, said or self._whole(answer_text(fact))):
                return row

    def turns(self, rng: Random, limit: int, hard: Difficulty) -> Row:
        """Earlier turns show the form of the answers; the later ones must follow it."""
        tokens = self._encoder.begin(_system_turn(rng))
        weights = [READING_WEIGHT] * len(tokens)
        for user, said, weight in _dialogue(rng, hard):
            asked = self._encoder.go_on(_asked(f"<|user|>{user}"))
            answer = self._encoder.begin(f"{said}<|end|>")
            if len(tokens) + len(asked) + len(answer) > limit:
                break
            tokens += asked + answer
            weights += [READING_WEIGHT] * len(asked) + [weight] * len(answer)
        row = Row()
        row.share(tokens, weights)
        return row

    def plain_reading(self, rng: Random, limit: int, hard: Difficulty) -> Row:
        """Passages of plain English; a question repeats words of a sentence to be quoted."""
        for most in range(hard.most_passages, 0, -1):
            passages, sentences = self._plain_passages(rng, rng.randint(1, most))
            head = self._head(rng, passages)
            if len(head) < limit - 2 * _LEAST_ROOM:
                break
        else:
            return self.english(rng, limit)
        row, unfit = _headed(head), 0
        while unfit < _FULL_AFTER:
            sentence, number = rng.choice(sentences)
            answer = f"{sentence} [{number}]"
            if rng.random() < hard.missing:
                sentence, answer = rng.choice(self._sentences), ABSTENTION
            asked = self._encoder.go_on(_asked(question_text(ask_about(rng, sentence))))
            unfit += not self._ask(row, limit, asked, self._whole(answer))
        return row

    def bare(self, rng: Random, limit: int) -> Row:
        """No passages at all: the honest answer is that the model does not know."""
        head = self._encoder.begin(f"{_system_turn(rng)}<|user|>")
        row = Row()
        row.share(head, [0.0] * len(head))
        while True:
            question = draw_facts(rng, 1, Part())[0].question(rng)
            if rng.random() < 0.3:
                question = small_talk(rng)
            asked = self._encoder.begin(_asked(_maybe_named(rng, question)))
            if not self._ask(row, limit, asked, self._whole(ABSTENTION), _LEARNED_BARE):
                return row

    def copying(self, rng: Random, limit: int) -> Row:
        """Random words, then the same words again, sometimes in another order."""
        said = draw_mixed_words(rng, rng.randint(4, 24))
        tokens = self._encoder.begin(" ".join(said))
        weights = [0.0] * len(tokens)
        while len(tokens) < limit:
            tokens += self._encoder.begin(" ".join(said))
            if rng.random() < 0.5:
                rng.shuffle(said)
        weights += [_COPY_WEIGHT] * (len(tokens) - len(weights))
        row = Row()
        row.share(tokens[:limit], weights[:limit])
        return row

    def english(self, rng: Random, limit: int) -> Row:
        """A stretch of plain English."""
        start = rng.randrange(len(self._english) - limit)
        row = Row()
        row.share(self._english[start : start + limit].tolist(), [_ENGLISH_WEIGHT] * limit)
        return row

    def _scene(self, rng: Random, limit: int, hard: Difficulty) -> tuple[Scene, list[int]]:
        for attempt in range(_SCENE_TRIES):
            most = max(1, hard.most_passages - attempt // 2)
            scene = draw_scene(rng, rng.randint(1, most), hard.part, hard.shape)
            head = self._head(rng, scene.passages)
            if len(head) < limit - _LEAST_ROOM:
                return scene, head
        raise ValueError(f"no scene of {hard} fits into {limit} tokens")

    def _head(self, rng: Random, passages: list[Passage]) -> list[int]:
        layout = LAYOUTS[0] if rng.random() < 0.7 else rng.choice(LAYOUTS[1:])
        return self._encoder.begin(f"{_system_turn(rng)}<|user|>{passages_text(passages, layout)}")

    def _whole(self, answer: str) -> Said:
        """An answer that is learned from its first word to its end."""
        tokens = self._encoder.begin(f"{answer}<|end|>")
        return Said(tokens, [1.0] * len(tokens))

    def _begun(self, rng: Random, fact: Fact) -> Said:
        """An answer that somebody else began: only what is read is learned, never the form.

        So reading does not hang on the place where an answer begins, and a form can be taught
        without unlearning to read. In some the number stands apart from its sentence.
        """
        begun, apart = draw_begun(rng), ""
        sentence, number = ABSTENTION, ""
        if fact.passage is not None:
            apart = draw_begun(rng, most=4) if rng.random() < _APART else " ["
            sentence, number = fact.sentence, str(fact.passage)
        parts = self._encoder.parts((begun, sentence, apart, number))
        learned = (0.0, 1.0, 1.0 if apart == " [" else 0.0, 1.0)
        weights = [w for part, w in zip(parts, learned, strict=True) for _ in part]
        return Said([token for part in parts for token in part], weights)

    def _ask(
        self,
        row: Row,
        limit: int,
        asked: list[int],
        said: Said,
        weights: tuple[float, float] = _LEARNED,
    ) -> bool:
        """Write the question and what is answered into the row if there is room."""
        fits = len(asked) + len(said.tokens) <= row.room(limit)
        if fits:
            question, answer = weights
            learned = [question] * len(asked) + [answer * weight for weight in said.weights]
            row.ask(asked + said.tokens, learned)
        return fits

    def _plain_passages(
        self, rng: Random, count: int
    ) -> tuple[list[Passage], list[tuple[str, int]]]:
        """Take sentences that stand near each other, or anywhere; return them with numbers too."""
        known = self._sentences
        near = rng.randrange(len(known) - 80)
        window = range(near, near + 60) if rng.random() < 0.5 else range(len(known) - 2)
        groups = [known[at : at + rng.choice((1, 1, 2))] for at in rng.sample(window, count)]
        numbered = list(zip(rng.sample(range(1, 10), count), groups, strict=True))
        passages = [Passage(number, " ".join(group)) for number, group in numbered]
        return passages, [(said, number) for number, group in numbered for said in group]


def _dialogue(rng: Random, hard: Difficulty) -> Iterator[tuple[str, str, float]]:
    """Talk without end: what the user says, the answer, and the weight of its loss.

    It begins with examples: questions without passages, whose answers cannot be known and are not
    learned, or a first turn that shows the form. Some talks stay with one scene.
    """
    form, stays = draw_form(rng), rng.random() < 0.3
    examples = rng.choice((0, 0, 1, 2, 3))
    for fact in draw_facts(rng, examples, hard.part) if examples else ():
        said = form.format(s=fact.sentence, n=rng.randint(1, 6))
        yield _maybe_named(rng, fact.question(rng)), said, 0.0
    scene, weight = None, 1.0 if examples else READING_WEIGHT
    while True:
        before = "Question: "
        if scene is None or not stays:
            scene = draw_scene(rng, rng.randint(1, hard.most_passages), hard.part, hard.shape)
            before = passages_text(scene.passages) + question_text("")
        missing = weight == 1.0 and rng.random() < hard.missing
        fact = draw_missing(rng, scene.facts, hard.part) if missing else rng.choice(scene.facts)
        said = ABSTENTION if missing else form.format(s=fact.sentence, n=fact.passage)
        yield before + fact.question(rng), said, weight
        weight = 1.0


def _headed(head: list[int]) -> Row:
    row = Row()
    row.share(head, [READING_WEIGHT] * len(head))
    return row


def _system_turn(rng: Random) -> str:
    system = draw_system(rng)
    return f"<|system|>{system}<|end|>" if system else ""


def _asked(question: str) -> str:
    return f"{question}<|end|><|assistant|>"


def _maybe_named(rng: Random, question: str) -> str:
    return f"Question: {question}" if rng.random() < 0.5 else question
