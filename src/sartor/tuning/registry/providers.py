"""Examples in, files and steps for a provider's own fine-tuning out.

The files are the chat JSONL that OpenAI introduced and others read too. Nothing is sent: that is
the user's to decide, and to do.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from sartor.errors import ExamplesRefused
from sartor.tuning.examples import fingerprint, held_out, read_examples, split_examples
from sartor.tuning.registry.cards import Card
from sartor.tuning.registry.disk import delivered
from sartor.tuning.registry.exporting import Exported
from sartor.tuning.registry.learned import find_examples
from sartor.types import Example

TRAIN, VALIDATION = "train.jsonl", "validation.jsonl"
FEWEST = 10  # examples that OpenAI takes; others want more
ROLES = ("system", "developer", "user", "assistant")
SHOWN = 5  # findings in a message
NOTES = (
    "uploading sends every example to the provider: look for secrets and personal data first "
    "(sartor tune check)",
    "OpenAI takes new jobs only from those who have tuned there before, and none after 2027-01-06; "
    "others read the same files",
)
SEED = "split"  # the card's name for the seed of a split


def export_learned(
    id: str, card: Card, to: Path, given: Path | None, places: Sequence[Path]
) -> Exported:
    """Write the examples given, or those that were learned from, wherever they are now."""
    return export_file(id, given or find_examples(id, card, places), card, to)


def export_file(id: str, path: Path, card: Card, to: Path) -> Exported:
    """Write a file of examples as providers want them, split as it was for this card.

    What the adapter was measured on is kept back, so that both can be compared on it. Raises
    `ExamplesRefused` that names the examples no provider would take.
    """
    examples = read_examples(path).examples
    dev, test = held_out(len(examples))
    split = split_examples(examples, seed=card.training.seeds.get(SEED, 0), dev=dev, test=test)
    notes = [f"{path}: {len(split.test)} examples are kept back, to measure with"]
    if fingerprint(examples) != card.data.fingerprint:
        notes.append(f"{path} is not what {id} learned from: it was changed, or is another")
    elif split.fingerprint != card.data.split:
        notes.append(f"{id} was measured on other examples than those kept back here")
    return export_examples(id, split.train, to, validation=split.dev, notes=tuple(notes))


def export_examples(
    id: str,
    train: Sequence[Example],
    to: Path,
    *,
    validation: Sequence[Example] = (),
    notes: tuple[str, ...] = (),
) -> Exported:
    """Write examples to train with, and to look at meanwhile; nothing is split or kept back.

    Examples of weight 0 and general ones that were mixed in are left out: a provider has its own.
    """
    parts = {TRAIN: _own(train), VALIDATION: _own(validation)}
    _require_good(parts)
    with delivered(to) as folder:
        for name, examples in parts.items():
            if examples:
                text = "".join(f"{_row(example)}\n" for example in examples)
                (folder / name).write_text(text, encoding="utf-8")
    written = tuple(name for name, examples in parts.items() if examples)
    return Exported(
        id, "provider", to, written, _steps(to, written), _counts(parts), (*notes, *NOTES)
    )


def _own(examples: Sequence[Example]) -> list[Example]:
    return [one for one in examples if one.weight > 0 and "replay" not in one.tags]


def _require_good(parts: dict[str, list[Example]]) -> None:
    wrong = [
        f"{example.source or f'{name}:{number}'}: {fault}"
        for name, examples in parts.items()
        for number, example in enumerate(examples, 1)
        for fault in _faults(example)
    ]
    if len(parts[TRAIN]) < FEWEST:
        wrong.insert(0, f"{len(parts[TRAIN])} examples; providers take {FEWEST} at least")
    if wrong:
        more = f"; and {len(wrong) - SHOWN} more" if len(wrong) > SHOWN else ""
        raise ExamplesRefused("; ".join(wrong[:SHOWN]) + more, "sartor tune check FILE --fix")


def _faults(example: Example) -> Iterator[str]:
    roles = [message.role for message in example.messages]
    if strange := sorted({*roles} - {*ROLES}):
        yield f"no provider knows the role {', '.join(strange)}"
    if not roles or roles[-1] != "assistant":
        yield "the last turn is not the assistant's: nothing is learned from it"
    if "user" not in roles:
        yield "nobody asks: there is no user's turn"
    if not all(message.content.strip() for message in example.messages):
        yield "a turn is empty"


def _row(example: Example) -> str:
    turns = [{"role": turn.role, "content": turn.content} for turn in example.messages]
    return json.dumps({"messages": turns}, ensure_ascii=False)


def _counts(parts: dict[str, list[Example]]) -> dict[str, int]:
    every = [message for examples in parts.values() for one in examples for message in one.messages]
    answers = [message for message in every if message.role == "assistant"]
    return {
        "train": len(parts[TRAIN]),
        "validation": len(parts[VALIDATION]),
        "answers": len(answers),
        "characters": sum(len(message.content) for message in every),
        "characters learned": sum(len(message.content) for message in answers),
    }


def _steps(to: Path, written: tuple[str, ...]) -> dict[str, str]:
    """Write what to type, with the provider's own package; the last step uses what it made."""
    uploads = {
        f"upload {name}": (
            f"client.files.create(file=open({str(to / name)!r}, 'rb'), purpose='fine-tune').id"
        )
        for name in written
    }
    validation = ", validation_file=VALIDATION_ID" if VALIDATION in written else ""
    return {
        "open": "from openai import OpenAI; client = OpenAI()  # base_url=... for others",
        **uploads,
        "start": f"client.fine_tuning.jobs.create(model=MODEL, training_file=TRAIN_ID{validation})",
        "watch": "client.fine_tuning.jobs.retrieve(JOB_ID).status",
        "measure": "sartor --set model.name=FINE_TUNED_MODEL eval QUESTIONS",
    }
