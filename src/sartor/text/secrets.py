"""A text -> where keys, passwords and other secrets stand in it.

Known shapes are named after who issues them; a token that only looks drawn by lot is said to be
"random". What is plainly a stand-in ("sk-...", "your-key") is left alone. It cannot know
whether a key still opens anything.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from math import log2

_SHAPES = {
    "OpenAI key": r"\bsk-(?!ant-)(?:proj-|svcacct-|admin-)?[A-Za-z0-9_-]{20,}",
    "Anthropic key": r"\bsk-ant-[A-Za-z0-9_-]{20,}",
    "AWS key": r"\b(?:AKIA|ASIA)[A-Z0-9]{16}\b",
    "GitHub token": r"\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{40,})",
    "GitLab token": r"\bglpat-[A-Za-z0-9_-]{18,}",
    "Google key": r"\bAIza[A-Za-z0-9_-]{35}",
    "Slack token": r"\bxox[abeoprs]-[A-Za-z0-9-]{10,}",
    "Stripe key": r"\b[rs]k_(?:live|test)_[A-Za-z0-9]{16,}",
    "Hugging Face token": r"\bhf_[A-Za-z0-9]{30,}",
    "npm token": r"\bnpm_[A-Za-z0-9]{30,}",
    "signed token": r"\beyJ[A-Za-z0-9_-]{10,}\.eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}",
    "bot token": r"\b\d{8,10}:AA[A-Za-z0-9_-]{33}\b",
}
_KNOWN = re.compile(
    "|".join(f"(?P<k{number}>{shape})" for number, shape in enumerate(_SHAPES.values()))
)
_NAMES = tuple(_SHAPES)
_PRIVATE_KEY = re.compile(
    r"-----BEGIN (?:[A-Z]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----"
    r"(?:.{0,20000}?-----END (?:[A-Z]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----)?",
    re.DOTALL,
)
_IN_URL = re.compile(r"\b[a-z][a-z0-9+.-]{1,20}://[^\s/:@]{0,80}:(?P<secret>[^\s/@]{3,80})@", re.I)
_ASSIGNED = re.compile(
    r"\b(?:password|passwd|passphrase|passwort|kennwort|pwd|secret|api[_ -]?key|access[_ -]?token"
    r"|auth[_ -]?token|client[_ -]?secret)[\"']?\s{0,2}(?:[:=]|\bis\b|\bist\b|\blautet\b)\s{0,2}"
    r"[\"'`]?(?P<secret>[^\s\"'`,;]{6,100})",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"(?<![\w/+.=-])[A-Za-z0-9_+/-]{24,200}={0,2}(?![\w/+-])")
_STAND_IN = re.compile(
    r"your|dummy|placeholder|redacted|change_?me|x{4}|\*{3}|\.{3}|<|\{|\[|\$", re.IGNORECASE
)
_NO_PASSWORD = re.compile(r"pass(?:word|wd)?|passwort|pwd|pw|secret|token|key|x+", re.IGNORECASE)
_LEAST_ENTROPY = 4.2  # bits a character; words and paths joined together stay below
_MIXED = (re.compile(r"[a-z]"), re.compile(r"[A-Z]"), re.compile(r"\d"))
_CLUE = re.compile(r"[A-Za-z0-9_+/-]{16}|-----BEGIN|://|pass|pwd|kennwort|secret|key|token", re.I)


def secrets(text: str) -> list[tuple[int, int, str]]:
    """Find every secret as (start, end, kind), in order and none inside another."""
    if not _CLUE.search(text):
        return []
    found: list[tuple[int, int, str]] = []
    for start, end, kind in _candidates(text):
        if all(end <= other or start >= last for other, last, _ in found):
            found.append((start, end, kind))
    return sorted(found)


def _candidates(text: str) -> Iterator[tuple[int, int, str]]:
    """Give the places that look like one, those that are surest first."""
    for match in _PRIVATE_KEY.finditer(text):
        yield *match.span(), "private key"
    for match in _KNOWN.finditer(text):
        if not _STAND_IN.search(match.group()):
            yield *match.span(), _NAMES[int((match.lastgroup or "k0")[1:])]
    for match in _IN_URL.finditer(text):
        if not (_STAND_IN.search(match["secret"]) or _NO_PASSWORD.fullmatch(match["secret"])):
            yield *match.span("secret"), "password in a URL"
    for match in _ASSIGNED.finditer(text):
        if _looks_set(match["secret"]):
            yield *match.span("secret"), "password"
    for match in _TOKEN.finditer(text):
        if _looks_drawn(match.group()):
            yield *match.span(), "random"


def _looks_set(word: str) -> bool:
    """Tell a password from the word that goes on after "your password is"."""
    return not _STAND_IN.search(word) and bool(re.search(r"\d", word) and re.search(r"\D", word))


def _looks_drawn(token: str) -> bool:
    """Tell a random token from joined words: all kinds of signs, none of them often.

    Hexadecimal is left out: hashes and identifiers are no secrets.
    """
    if not all(kind.search(token) for kind in _MIXED) or _STAND_IN.search(token):
        return False
    counts = Counter(token).values()
    entropy = -sum(count / len(token) * log2(count / len(token)) for count in counts)
    return entropy >= min(_LEAST_ENTROPY, 0.9 * log2(len(token)))
