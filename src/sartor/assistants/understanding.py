"""A question and the conversation before it -> what to search for.

Without a model a follow-up ("And for students?") borrows the topic of the last question that stands
alone; with one it is rewritten, worded in several ways, or taken apart. A model that writes
nonsense costs nothing: the question itself is always searched.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from sartor.assistants.asking import asks_nothing, names
from sartor.assistants.kinds import kind_of
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
    r"\b(?:it|its|they|them|their|theirs|he|him|his|she|her|hers|(?:this|that|these|those|there)"
    r"(?=\W*$)|er|sie|(?<!gibt )es|ihm|ihn|ihr|ihre|ihren|dessen|deren|dort|dafür|damit|davon|dazu"
    r"|dabei)\b",
    re.IGNORECASE,
)
_GOES_ON = re.compile(
    r"\s*(?:(?:and|but|or|so|then|also|what about|how about|und|aber|oder|also|dann|wie ist es"
    r"|was ist mit)\b\s*)+",
    re.IGNORECASE,
)
# What makes a sentence of a question, so that it needs no other.
_WHOLE = re.compile(
    r"^\W*(?:who|whose|wer|wen|wem|wessen)\b|\b(?:is|are|was|were|do|does|did|can|could|may|must"
    r"|shall|should|will|would|has|have|had|ist|sind|war|waren|hat|haben|kann|können|darf|dürfen"
    r"|muss|müssen|soll|sollen|wird|werden|gibt)\b",
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
    """Say what a question is about that cannot be understood without those before it.

    A pronoun is replaced by what it stands for; an ellipsis ("And Chiemsee?") gets the topic in
    brackets, where it counts less than its own words. All other questions stay as they are.
    """
    asked = [turn.content[:LONGEST_TURN] for turn in history if turn.role == "user"]
    asked = [text for text in asked[-TURNS:] if not asks_nothing(text)]
    if not asked or asks_nothing(question):
        return question
    meant = _named(asked) or _topic(asked)
    if meant and (pronoun := _pronoun(question)):
        return f"{question[: pronoun.start()]}{' '.join(meant)}{question[pronoun.end() :]}"
    if not _is_ellipsis(question):
        return question
    topic = _topic([*asked, question])[len(_own(question)) :]
    return f"{question.rstrip()} ({' '.join(topic)})" if topic else question


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


def _pronoun(question: str) -> re.Match[str] | None:
    """Find the pronoun that stands for something said before, in a question that names little."""
    found = _REFERS_BACK.search(question)
    if found is None or names(question[: found.start()]):
        return None
    return found if len(_own(question)) <= FEW_WORDS else None


def _is_ellipsis(question: str) -> bool:
    """Tell whether it is a piece of a question: "Why?", "And Chiemsee?", "For students?"."""
    rest = _GOES_ON.sub("", question, count=1)
    own = _own(rest)
    if not own:
        return True
    if len(own) > FEW_WORDS or _WHOLE.search(rest):
        return False
    return rest != question or (len(own) == 1 and question.rstrip().endswith("?"))


def _topic(asked: Sequence[str]) -> list[str]:
    """Gather the words of the last question that stands alone and of the pieces that followed it.

    A name in a piece takes the place of those before it.
    """
    topic: list[str] = []
    for text in asked:
        own, named = _own(text), names(text)
        if _is_ellipsis(text):
            before = _names_of(asked) if named else ()
            own += [word for word in topic if word not in own and word not in before]
        elif topic and _pronoun(text):
            own = topic
        topic = own
    return list(dict.fromkeys(topic))


def _named(asked: Sequence[str]) -> list[str]:
    """Give the names in the topic; a number is nothing that a pronoun stands for."""
    known = _names_of(asked)
    return [word for word in _topic(asked) if word in known and not word[0].isdigit()]


def _names_of(asked: Sequence[str]) -> set[str]:
    return {name for text in asked for name in names(text)}


def _own(question: str) -> list[str]:
    """Give the topic without the words that say what kind of thing is asked for."""
    return _content(kind_of(question)[1])


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
