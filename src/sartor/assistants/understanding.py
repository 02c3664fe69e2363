"""A question and the conversation before it -> what to search for.

Without a model a follow-up ("And for students?") borrows the topic of the question before it; with
one it is rewritten, worded in several ways, or taken apart. A model that writes nonsense costs
nothing: the question itself is always searched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from sartor.protocols import Generation, Model
from sartor.text.function_words import FUNCTION_WORDS
from sartor.text.normal import fold, squeeze
from sartor.types import Message

if TYPE_CHECKING:
    from sartor.assistants.templates import Prompts

Ask = Callable[..., str]  # (template, **values) -> what the model writes

TURNS = 6  # messages of the conversation that are looked at
LONGEST_TURN = 1_000  # characters of each
LONGEST_QUERY = 1_000  # characters of a line that is taken for a question
FEW_WORDS = 2  # content words in a question that hardly stands alone
REPLY_TOKENS = 200
MOST_PARTS = 4  # that a question is taken apart into

_WORD = re.compile(r"\w+(?:[-'’.]\w+)*")  # noqa: RUF001
_REFERS_BACK = re.compile(
    r"\b(?:it|its|they|them|their|theirs|he|him|his|she|her|hers|this|that|these|those|there|one"
    r"|ones|same|former|latter|er|sie|es|ihm|ihn|ihr|ihre|ihren|dessen|deren|dies|diese|dieser"
    r"|dieses|dort|dafür|damit|davon|dazu|dabei)\b",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"\s*(?:and|but|or|so|then|also|what about|how about|why|since when|und|aber|oder|also|dann"
    r"|wie ist es|was ist mit|warum|seit wann)\b",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"^\s*(?:[-*•]|\(?\d+[.):])\s*|^\s*[\"'“]|[\"'”]\s*$")


def wordings(
    question: str,
    history: Sequence[Message],
    ask: Ask,
    *,
    rewrite: bool = True,
    queries: int = 1,
    decompose: bool = False,
) -> list[str]:
    """Give what to search for: the question as it stands alone, its parts, other wordings."""
    plain = question
    if history:
        plain = rewritten(question, history, ask) if rewrite else with_topic(question, history)
    found = [plain]
    if decompose:
        found += parts(plain, MOST_PARTS, ask)
    if queries > 1:
        found += reworded(plain, queries - 1, ask)
    return list(dict.fromkeys(found))


def standalone(
    question: str,
    history: Sequence[Message],
    model: Model | None = None,
    prompts: Prompts | None = None,
    *,
    variant: str = "default",
) -> str:
    """Make a follow-up understandable without its conversation."""
    if model is None:
        return with_topic(question, history)

    from sartor.assistants.templates import Prompts

    templates = prompts or Prompts()

    def ask(template: str, **values: object) -> str:
        text = templates.render(template, variant, **values)
        return model.complete([Message("user", text)], Generation(max_tokens=REPLY_TOKENS)).text

    return rewritten(question, history, ask)


def with_topic(question: str, history: Sequence[Message]) -> str:
    """Add the content words of the question before, where this one refers back to it."""
    asked = [turn.content for turn in history if turn.role == "user"]
    if not asked or not _follows_up(question):
        return question
    earlier = with_topic(asked[-1], [Message("user", text) for text in asked[:-1][-TURNS:]])
    here = {fold(word) for word in _content(question)}
    topic = [word for word in _content(earlier[:LONGEST_TURN]) if fold(word) not in here]
    return f"{question.rstrip()} ({' '.join(dict.fromkeys(topic))})" if topic else question


def rewritten(question: str, history: Sequence[Message], ask: Ask) -> str:
    """Let a model write a follow-up as a question of its own."""
    if not history:
        return question
    turns = [Message(turn.role, turn.content[:LONGEST_TURN]) for turn in history[-TURNS:]]
    lines = _lines(ask("rewrite", question=question, history=turns))
    return lines[0] if len(lines) == 1 else with_topic(question, history)


def reworded(question: str, count: int, ask: Ask) -> list[str]:
    """Let a model word a question in `count` ways more."""
    return _lines(ask("expand", question=question, count=count))[:count]


def parts(question: str, count: int, ask: Ask) -> list[str]:
    """Let a model take a question apart; one part is no part."""
    found = _lines(ask("decompose", question=question, count=count))[:count]
    return found if len(found) > 1 else []


def _follows_up(question: str) -> bool:
    return bool(
        _REFERS_BACK.search(question)
        or _GOES_ON.match(question)
        or len(_content(question)) <= FEW_WORDS
    )


def _content(text: str) -> list[str]:
    """Give the words that carry the topic, as they are written."""
    plain = _WORD.findall(text)
    folded = [fold(word) for word in plain]
    small = max(FUNCTION_WORDS.values(), key=lambda known: sum(word in known for word in folded))
    return [
        word
        for word, bare in zip(plain, folded, strict=True)
        if bare not in small and not _REFERS_BACK.fullmatch(word)
    ]


def _lines(text: str) -> list[str]:
    """Read one question a line, without numbers, dashes and quotation marks."""
    bare = (squeeze(_NUMBERED.sub("", line)) for line in text.splitlines())
    return [line for line in bare if line and len(line) <= LONGEST_QUERY]
