"""The order of roles, and white space around turns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from sartor.tuning.examples.found import about, listed, place_of
from sartor.types import Example, ExampleFinding, Message


def turn_findings(examples: Sequence[Example]) -> Iterator[ExampleFinding]:
    """Find conversations whose roles many chat templates refuse, and blanks that are learned."""
    for example in examples:
        if why := out_of_order(example.messages):
            fix = "--fix puts the turns in order"
            yield about(example, "warning", "turn order", why, fix=fix, fixable=True)
    blank = [example for example in examples if any(map(_has_blanks, example.messages))]
    if blank:
        told = f"{len(blank):,} examples have blanks around an answer"
        told = f"{told}: {listed(map(place_of, blank))}"
        fix = "they would be learned; --fix cuts them"
        yield ExampleFinding("note", "blanks", told, fix=fix, fixable=True)


def out_of_order(messages: Sequence[Message]) -> str:
    """Say what is unusual in the order of roles; empty: nothing."""
    roles = [message.role for message in messages]
    if "system" in roles[1:]:
        return "a system turn that is not the first"
    spoken = roles[1:] if roles[:1] == ["system"] else roles
    if spoken[:1] == ["assistant"]:
        return "the assistant speaks first"
    for before, role in pairwise(spoken):
        if before == role:
            return f"two {role} turns in a row"
    return ""


def ordered(messages: Sequence[Message]) -> tuple[Message, ...]:
    """Put the system turns first, leave out what is said unasked, join turns of one speaker."""
    system = [message for message in messages if message.role == "system"]
    spoken = [message for message in messages if message.role != "system"]
    while spoken and spoken[0].role == "assistant":
        spoken.pop(0)
    joined: list[Message] = []
    for message in (*system, *spoken):
        said = message.content
        if joined and joined[-1].role == message.role:
            said = f"{joined.pop().content}\n\n{said}"
        joined.append(Message(message.role, said))
    return tuple(joined)


def without_blanks(messages: Sequence[Message]) -> tuple[Message, ...]:
    """Cut the blanks around answers."""
    return tuple(
        Message(message.role, message.content.strip()) if _has_blanks(message) else message
        for message in messages
    )


def _has_blanks(message: Message) -> bool:
    return message.role == "assistant" and message.content != message.content.strip()
