"""One question on its way to an answer: what is known of it so far, and what has been said.

The steps of the pipeline fill it in; at the end it becomes an `Answer`. It decides nothing.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sartor.assistants.events import Stages
from sartor.assistants.packing import Packed
from sartor.assistants.spending import Spending
from sartor.assistants.streaming import Spoken
from sartor.text.normal import fold
from sartor.types import Answer, Checked, Completion, Event, Hit, Message, Sentence, Token

ABSTENTION = "The documents do not answer this."
LONGEST_ABSTENTION = 200  # characters

# What models write instead of the sentence they were asked for; folded, so ß is ss.
_DOES_NOT_KNOW = re.compile(
    r"(?:sorry,? )?(?:i (?:do not|don't|cannot|can't) (?:know|answer|find|tell|say)\b.*"
    r"|(?:the|these) (?:given |provided )?(?:documents?|passages?|context|sources?)"
    r" (?:does not|do not|doesn't|don't) (?:answer|contain|hold|say|mention|provide|include)\b.*"
    r"|(?:die|diese) (?:dokumente|texte|quellen|passagen) (?:beantworten|enthalten|sagen)\b.*"
    r"\b(?:nicht|keine|nichts)\b.*|(?:das )?weiss ich nicht|ich weiss (?:es |das )?nicht)"
)
_PIECES = re.compile(r"(?<=[.!?])\s+|:\s+|\n")


@dataclass(slots=True)
class Turn:
    """A question with its conversation and caller, and everything found and said about it."""

    question: str
    history: Sequence[Message]
    labels: Sequence[str] | None
    spending: Spending
    stages: Stages = field(default_factory=Stages)
    hits: tuple[Hit, ...] = ()
    packed: Packed = field(default_factory=Packed)
    said: list[Sentence] = field(default_factory=list)
    text: str = ""
    cut_off: bool = False
    abstained: bool = False
    removed: Counter[str] = field(default_factory=Counter)
    foreign_marks: int = 0
    checking: float = 0.0  # seconds
    model: str = ""

    def say(self, one: Spoken, sentence: Sentence) -> Iterator[Event]:
        """Add a sentence to the answer, with the white space that stood before it."""
        piece = (one.gap if self.text else "") + sentence.text
        self.text += piece
        self.said.append(sentence)
        yield Token(piece)
        yield Checked(sentence)

    def written(self, completion: Completion) -> None:
        """Note that the model is done."""
        self.spending.count(completion)
        self.model = completion.model
        self.cut_off = completion.finish_reason == "length"

    def cites(self, document_id: str, start: int, end: int) -> bool:
        """Tell whether some sentence cites a part of this place."""
        return any(
            cited.document_id == document_id and cited.start < end and start < cited.end
            for sentence in self.said
            for cited in sentence.citations
        )

    def finished(self, rung: str) -> Answer:
        """Make the answer of what has been said."""
        citations = (citation for sentence in self.said for citation in sentence.citations)
        return Answer(
            text=self.text,
            sentences=tuple(self.said),
            citations=tuple(dict.fromkeys(citations)),
            context=self.packed.passages,
            hits=self.hits,
            usage=self.spending.usage,
            timings=self.stages.timings(),
            abstained=self.abstained or all(does_not_know(one.text) for one in self.said),
            cost=self.spending.cost,
            rung=rung,
            model=self.model or self.spending.model.name,
            notes=tuple(self._notes()),
            cut=self.packed.cuts,
            steps=tuple(self.stages.steps),
        )

    def _notes(self) -> Iterator[str]:
        """Say what the reader should know about the answer as a whole."""
        if self.cut_off:
            yield "the answer was cut off at its largest length"
        removed = [f"{count} {kind}" for kind, count in sorted(self.removed.items()) if count]
        if removed:
            yield f"taken out of the answer: {', '.join(removed)}"
        cited = {citation.passage_id for one in self.said for citation in one.citations}
        for old, new in sorted(self.packed.newer.items()):
            older, newer = self.packed.shown[old - 1], self.packed.shown[new - 1]
            if not cited.isdisjoint({older.passage.id, newer.passage.id}):
                yield (
                    f"{older.title} ({older.date}) and {newer.title} ({newer.date}) disagree; "
                    "the newer one counts"
                )


def does_not_know(text: str) -> bool:
    """Tell whether a sentence only says that there is no answer."""
    plain = fold(text.replace("’", "'")).strip(" .!\"'*")  # noqa: RUF001
    if plain == fold(ABSTENTION).strip("."):
        return True
    return len(text) <= LONGEST_ABSTENTION and bool(_DOES_NOT_KNOW.fullmatch(plain))


def abstention_in(instructions: str) -> str:
    """Return the sentence by which instructions want it said that there is no answer."""
    pieces = (piece.strip() for piece in _PIECES.split(instructions))
    return next((piece for piece in pieces if does_not_know(piece)), ABSTENTION)
