"""Secrets and personal data: what a model learns it can say to anybody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from sartor.text.personal_data import personal_data
from sartor.text.secrets import secrets
from sartor.tuning.examples.found import about
from sartor.types import Example, ExampleFinding, Severity

_WORDS = {
    "email": "an e-mail address",
    "phone": "a phone number",
    "iban": "an account number (IBAN)",
    "card": "a card number",
    "ip": "an IP address",
    "ssn": "a social security number",
    "random": "a token that looks random, like a key",
    "password": "a password",
    "password in a URL": "a password in a URL",
    "private key": "a private key",
}
_GUESSED = ("random", "password")  # what may look like a secret and be none
_WITHDRAW = "withdraw it if it is real; --fix writes [secret]"


def private_findings(examples: Sequence[Example]) -> Iterator[ExampleFinding]:
    """Name each kind once an example, without showing what was found."""
    for example in examples:
        kinds: Counter[tuple[bool, str]] = Counter()
        for message in example.messages:
            places = secrets(message.content)
            kinds.update((True, kind) for _, _, kind in places)
            kinds.update((False, kind) for _, _, kind in _apart(message.content, places))
        for (secret, kind), count in kinds.items():
            told = _WORDS.get(kind, f"a key: {kind}")
            told += f" ({count} times)" if count > 1 else ""
            severity: Severity = "error" if secret and kind not in _GUESSED else "warning"
            fix = _WITHDRAW if secret else f"may it be said to anybody? --fix writes [{kind}]"
            name = "secret" if secret else "personal data"
            yield about(example, severity, name, told, fix=fix, fixable=True)


def without_private(text: str) -> tuple[str, Counter[str]]:
    """Put a placeholder where a secret or personal data stands, and count them by placeholder."""
    counts: Counter[str] = Counter()
    while True:  # what is left of a run of digits may be a number of its own
        hidden = secrets(text)
        places = [(start, end, "secret") for start, end, _ in hidden] + _apart(text, hidden)
        if not places:
            return text, counts
        counts.update(f"[{kind}]" for _, _, kind in places)
        for start, end, kind in sorted(places, reverse=True):
            text = f"{text[:start]}[{kind}]{text[end:]}"


def quoted(text: str, most: int = 60) -> str:
    """Quote the beginning of a text on one line, and nothing private of it."""
    hidden, _ = without_private(" ".join(text[: 10 * most].split()))
    return repr(hidden if len(hidden) <= most else f"{hidden[: most - 1]}…")


def _apart(text: str, hidden: Sequence[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Find personal data outside of the secrets: digits of a key are no phone number."""
    return [
        (start, end, kind)
        for start, end, kind in personal_data(text)
        if all(end <= other or start >= last for other, last, _ in hidden)
    ]
