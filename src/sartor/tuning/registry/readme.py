"""A card in, the page for people out that lies beside the weights."""

from __future__ import annotations

from collections.abc import Iterator

from sartor.tuning.registry.cards import Card
from sartor.tuning.registry.differences import measurement_text
from sartor.types.training import GuardReport

UNKNOWN = "not stated"


def readme(id: str, created: str, card: Card) -> str:
    """Write the page; words of the examples are left out, as it goes wherever weights go."""
    return "\n".join(_lines(id, created, card)) + "\n"


def _lines(id: str, created: str, card: Card) -> Iterator[str]:
    data, training = card.data, card.training
    yield from ("---", "library_name: peft", f"base_model: {_quoted(card.base.model)}", "---", "")
    yield from (f"# {id}", "")
    yield f"{card.method} on {card.base.model}, {created}. {_verdict(card.guard)}"
    yield from ("", "| | |", "|---|---|")
    yield f"| base | {_cell(card.base.model)}, fingerprint {card.base.fingerprint} |"
    yield f"| licence of the base | {_cell(card.base.licence or UNKNOWN)} |"
    if card.parent:
        yield f"| parent | {card.parent} |"
    yield (
        f"| examples | {_cell(data.file)}, fingerprint {data.fingerprint}: {data.train} to train, "
        f"{data.dev} to choose, {data.test} to measure |"
    )
    yield f"| replay | {data.replay.value:g} times as many tokens: {_cell(data.replay.reason)} |"
    if data.supervised is not None:
        yield f"| supervised tokens | {data.supervised:.1%} |"
    yield f"| trained | {training.steps} steps in {training.seconds:.0f} s, {training.ended} |"
    yield f"| arithmetic | {training.precision.value}: {_cell(training.precision.reason)} |"
    yield f"| machine | {_cell(training.machine)}, {training.device.value} |"
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


def _verdict(guard: GuardReport | None) -> str:
    if guard is None:
        return "The guard has not looked at it."
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
