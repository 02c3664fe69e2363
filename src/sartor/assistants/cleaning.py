"""A sentence of a model -> the same without what does not belong in an answer.

Out go links and images that lead anywhere but to the sources in use, the code word of the
prompt's lines, and sentences that repeat the system prompt. Knows neither passages nor verdicts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from urllib.parse import urlsplit

REMOVED = "[link removed]"
LEAK = 8  # consecutive words of the system prompt that no answer has by chance

_URL = (
    r"(?:(?:javascript:|data:[a-z]+/)\S+"
    r"|(?:[a-z][a-z0-9+.-]*://|www\.|mailto:)[^\s<>\"'`)\]}]+)"
)
# Programs make links of bare names like these; ones that are also endings of files are left out.
_DOMAINS = "com|org|net|info|biz|xyz|top|online|site|club|shop|live|link|click|tk|ru|cn|io|gov|edu"
_BARE = rf"(?<![\w@./-])(?:[a-z0-9-]+\.)+(?:{_DOMAINS})\b(?![\w@-])(?:/[^\s<>\"'`)\]}}]*)?"
_IMAGE = re.compile(r"!\[(?P<alt>[^\]\n]*)\](?:\(\s*(?P<to>[^)\s]*)[^)\n]*\)|\[[^\]\n]*\])")
_LINK = re.compile(
    r"(?<!!)\[(?P<words>[^\]\n]*)\]\(\s*<?(?P<to>[^)\s>]*[/.:\\%#][^)\s>]*)[^)\n]*\)"
)
_DEFINED = re.compile(r"^[ \t]*\[[^\]\n]+\]:[ \t]*\S+[^\n]*$", re.MULTILINE)
_PICTURE_TAG = re.compile(
    r"<\s*(?:img|image|svg|iframe|video|audio|object|embed|script|link|style|form)\b[^>]*>?",
    re.IGNORECASE,
)
_ANCHOR = re.compile(r"<\s*/?\s*a\b[^>]*>?", re.IGNORECASE)
_PLAIN = re.compile(rf"<?(?P<to>{_URL}|{_BARE})>?", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"(?:href|src)\s*=\s*[\"']?([^\"'\s>]+)", re.IGNORECASE)
_TRAILING = ".,;:!?"
_WORD = re.compile(r"\w+")


@dataclass(slots=True)
class Cleaner:
    """Cleans the sentences of one answer, one after the other, and counts what it took out.

    `allowed` are addresses of sources, `boundary` the code word of the prompt, `system` the text
    that must not come back, `may_say` the sentence in it that may.
    """

    allowed: Collection[str]
    boundary: str
    system: str = ""
    may_say: str = ""
    counts: Counter[str] = field(default_factory=Counter)
    _secret: frozenset[tuple[str, ...]] = field(init=False)
    _tail: tuple[str, ...] = field(init=False, default=())

    def __post_init__(self) -> None:
        self._secret = frozenset(_runs(_words(self.system.replace(self.may_say, ""))))

    def clean(self, sentence: str) -> str:
        """Give the sentence as it may be shown; empty when nothing of it may."""
        text = sentence
        if self.boundary and self.boundary in text:
            self.counts["code words"] += 1
            text = "\n".join(line for line in text.splitlines() if self.boundary not in line)
        text = self._without_addresses(text).strip()
        return text if _WORD.search(text.replace(REMOVED, "")) else ""

    def leaks(self, sentence: str) -> bool:
        """Tell whether a sentence, as it was written, goes on with words of the system prompt.

        The last words of the sentence before count too: the prompt may come back in pieces.
        """
        words = (*self._tail, *_words(sentence))
        self._tail = words[-(LEAK - 1) :]
        found = any(run in self._secret for run in _runs(words))
        self.counts["system prompt"] += found
        return found

    def _without_addresses(self, text: str) -> str:
        text = _IMAGE.sub(lambda found: self._judged(found, "images", ""), text)
        text = _PICTURE_TAG.sub(lambda found: self._judged(found, "images", ""), text)
        text = _LINK.sub(lambda found: self._judged(found, "links", found["words"]), text)
        text = _DEFINED.sub(lambda found: self._judged(found, "links", ""), text)
        text = _ANCHOR.sub(lambda found: self._judged(found, "links", ""), text)
        return _PLAIN.sub(lambda found: self._judged(found, "links", REMOVED), text)

    def _judged(self, found: re.Match[str], kind: str, instead: str) -> str:
        groups = found.groupdict()
        address = groups.get("to") or next(iter(_ATTRIBUTE.findall(found[0])), "")
        if kind == "links" and instead == "" and not address and "<" in found[0]:
            return ""  # the end of an anchor: counted where it begins
        if any(_same(address, source) for source in self.allowed):
            return found[0]
        self.counts[kind] += 1
        trailing = found[0][len(found[0].rstrip(_TRAILING)) :] if instead == REMOVED else ""
        return instead + trailing


def _same(address: str, source: str) -> bool:
    """Tell whether an address leads to a source; what follows "?" or "#" may carry data away."""
    here, there = (text.rstrip(_TRAILING + "/") for text in (address, source))
    if not here:
        return False
    plain = urlsplit(here if "://" in here else f"https://{here}")
    return (
        here == there
        or here == there.partition("://")[2]
        or (
            not plain.query
            and here.partition("#")[0].rstrip("/") == there.partition("#")[0].rstrip("/")
        )
    )


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(text.casefold()))


def _runs(words: tuple[str, ...]) -> set[tuple[str, ...]]:
    return {words[place : place + LEAK] for place in range(len(words) - LEAK + 1)}
