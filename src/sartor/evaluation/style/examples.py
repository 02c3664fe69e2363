"""examples.jsonl -> what was asked and what their assistant said.

Rows are chats, `{"messages": [...]}`; each assistant turn with the user turn before it is one
example. Says what is wrong with which line; knows nothing about style.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sartor.errors import InputError

SHOWN_FAULTS = 10
ROLES = ("system", "user", "assistant")
HINT = (
    'a row is {"messages": [{"role": "user", "content": "..."}, '
    '{"role": "assistant", "content": "..."}]}'
)


@dataclass(frozen=True, slots=True)
class Spoken:
    """One answer as they would give it; the prompt is empty where nobody asked."""

    prompt: str
    answer: str


def read_voice(path: Path) -> list[Spoken]:
    """Read every assistant turn; raises `InputError` with all rows that are no chats."""
    spoken: list[Spoken] = []
    faults: list[str] = []
    for number, line in enumerate(_text(path).split("\n"), 1):
        if not line.strip():
            continue
        try:
            spoken += _turns(json.loads(line))
        except (ValueError, RecursionError) as error:
            faults.append(f"line {number}: {error}")
    if not spoken and not faults:
        faults.append("no assistant turn is in it")
    if faults:
        raise InputError(_listed(path, faults), HINT)
    return spoken


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path} is not UTF-8 at byte {error.start}", "save it as UTF-8") from None


def _turns(row: object) -> Iterator[Spoken]:
    messages = row.get("messages") if isinstance(row, dict) else None
    if not isinstance(messages, list) or not messages:
        raise ValueError('expected an object with a list "messages"')
    prompt = ""
    for role, content in [_message(message) for message in messages]:
        if role == "assistant":
            yield Spoken(prompt, content)
        prompt = content if role == "user" else ""


def _message(message: object) -> tuple[str, str]:
    if not isinstance(message, dict) or message.get("role") not in ROLES:
        raise ValueError(f"expected messages with a role of {', '.join(ROLES)}")
    content = message.get("content")
    if not isinstance(content, str) or not content.strip():
        raise ValueError(f"the {message['role']} message has no text")
    return message["role"], content


def _listed(path: Path, faults: list[str]) -> str:
    more = len(faults) - SHOWN_FAULTS
    shown = [*faults[:SHOWN_FAULTS], *([f"and {more} more"] if more > 0 else [])]
    return f"{path} has rows that are no examples:\n" + "\n".join(f"  {fault}" for fault in shown)
