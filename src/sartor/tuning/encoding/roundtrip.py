"""An example in, what its chat template loses or changes of it out, as one sentence.

Marks that a template may carry itself (`{% generation %}`) are only compared with ours.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, cast

from jinja2 import TemplateError

from sartor.types import Example, Message

if TYPE_CHECKING:
    from sartor.tuning.encoding.encoder import Encoder

GENERATION = re.compile(r"\{%-?\s*generation")


def roundtrip(encoder: Encoder, example: Example) -> str:
    """Say what is lost; empty when nothing."""
    try:
        messages = encoder.template.broken_up(example.messages)
        text = encoder.template.fill(messages)
        return (
            _lost(messages, text)
            or _rewritten(encoder, messages, text)
            or _asked_otherwise(encoder, messages, text)
            or _marked_otherwise(encoder, messages)
        )
    except ValueError as error:
        return str(error)


def _lost(messages: Sequence[Message], text: str) -> str:
    """Say which message does not stand in the text as it was written; all in order: empty."""
    position = 0
    for number, message in enumerate(messages, start=1):
        for content in (message.content, message.content.strip()):
            found = text.find(content, position)
            if found >= 0:
                break
        else:
            kept = message.content.strip() in text
            change = "moves" if kept else "drops or rewrites"
            return f"the chat template {change} message {number} ({message.role})"
        if content != message.content:
            return f"the chat template strips blanks around message {number} ({message.role})"
        position = found + len(content)
    return ""


def _rewritten(encoder: Encoder, messages: Sequence[Message], text: str) -> str:
    turns = sum(message.role == "assistant" for message in messages)
    found = len(encoder.template.turns(messages, text))
    if found == turns:
        return ""
    return (
        f"the chat template rewrites {turns - found} of {turns} assistant turns once more is "
        "said: those are not learned"
    )


def _asked_otherwise(encoder: Encoder, messages: Sequence[Message], text: str) -> str:
    """Compare how a turn is asked for when serving with how it stands in a conversation."""
    if messages[-1].role != "assistant" or len(messages) < 2:
        return ""
    if text.startswith(encoder.template.fill(messages[:-1], ask=True)):
        return ""
    return (
        "the chat template asks for a turn in other words than it shows one: what is learned "
        "is not quite what will be asked"
    )


def _marked_otherwise(encoder: Encoder, messages: Sequence[Message]) -> str:
    """Compare the template's own marks with ours, where it has any."""
    template = encoder.tokenizer.chat_template
    if not isinstance(template, str) or not GENERATION.search(template):
        return ""
    rows = [{"role": one.role, "content": one.content} for one in messages]
    try:
        filled: object = encoder.tokenizer.apply_chat_template(
            rows, return_dict=True, return_assistant_tokens_mask=True
        )
    except TemplateError:  # it knows no system: what it was given instead has no marks to ask
        return ""
    marked = cast("dict[str, list[int]]", filled)
    ours = encoder.encode(Example(tuple(messages)))
    theirs = {at for at, mark in enumerate(marked["assistant_masks"]) if mark}
    unmarked = [at for at, learn in enumerate(ours.learned) if learn and at not in theirs]
    if not unmarked:
        return ""
    piece = encoder.decode(ours.ids[at] for at in unmarked)
    return f"the template's own generation marks leave out {piece!r}; it is learned all the same"
