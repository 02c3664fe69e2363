"""Text -> does it say yes or no?

It reads the word that an answer begins with, or what "the answer is" leads to. It does not know
what was asked: "They are both American." says neither.
"""

from __future__ import annotations

import re
from typing import Literal

from sartor.evaluation.measures.words import words

Polarity = Literal["yes", "no", ""]

LONGEST = 2_000  # characters in which the word may stand
_YES = (
    "yes", "yeah", "yep", "correct", "true", "right", "certainly", "absolutely", "indeed",
    "of course", "definitely", "ja", "jawohl", "richtig", "genau", "oui", "vrai", "si", "sim",
    "是", "是 的", "对", "可 以", "は い",
)  # fmt: skip
_NO = (
    "no", "nope", "not", "never", "false", "incorrect", "wrong", "nein", "nicht", "falsch",
    "niemals", "non", "faux", "nao", "否", "不", "不 是", "不 可 以", "没 有", "い い え",
)  # fmt: skip
_PLAIN: dict[str, Polarity] = {
    **dict.fromkeys(("yes", "true", "ja", "oui", "si", "sim", "是", "是 的", "对", "は い"), "yes"),
    **dict.fromkeys(("no", "false", "nein", "non", "nao", "否", "不", "不 是", "い い え"), "no"),
}
_THAT_IS = re.compile(
    r" (?:yes |no )?(?:that|this|it|(?:the|this|that) (?:statement|claim)|das|dies|es|ce|c) "
    r"(?:is|s|ist|est) (?P<not>not |nicht |pas )?"
    r"(?P<said>true|correct|false|incorrect|richtig|wahr|falsch|vrai|faux) "
)
_CONCLUDES = re.compile(r" (?:answer|antwort|reponse|respuesta)(?: is| ist| est| es)? (\w+) ")


def expected_polarity(text: str) -> Polarity:
    """Read an expected text that is nothing but yes or no."""
    return _PLAIN.get(words(text).strip(), "")


def polarity(answer: str) -> Polarity:
    """Read what an answer begins with, or what it concludes."""
    text = words(answer[:LONGEST])
    concluded = _CONCLUDES.search(text)
    if concluded and concluded[1] in _PLAIN:
        return _PLAIN[concluded[1]]
    judged = _THAT_IS.match(text)
    if judged:
        return "no" if (judged["said"] in _NO) is not bool(judged["not"]) else "yes"
    if any(text.startswith(f" {word} ") for word in _NO):
        return "no"
    return "yes" if any(text.startswith(f" {word} ") for word in _YES) else ""
