"""An assistant -> the same one, with a policy on sentences that the documents do not support.

    mark     they are sent as they are, with their mark: nothing is held back
    repair   searched and written again once; marked when that does not help
    drop     left out; an answer of which nothing is left abstains
    refuse   the answer is withdrawn, and what could not be supported is named

Only unsupported and contradicted sentences are meant: partly supported ones keep their mark, and
what nobody checked is left alone. Knows neither how a sentence was checked nor how it is repaired.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from time import monotonic, perf_counter
from typing import Literal

from sartor.assistants.events import Streaming
from sartor.assistants.rebuilding import Part, Rebuilt, parts
from sartor.errors import ConfigError, ProviderError
from sartor.protocols import StreamingAssistant
from sartor.types import (
    Answer,
    Done,
    Event,
    Hit,
    Message,
    Passage,
    Retrieved,
    Sentence,
    Step,
    Usage,
    Withdrawn,
)

Policy = Literal["mark", "repair", "drop", "refuse"]

NOTHING_SUPPORTED = "The documents do not support an answer to this."
REFUSED = "I do not answer this, because the documents do not support all of it. Not supported: {}"
BAD = ("unsupported", "contradicted")


@dataclass(frozen=True, slots=True)
class RepairResult:
    """What repairing one sentence gave: sentences in its place, or none, and what it cost."""

    sentences: tuple[Sentence, ...] = ()
    hits: tuple[Hit, ...] = ()
    usage: Usage = field(default_factory=Usage)
    cost: float | None = None


# (sentence, question, answer so far, labels) -> result; None: there was nothing to try.
Repair = Callable[[Sentence, str, str, Sequence[str] | None], RepairResult | None]


class Supporting(Streaming):
    """Answer with `inner`; treat what the documents do not support by the policy."""

    def __init__(
        self, inner: StreamingAssistant, policy: Policy, *, repair: Repair | None = None
    ) -> None:
        if policy == "repair" and repair is None:
            raise ConfigError(
                "[ask] unsupported is 'repair', but there is no model to repair with",
                "name a model in [model], or choose mark, drop or refuse",
            )
        self._inner = inner
        self._policy = policy
        self._repair = repair

    def stream(
        self,
        question: str,
        history: Sequence[Message] = (),
        labels: Sequence[str] | None = (),
        deadline: float | None = None,
    ) -> Iterator[Event]:
        """Answer bit by bit, each sentence after the policy has been applied to it."""
        inner = self._inner.stream(question, history, labels, deadline)
        if self._policy == "drop":
            return _dropping(inner)
        if self._policy == "refuse":
            return _refusing(inner)
        if self._policy == "repair" and self._repair is not None:
            return _Repairing(self._repair, question, labels, deadline).events(inner)
        return inner


def _is_bad(part: Part) -> bool:
    return part.sentence is not None and part.sentence.support in BAD


def _checks(part: Part) -> tuple[Sentence, ...]:
    return (part.sentence,) if part.sentence else ()


def _dropping(inner: Iterable[Event]) -> Iterator[Event]:
    out = Rebuilt()
    dropped = dropping = False
    for event in parts(inner):
        match event:
            case Part():
                # A further sentence of text that is out, or still in, shares its fate.
                dropping = _is_bad(event) if event.text else dropping
                if dropping:
                    dropped = True
                    out.drop(event.text)
                else:
                    yield from out.keep(event.text, _checks(event))
            case Retrieved():
                yield event
            case Withdrawn():
                yield from out.withdraw(event.reason)
            case Done():
                empty = dropped and not out.text
                if empty:
                    yield from out.say(NOTHING_SUPPORTED, "nothing was supported")
                yield Done(out.answer(event.answer, abstained=event.answer.abstained or empty))


def _refusing(inner: Iterable[Event]) -> Iterator[Event]:
    out = Rebuilt()
    bad: list[str] = []
    for event in parts(inner):
        match event:
            case Part():
                if event.sentence is not None and _is_bad(event):
                    bad.append(event.sentence.text)
                    yield from out.withdraw("a sentence is not supported by the documents")
                elif not bad:
                    yield from out.keep(event.text, _checks(event))
            case Retrieved():
                yield event
            case Withdrawn():
                bad.clear()
                yield from out.withdraw(event.reason)
            case Done():
                if bad:
                    named = " ".join(f"“{text}”" for text in bad)
                    yield from out.say(REFUSED.format(named), "the answer was withdrawn")
                abstained = event.answer.abstained or bool(bad)
                yield Done(out.answer(event.answer, abstained=abstained))


class _Repairing:
    """One answer on its way out, its unsupported sentences being repaired."""

    def __init__(
        self,
        repair: Repair,
        question: str,
        labels: Sequence[str] | None,
        deadline: float | None,
    ) -> None:
        self._repair = repair
        self._question = question
        self._labels = labels
        self._deadline = deadline
        self._started = perf_counter()
        self._out = Rebuilt()
        self._results: list[RepairResult] = []
        self._steps: list[Step] = []
        self._notes: list[str] = []

    def events(self, inner: Iterable[Event]) -> Iterator[Event]:
        """Pass on every sentence, repaired where it must be and can be."""
        for event in parts(inner):
            match event:
                case Part():
                    yield from self._part(event)
                case Retrieved():
                    yield event
                case Withdrawn():
                    yield from self._out.withdraw(event.reason)
                case Done():
                    yield Done(self._answer(event.answer))

    def _part(self, part: Part) -> Iterator[Event]:
        result = self._repaired(part)
        if result is not None:
            yield Retrieved(result.hits, self._steps[-1].seconds)
        if result is None or not result.sentences:
            yield from self._out.keep(part.text, _checks(part))
            return
        body = part.text.strip()
        before, _, after = part.text.partition(body)
        said = " ".join(sentence.text for sentence in result.sentences)
        yield from self._out.keep(before + said + after, result.sentences)

    def _repaired(self, part: Part) -> RepairResult | None:
        late = self._deadline is not None and self._deadline <= monotonic()
        if part.sentence is None or not part.text.strip() or not _is_bad(part) or late:
            return None
        begun = perf_counter()
        try:
            result = self._repair(part.sentence, self._question, self._out.text, self._labels)
        except ProviderError:
            self._notes = ["a sentence could not be repaired: the model could not be reached"]
            return None
        if result is not None:
            self._results.append(result)
            counts = {"passages": len(result.hits), "repaired": bool(result.sentences)}
            begun_after = begun - self._started
            self._steps.append(Step("repair", begun_after, perf_counter() - begun, counts))
        return result

    def _answer(self, inner: Answer) -> Answer:
        """Add to the answer inside what repairing found, took and cost."""
        known = {hit.passage.id for hit in inner.hits}
        found = {hit.passage.id: hit for one in self._results for hit in one.hits}
        new = tuple(hit for id, hit in found.items() if id not in known)
        seconds = sum(step.seconds for step in self._steps)
        return self._out.answer(
            replace(inner, hits=(*inner.hits, *new)),
            context=_with_new(inner, found.values()),
            usage=sum((one.usage for one in self._results), inner.usage),
            cost=_sum([inner.cost, *(one.cost for one in self._results)]),
            timings={**inner.timings, **({"repair": seconds} if self._steps else {})},
            steps=(*inner.steps, *self._steps),
            notes=(*inner.notes, *self._notes),
        )


def _with_new(inner: Answer, hits: Iterable[Hit]) -> tuple[Passage, ...]:
    known = {passage.id for passage in inner.context}
    return (*inner.context, *(hit.passage for hit in hits if hit.passage.id not in known))


def _sum(costs: Sequence[float | None]) -> float | None:
    """Add costs; with one that is unknown the sum is unknown."""
    known = [cost for cost in costs if cost is not None]
    return sum(known) if len(known) == len(costs) else None
