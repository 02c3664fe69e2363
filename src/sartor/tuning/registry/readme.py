"""A card in, the page for people out that lies beside the weights."""

from __future__ import annotations

from collections.abc import Iterator

from sartor.tuning.registry.asked import in_words
from sartor.tuning.registry.cards import Card, DataFacts
from sartor.tuning.registry.differences import measurement_text
from sartor.tuning.registry.loading import peft_lines, travelling_name
from sartor.types.training import GuardReport

FILE = "README.md"
UNKNOWN = "not stated"
IN_A_FILE = "see "  # a licence that is only known to lie beside the weights
LOADED_BY_PEFT = ("lora", "qlora")


def readme(id: str, created: str, card: Card) -> str:
    """Write the page; words of the examples are left out, as it goes wherever weights go."""
    return "\n".join(_lines(id, created, card)) + "\n"


def _lines(id: str, created: str, card: Card) -> Iterator[str]:
    data, training, base = card.data, card.training, travelling_name(card.base)
    yield from _head(card, base)
    yield from (f"# {id}", "")
    yield f"{card.method} on {base}, {created}. {_verdict(card.guard)}"
    yield from ("", "| | |", "|---|---|")
    yield f"| base | {_cell(base)}, fingerprint {card.base.fingerprint} |"
    yield f"| licence of the base | {_cell(card.base.licence or UNKNOWN)} |"
    if data.asked:
        yield f"| asked | {_cell(in_words(data.asked))} |"
    if card.parent:
        yield f"| parent | {card.parent} |"
    if data.fingerprint:
        yield from _examples(data)
    if training.steps:
        yield f"| trained | {training.steps} steps in {training.seconds:.0f} s, {training.ended} |"
    yield f"| arithmetic | {training.precision.value}: {_cell(training.precision.reason)} |"
    if training.machine:
        yield f"| machine | {_cell(training.machine)}, {training.device.value} |"
    yield from _use(card, base)
    yield from ("", "## Recipe", "", "| | |", "|---|---|")
    for name, value in training.recipe.items():
        if name != "reasons":
            shown = " ".join(map(str, value)) if isinstance(value, list) else value
            yield f"| {name} | {_cell(shown)} |"
    yield from _measured(card)
    yield from _guarded(card.guard)
    yield from ("", "## Versions", "")
    yield ", ".join(f"{name} {version}" for name, version in training.versions.items())
    if card.notes:
        yield from ("", "## Notes", "", *(f"* {note}" for note in card.notes))


def _head(card: Card, base: str) -> Iterator[str]:
    """Begin with what programs read."""
    yield from ("---", "library_name: peft", f"base_model: {_quoted(base)}")
    licence = card.base.licence
    if licence and not licence.startswith(IN_A_FILE):
        yield f"license: {_quoted(licence)}"
    yield from ("---", "")


def _use(card: Card, base: str) -> Iterator[str]:
    if card.method in LOADED_BY_PEFT:
        yield from ("", "## Use", "", "```python", peft_lines(card, base=base, folder="."), "```")
        yield from ("", "`base` is the folder or name of the model with the fingerprint above.")


def _examples(data: DataFacts) -> Iterator[str]:
    yield (
        f"| examples | {_cell(data.file)}, fingerprint {data.fingerprint}: {data.train} to train, "
        f"{data.dev} to choose, {data.test} to measure |"
    )
    yield f"| replay | {data.replay.value:g} times as many tokens: {_cell(data.replay.reason)} |"
    if data.supervised is not None:
        yield f"| supervised tokens | {data.supervised:.1%} |"


def _verdict(guard: GuardReport | None) -> str:
    if guard is None:
        return "**Unproven: no guard has looked at it.**"
    if guard.passed:
        return "It passed the guard."
    return "**It failed the guard.**"


def _measured(card: Card) -> Iterator[str]:
    names = dict.fromkeys([*card.before, *card.after])
    if names:
        yield from ("", "## Before and after", "", "| measure | before | after |", "|---|---|---|")
    for name in names:
        before, after = (
            measurement_text(found[name]) if name in found else ""
            for found in (card.before, card.after)
        )
        yield f"| {name} | {before} | {after} |"


def _guarded(guard: GuardReport | None) -> Iterator[str]:
    if guard is None:
        return
    yield from ("", "## Guard", "", "| | limit | |", "|---|---|---|")
    for one in guard.findings:
        held = "held" if one.passed else "**failed**"
        yield f"| {one.name} | {_cell(one.limit)} | {held}: {_cell(one.reason)} |"


def _cell(value: object) -> str:
    """Keep what others wrote from ending a table or starting a tag."""
    text = " ".join(str(value).split())
    return text.replace("|", "\\|").replace("<", "&lt;")


def _quoted(text: str) -> str:
    return '"' + " ".join(text.split()).replace("\\", "/").replace('"', "'") + '"'
