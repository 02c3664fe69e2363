"""A network in, everything the guard judges by out: the task, the language, abilities, leaks.

Run it on the base and on what became of it, with the same material, and hand both to `judge`. What
cannot be measured is missing from the result; a note says why.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from torch import nn

from sartor.protocols import Measure
from sartor.tuning.guard.forms import Form
from sartor.tuning.guard.intervals import summarise
from sartor.tuning.guard.leaking import FORM_LEAK, LEAK, VOICE_LEAK, form_leaks, voice_leaks
from sartor.tuning.guard.probe import ITEMS, PROBE, Item, attempt
from sartor.tuning.guard.prose import PERPLEXITY, Prose, read_prose
from sartor.tuning.guard.tasks import TaskMeasure
from sartor.tuning.guard.writing import Writer, room_for
from sartor.types import Example, Measurement, Message

if TYPE_CHECKING:
    from sartor.tuning.encoding import Encoder

TASK = "task."
GENERAL_ROOM = 64  # tokens of an answer to a general question: a form shows early

Values = tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class Measured(Mapping[str, Measurement]):
    """Measurements by name, with the single values and texts that a comparison needs.

    `scores` holds what each example, prompt or item scored; `written` the answers to the task,
    `answers` those to the general prompts. `looked_for` says what a measure means here.
    """

    measurements: Mapping[str, Measurement]
    scores: Mapping[str, Values] = field(default_factory=dict)
    prose: Prose = field(default_factory=Prose)
    written: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    looked_for: Mapping[str, str] = field(default_factory=dict)

    def __getitem__(self, metric: str) -> Measurement:
        return self.measurements[metric]

    def __iter__(self) -> Iterator[str]:
        return iter(self.measurements)

    def __len__(self) -> int:
        return len(self.measurements)


def measure_all(  # noqa: PLR0913  (what is measured, one to one)
    network: nn.Module,
    encoder: Encoder,
    *,
    task: Sequence[Example] = (),
    measures: Sequence[Measure] = (),
    texts: Sequence[str] = (),
    prompts: Sequence[Sequence[Message]] = (),
    probe: Sequence[Item] = ITEMS,
    before: Measured | None = None,
    seed: int = 0,
) -> Measured:
    """Measure a network; `before` is the base's, where leaks cannot be told by a form."""
    room = room_for(encoder, task)
    writer = Writer(network, encoder, max_tokens=room)
    fitting = [one for one in task if writer.fits(one.prompt)]
    written = writer.write([one.prompt for one in fitting])
    answers = Writer(network, encoder, max_tokens=min(room, GENERAL_ROOM)).write(prompts)
    prose = read_prose(network, encoder, texts)
    scores: dict[str, Values] = {
        f"{TASK}{one.name}": tuple(map(one.score, fitting, written)) for one in measures
    }
    scores[PROBE] = tuple(attempt(network, encoder, probe))
    scores[LEAK] = _leaks(answers, measures, task, before)
    found = {name: summarise(name, each, seed=seed) for name, each in scores.items()}
    found[PERPLEXITY] = prose.measurement(seed=seed)
    measurements = {name: one for name, one in found.items() if one is not None}
    return Measured(
        measurements,
        scores,
        prose,
        tuple(written),
        tuple(answers),
        _left_out(task, fitting, encoder.window),
        _looked_for(measures),
    )


def _looked_for(measures: Sequence[Measure]) -> dict[str, str]:
    """Say in words what each measure means, and what a leak is."""
    told = {f"{TASK}{one.name}": one.reason for one in measures if isinstance(one, TaskMeasure)}
    return {**told, LEAK: FORM_LEAK if _form(measures) else VOICE_LEAK}


def _form(measures: Sequence[Measure]) -> Form | None:
    forms = (one.form for one in measures if isinstance(one, TaskMeasure) and one.form)
    return next(forms, None)


def _left_out(task: Sequence[Example], fitting: Sequence[Example], window: int) -> tuple[str, ...]:
    missing = len(task) - len(fitting)
    if not missing:
        return ()
    named = f"{missing} of {len(task)} test examples leave no room to answer"
    return (f"{named} within {window} tokens: they are not measured",)


def _leaks(
    answers: Sequence[str],
    measures: Sequence[Measure],
    task: Sequence[Example],
    before: Measured | None,
) -> Values:
    form = _form(measures)
    if form is not None:
        return tuple(form_leaks(answers, form))
    if before is None or len(before.answers) != len(answers):
        return ()
    return tuple(voice_leaks(before.answers, answers, [one.target for one in task]))
