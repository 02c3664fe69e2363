"""The turns of one row -> messages that can be learned from, or why not.

An example asks something and ends with an answer. Where only its end or a tool is in the way, what
can be saved is handed on with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sartor.tuning.examples.reading.rows import broken_text, kind_of
from sartor.types import Message

Role = Literal["system", "user", "assistant"]

ROLES: Mapping[str, Role] = {
    "system": "system", "developer": "system",
    "user": "user", "human": "user", "prompter": "user",
    "assistant": "assistant", "gpt": "assistant", "chatgpt": "assistant", "bot": "assistant",
    "model": "assistant", "ai": "assistant", "bing": "assistant", "bard": "assistant",
}  # fmt: skip
TOOLS = frozenset(
    {"tool", "function", "tool_call", "tool_response", "function_call", "observation", "ipython"}
)
SHAPE = '{"messages": [{"role": "user", "content": "..."}, {"role": "assistant", ...}]}'
_NO_TOOLS = "models here learn text, not tool calls"


class Refused(ValueError):
    """A row that is no example. `saved` are the messages that could stand for it."""

    def __init__(
        self, message: str, fix: str, *, kind: str = "format", saved: Sequence[Message] = ()
    ) -> None:
        super().__init__(message)
        self.fix = fix
        self.kind = kind
        self.saved = tuple(saved)


@dataclass(frozen=True, slots=True)
class Keys:
    """How a turn says who speaks and what."""

    role: str = "role"
    content: str = "content"


OPENAI = Keys()


def messages_of(
    turns: object, *, keys: Keys = OPENAI, before: Sequence[Message] = ()
) -> tuple[Message, ...]:
    """Read a list of turns; raises `Refused`."""
    if not isinstance(turns, list):
        raise Refused(f"its turns are {kind_of(turns)}; expected a list", f"a row is {SHAPE}")
    read = list(before)
    for number, turn in enumerate(turns, start=1):
        read.append(_message(turn, number, keys, read))
    return whole(read)


def whole(messages: Iterable[Message]) -> tuple[Message, ...]:
    """Accept messages that ask something and end with an answer; raises `Refused`."""
    told = tuple(messages)
    roles = [message.role for message in told]
    if "assistant" not in roles:
        raise Refused(
            "no assistant turn: there is nothing to learn", "add the answer", kind="turn order"
        )
    if "user" not in roles:
        raise Refused("no user turn: nothing is asked", "add what is asked", kind="turn order")
    if roles[-1] != "assistant":
        raise Refused(
            f"ends with a {roles[-1]} turn: there is no answer to it",
            "add the answer; --fix cuts what stands behind the last answer",
            kind="turn order",
            saved=answered(told),
        )
    return told


def answered(messages: Sequence[Message]) -> tuple[Message, ...]:
    """Cut a conversation behind its last answer; nothing where nothing was asked before it."""
    ends = [place for place, message in enumerate(messages) if message.role == "assistant"]
    kept = tuple(messages[: ends[-1] + 1]) if ends else ()
    return kept if any(message.role == "user" for message in kept) else ()


def _message(turn: object, number: int, keys: Keys, before: Sequence[Message]) -> Message:
    if not isinstance(turn, dict):
        raise Refused(f"turn {number} is {kind_of(turn)}; expected an object", f"a row is {SHAPE}")
    role = _role(turn, number, keys, before)
    if turn.get("weight", 1) != 1:
        raise Refused(
            f"turn {number} has weight {turn['weight']!r}; every answer of an example is learned",
            "end the conversation before it; --fix does",
            kind="weight",
            saved=answered(before),
        )
    return Message(role, _text(turn.get(keys.content), f"{keys.content} of turn {number}"))


def _role(turn: Mapping[str, Any], number: int, keys: Keys, before: Sequence[Message]) -> Role:
    role = turn.get(keys.role)
    named = role.strip().lower() if isinstance(role, str) else ""
    if named in TOOLS or turn.get("tool_calls") or turn.get("function_call"):
        what = f"role {role!r}" if named in TOOLS else "a tool call"
        saved = answered(before)
        mends = "--fix keeps the turns before it" if saved else "--fix leaves the row out"
        raise Refused(
            f"turn {number} is {what}, which is not supported",
            f"{_NO_TOOLS}; {mends}",
            kind="role",
            saved=saved,
        )
    if named not in ROLES:
        found = f"no {keys.role!r}" if role is None else f"{keys.role} {role!r}"
        raise Refused(
            f"turn {number} has {found}; expected system, user or assistant",
            "name who speaks",
            kind="role",
        )
    return ROLES[named]


def _text(content: object, what: str) -> str:
    """Read a text, or a list of parts that are all texts."""
    if isinstance(content, list):
        parts = [part.get("text") if isinstance(part, dict) else part for part in content]
        kinds = {str(part.get("type")) for part in content if isinstance(part, dict)}
        if kinds - {"text"} or not all(isinstance(part, str) for part in parts):
            shown = ", ".join(sorted(kinds - {"text"})) or "something else than texts"
            raise Refused(f"{what} holds {shown}", "only text can be learned", kind="content")
        content = "".join(part for part in parts if isinstance(part, str))
    return text_of(content, what)


def text_of(content: object, what: str) -> str:
    """Read a text that can be learned; raises `Refused`."""
    if not isinstance(content, str):
        raise Refused(f"{what} is {kind_of(content)}; expected a text", "write a text there")
    if broken_text(content):
        raise Refused(f"{what} holds half a character", "write the file again as UTF-8")
    return content
