"""Question, conversation, examples, passages -> the messages of a prompt, within the window.

Passages stand between lines with a code word drawn anew for each request, so that no document can
end its own quotation. In go finished parts; out come messages and how the passages were packed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from secrets import token_hex

from sartor.assistants.examples import Examples
from sartor.assistants.packing import Packed, Shown, pack
from sartor.assistants.rungs import Rung
from sartor.assistants.templates import Prompts
from sartor.errors import ContextTooSmall
from sartor.protocols import Library, Model
from sartor.types import Hit, Message

CONTEXT_TOKENS = 3_000  # of passages, where nobody says otherwise
BOUNDARY_BYTES = 6
ATTEMPTS = 4  # at packing again, where parts take more tokens together than alone


@dataclass(frozen=True, slots=True)
class Frame:
    """Everything of a prompt but its passages, and the room that is left for them.

    `room` is None where nobody told how much the model sees.
    """

    before: tuple[Message, ...]
    question: str
    boundary: str
    tokens: int
    room: int | None

    @property
    def system(self) -> str:
        """The system prompt; empty where there is none."""
        first = next(iter(self.before), None)
        return first.content if first and first.role == "system" else ""


@dataclass(frozen=True, slots=True)
class Prompting:
    """Makes the prompts of one assistant; `answer_tokens` of the window stay free.

    `instructions` stand in place of the template's; "" is none.
    """

    model: Model
    rung: Rung
    prompts: Prompts
    variant: str
    abstention: str
    answer_tokens: int
    examples: Examples | None = None
    example_limit: int = 3
    example_tokens: int = 1_000
    context_tokens: int = 0
    per_document: int = 4
    instructions: str | None = None

    def frame(self, question: str, history: Sequence[Message]) -> Frame:
        """Put together what stands around the passages; old turns go when there is no room."""
        boundary = token_hex(BOUNDARY_BYTES)
        head = [*self._system(), *self._chosen_examples(question)]
        turns = list(history)
        while True:
            before = (*head, *turns)
            tokens = self.model.count([*before, self._asked(question, boundary, ())])
            room = self._room(tokens)
            if room is None or room >= 0:
                return Frame(before, question, boundary, tokens, room)
            if not turns:
                raise self._too_small(tokens, "the question with its instructions and examples")
            turns = turns[2:]

    def messages(self, frame: Frame, packed: Packed) -> list[Message]:
        """Finish a prompt."""
        return [*frame.before, self._asked(frame.question, frame.boundary, packed.shown)]

    def packed(self, frame: Frame, hits: Sequence[Hit], library: Library) -> Packed:
        """Pack passages so that the whole prompt, counted at once, keeps to the budget."""
        budget = self.context_tokens or CONTEXT_TOKENS
        budget = budget if frame.room is None else min(budget, frame.room)
        aim, weights = budget, dict[tuple[str, int, int, str], int]()

        def weigh(shown: Sequence[Shown]) -> int:
            """Weigh passages one by one: much quicker than as a prompt, and nearly the same."""
            total = 0
            for one in shown:
                key = (one.passage.id, one.passage.start, one.passage.end, one.standing)
                if key not in weights:
                    weights[key] = self.model.count([self._asked("", frame.boundary, [one])])
                total += weights[key]
            return total

        for _ in range(ATTEMPTS):
            result = pack(hits, library, budget=aim, per_document=self.per_document, weigh=weigh)
            taken = self._taken(frame, result)
            if taken <= budget:
                return replace(result, tokens=taken)
            aim -= taken - budget
        return Packed(cuts=result.cuts)

    def all_of(self, frame: Frame, everything: Packed) -> Packed:
        """Take whole documents if they fit; raises `ContextTooSmall` with the numbers."""
        taken = self._taken(frame, everything)
        limits = [limit for limit in (self.context_tokens or None, frame.room) if limit is not None]
        if limits and taken > min(limits):
            many = len(everything.shown)
            raise self._too_small(
                frame.tokens + taken, f"the whole knowledge base of {many} documents", min(limits)
            )
        return replace(everything, tokens=taken)

    def _system(self) -> list[Message]:
        text = self.instructions
        if text is None:
            text = self.prompts.render(self.rung.name, self.variant, abstention=self.abstention)
        return [Message("system", text)] if text else []

    def _chosen_examples(self, question: str) -> list[Message]:
        if not self.rung.examples or self.examples is None:
            return []
        return self.examples.chosen(
            question,
            limit=self.example_limit,
            budget=self.example_tokens,
            count=self.model.count,
        )

    def _asked(self, question: str, boundary: str, shown: Sequence[Shown]) -> Message:
        text = self.prompts.render(
            "question", self.variant, question=question, passages=shown, boundary=boundary
        )
        return Message("user", text)

    def _room(self, tokens: int) -> int | None:
        window = self.model.window
        return None if window is None else window - self.answer_tokens - tokens

    def _taken(self, frame: Frame, packed: Packed) -> int:
        return self.model.count(self.messages(frame, packed)) - frame.tokens

    def _too_small(self, tokens: int, what: str, room: int | None = None) -> ContextTooSmall:
        left = f"; at most {room} are for documents" if room is not None else ""
        shorter = "" if self.rung.knowledge == "searched" else "ask with --rung rag, "
        return ContextTooSmall(
            f"{what} takes {tokens} tokens; {self.model.name} sees {self.model.window} at once, "
            f"and model.max_tokens keeps {self.answer_tokens} for the answer{left}",
            f"{shorter}keep less for the answer (model.max_tokens), or choose a model with a "
            "larger window (model.window)",
        )
