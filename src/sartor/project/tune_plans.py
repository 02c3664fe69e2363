"""What a training starts from -> what it will take: memory and time, before anything is loaded.

Examples are counted with the tokenizer of the base. Where there are none yet, a plan says what
memory it takes, and nothing of time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sartor.errors import BudgetRefused
from sartor.project.tune_inputs import TuneInputs, mostly_reads
from sartor.project.tune_options import TuneOptions
from sartor.tuning.examples import held_out, read_examples
from sartor.tuning.planning import (
    MACHINES,
    General,
    Material,
    Plan,
    plan,
    plan_methods,
    read_shape,
    this_machine,
)
from sartor.tuning.replay import Part, general_prompts, general_texts
from sartor.types import Example

if TYPE_CHECKING:
    from sartor.tuning.encoding import Encoded, Encoder
    from sartor.tuning.order import Order

METHODS_PLANNED = ("full", "lora", "qlora", "bottleneck")
CHARACTERS = 4.0  # of a token, where none are counted
FRAME = 8  # tokens that a template puts around a prompt
PROBED = 14_000  # characters that are read to find out what small tasks are still done


@dataclass(frozen=True, slots=True)
class _Counted:
    """Examples as the base reads them, and whether they show passages to read from."""

    encoded: Sequence[Encoded]
    reads: bool

    @property
    def tokens(self) -> int:
        return sum(len(one.ids) for one in self.encoded)

    @property
    def longest(self) -> int:
        return max((len(one.ids) for one in self.encoded), default=0)


def plans(
    inputs: TuneInputs,
    path: str | Path | None,
    options: TuneOptions,
    *,
    length: int | None = None,
) -> tuple[tuple[Plan, ...], ...]:
    """Plan every method, or the one that is named, on this machine and on known ones."""
    shape = read_shape(inputs.require(options))
    counted = _counted(inputs, path, options)
    methods = (options.method,) if options.method else METHODS_PLANNED
    recipes = [
        inputs.recipe(
            options,
            method=method,
            examples=len(counted.encoded),
            tokens=counted.tokens,
            reads=counted.reads,
        )
        for method in methods
    ]
    settings = inputs.settings
    return plan_methods(
        shape,
        recipes,
        [this_machine(settings.precision, settings.device), *MACHINES.values()],
        length=length or counted.longest or None,
        material=_material(inputs, options, counted.encoded),
    )


def foreseen(
    inputs: TuneInputs,
    options: TuneOptions,
    *,
    examples: int,
    tokens: int,
    learned: int,
    longest: int = 0,
) -> Plan:
    """Plan one run on this machine from sizes alone; no file is read."""
    material = Material(
        examples=examples,
        tokens=tokens,
        learned=learned,
        answer=learned // max(1, examples),
        held_out=held_out(examples),
        general=_general(),
        replay=inputs.replay(options),
        minutes=inputs.minutes(options),
    )
    return plan(
        read_shape(inputs.base(options.base)),
        inputs.recipe(options, examples=examples, tokens=tokens),
        machine=this_machine(inputs.settings.precision, inputs.settings.device),
        length=longest or None,
        material=material,
    )


def require_room(order: Order) -> None:
    """Refuse a training that does not fit this machine, with the next smaller one that does."""
    machine = this_machine(order.precision, order.device)
    planned = plan(
        read_shape(order.base), order.recipe, machine=machine, length=order.longest or None
    )
    if planned.fits:
        return
    smaller = next((one.text for one in planned.smaller), "a smaller base")
    raise BudgetRefused(
        f"this training needs about {planned.peak / 1e9:.1f} GB; {planned.reason}",
        f"{smaller}; sartor tune plan shows what fits",
    )


# --- counting -----------------------------------------------------------------------------------


def _counted(inputs: TuneInputs, path: str | Path | None, options: TuneOptions) -> _Counted:
    """Count what the file of examples holds; nothing where there is none yet."""
    file = inputs.file(path)
    if path is None and not file.is_file():
        return _Counted((), reads=False)
    examples = read_examples(file, fields=options.fields).examples
    encoder = inputs.encoder(options.base)
    return _Counted(tuple(_encoded(encoder, examples)), mostly_reads(examples))


def _encoded(encoder: Encoder, examples: Sequence[Example]) -> list[Encoded]:
    found = []
    for example in examples:
        try:
            found.append(encoder.encode(example))
        except ValueError:
            continue  # `tune check` names it, and training refuses it
    return found


def _material(
    inputs: TuneInputs, options: TuneOptions, encoded: Sequence[Encoded]
) -> Material | None:
    if not encoded:
        return None
    return Material(
        examples=len(encoded),
        tokens=sum(len(one.ids) for one in encoded),
        learned=sum(one.targets for one in encoded),
        answer=max(one.targets for one in encoded),
        held_out=held_out(len(encoded)),
        general=_general(),
        replay=inputs.replay(options),
        minutes=inputs.minutes(options),
    )


def _general() -> General:
    """Count what comes with Sartor; by its characters, as nothing hangs on a few tokens."""
    prompts, measured = (general_prompts(part) for part in ("train", "held out"))
    characters = sum(len(turn.content) for prompt in prompts for turn in prompt)
    return General(
        prompts=len(prompts),
        measured=len(measured) // 2,
        prompt=FRAME + characters / CHARACTERS / len(prompts),
        prose=_tokens("train"),
        read=_tokens("held out") // 2 + round(PROBED / CHARACTERS),
    )


def _tokens(part: Part) -> int:
    return round(sum(map(len, general_texts(part))) / CHARACTERS)
