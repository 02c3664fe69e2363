"""One JSON object of a known kind -> an example; raises `Refused` with what is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from math import isfinite
from typing import Any

from sartor.tuning.examples.reading.kinds import ALPACA, CHAT, PAIRS, SHAREGPT, STEERING
from sartor.tuning.examples.reading.rows import kind_of
from sartor.tuning.examples.reading.turns import OPENAI, Keys, Refused, messages_of, text_of, whole
from sartor.types import Example, Message, Rests

Row = Mapping[str, Any]
Fields = Mapping[str, str]  # "user", "assistant", "system" -> the key that holds it

FIELDS = ("user", "assistant", "system")
_FROM_VALUE = Keys("from", "value")
_USED: Mapping[str, tuple[str, ...]] = {
    CHAT: ("messages", "weight", "rests_on", "tags"),
    SHAREGPT: ("conversations", "conversation", *STEERING),
    ALPACA: ("instruction", "input", "output", "history", *STEERING),
    PAIRS: STEERING,
}
_REST_KEYS = ("passage_id", "document_id", "text_hash")


def converter(kind: str) -> Callable[[Row, Fields], Example]:
    """Give what turns a row of this kind into an example."""
    return {CHAT: _chat, PAIRS: _pair, SHAREGPT: _sharegpt, ALPACA: _alpaca}[kind]


def unused(row: Row, kind: str, fields: Fields) -> Iterator[str]:
    """Name the keys of a row that say nothing to us."""
    used = {*_USED[kind], *fields.values()}
    for key, value in row.items():
        if key not in used and value not in (None, "", [], {}):
            yield key


def _chat(row: Row, _: Fields) -> Example:
    messages = messages_of(row.get("messages"))
    return Example(
        messages, weight=_weight(row), rests_on=tuple(_rests(row)), tags=tuple(_tags(row))
    )


def _pair(row: Row, fields: Fields) -> Example:
    """Read a prompt and its completion: texts, or lists of turns."""
    asked, answered = row.get(fields["user"]), row.get(fields["assistant"])
    system = _system(row, fields.get("system", ""))
    if isinstance(asked, list) and isinstance(answered, list):
        return Example(messages_of([*asked, *answered], before=system))
    for key in (fields["user"], fields["assistant"]):
        if key not in row:
            raise Refused(f"no {key!r} in it", f"a row has {_named(fields)}")
    return Example(
        (
            *system,
            Message("user", text_of(asked, fields["user"])),
            Message("assistant", text_of(answered, fields["assistant"])),
        )
    )


def _sharegpt(row: Row, _: Fields) -> Example:
    turns = row.get("conversations", row.get("conversation"))
    first = next((turn for turn in turns if isinstance(turn, dict)), {}) if turns else {}
    keys = OPENAI if isinstance(turns, list) and "role" in first else _FROM_VALUE
    return Example(messages_of(turns, keys=keys, before=_system(row)))


def _alpaca(row: Row, _: Fields) -> Example:
    asked = text_of(row.get("instruction"), "instruction")
    more = text_of(row.get("input") or "", "input")
    before = [*_system(row), *_history(row.get("history") or [])]
    user = Message("user", f"{asked}\n\n{more}" if more.strip() else asked)
    return Example(
        whole((*before, user, Message("assistant", text_of(row.get("output"), "output"))))
    )


def _history(turns: object) -> Iterator[Message]:
    if not isinstance(turns, list):
        raise Refused(f"history is {kind_of(turns)}; expected pairs", 'as [["asked", "answered"]]')
    for pair in turns:
        if not isinstance(pair, list) or len(pair) != 2:
            raise Refused("history holds something else than pairs", 'as [["asked", "answered"]]')
        yield Message("user", text_of(pair[0], "history"))
        yield Message("assistant", text_of(pair[1], "history"))


def _system(row: Row, key: str = "") -> list[Message]:
    for name in (key,) if key else STEERING:
        if row.get(name):
            return [Message("system", text_of(row[name], name))]
    return []


def _weight(row: Row) -> float:
    weight = row.get("weight", 1)
    known = isinstance(weight, int | float) and not isinstance(weight, bool)
    if not known or not 0 < weight < 1e9 or not isfinite(weight):
        raise Refused(
            f"weight is {weight!r}; expected a number above 0", "leave it out, or leave the row out"
        )
    return float(weight)


def _tags(row: Row) -> list[str]:
    tags = row.get("tags") or []
    tags = [tags] if isinstance(tags, str) else tags
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        raise Refused(f"tags are {kind_of(tags)}; expected a list of texts", 'as ["grounded"]')
    return tags


def _rests(row: Row) -> Iterator[Rests]:
    listed = row.get("rests_on") or []
    if not isinstance(listed, list):
        raise Refused(f"rests_on is {kind_of(listed)}; expected a list", "leave it out")
    for rest in listed:
        values = [rest.get(key) if isinstance(rest, dict) else None for key in _REST_KEYS]
        if not all(isinstance(value, str) for value in values):
            raise Refused(
                f"rests_on needs {', '.join(_REST_KEYS)} for each passage", "leave it out"
            )
        passage, document, text_hash = map(str, values)
        yield Rests(passage, document, text_hash, answers=rest.get("answers") is True)


def _named(fields: Fields) -> str:
    return " and ".join(repr(fields[name]) for name in ("user", "assistant"))
