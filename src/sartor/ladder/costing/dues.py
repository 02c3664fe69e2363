"""What a rung takes besides its answers: storage, embedding, training, people.

Each is a `Due`: dollars at the start, each month, and for each question, with the arithmetic in
words. None is unknown, never zero.
"""

from __future__ import annotations

from dataclasses import dataclass

from sartor.evaluation.reporting.figures import figure

GIGABYTE = 1_000_000_000
MILLION = 1_000_000
CENT = 0.01
DAYS = 365 / 12  # a month


@dataclass(frozen=True, slots=True)
class Due:
    """One thing to be paid for. `start` is paid before the first question.

    What `start` pays for is spread over the months where `monthly` says so (training), and is
    never to be added to them.
    """

    name: str
    monthly: float | None
    reason: str
    start: float | None = 0.0
    per_question: float = 0.0


def storage(stored: int, per_gigabyte: float) -> Due:
    """Price the bytes that ledger and index take."""
    gigabytes = stored / GIGABYTE
    told = f"{gigabytes:,.1f} GB" if gigabytes >= 1 else f"{1000 * gigabytes:,.1f} MB"
    reason = f"{told} at {money(per_gigabyte)} a GB"
    return Due("storage", gigabytes * per_gigabyte, reason)


def embedding(
    tokens: float, changes: float | None, per_million: float | None, question_tokens: float
) -> Due:
    """Price embedding all documents at the start, then what changes of them, and every question.

    `tokens` counts those of all documents, `changes` how often a document changes in a month.
    """
    if per_million is None:
        return Due("embedding", None, "what the endpoint charges for embedding is not known", None)
    start, each = tokens / MILLION * per_million, question_tokens / MILLION * per_million
    if changes is None and per_million:
        return Due("embedding", None, "how often documents change is not known", start, each)
    changed = tokens * (changes or 0.0)
    reason = (
        f"{changed:,.0f} tokens of changed documents, and {question_tokens:,.0f} of each question, "
        f"at {money(per_million)} a million"
    )
    return Due("embedding", changed / MILLION * per_million, reason, start, each)


def training(each: float | None, months: float, reason: str) -> Due:
    """Spread the dollars of one training over the months until the next."""
    if each is None:
        return Due("training", None, reason, None)
    until = f"{months:.2g} months" if months >= 1 else f"{months * DAYS:.2g} days"
    told = f"{money(each)} ({reason}), again after {until}"
    return Due("training", each / months, told, each)


def trained_again(most: float, stale_at: float, changes: float | None) -> float:
    """Say how many months an adapter serves that was trained on passages of the documents.

    Until a share of them, `stale_at`, has changed; `most` months at most, and where nobody knows
    how often documents change.
    """
    return min(most, stale_at / changes) if changes else most


def labour(hours: float, per_hour: float, reason: str, *, start: float = 0.0) -> Due:
    """Price the hours that people spend in a month; `start` are hours before the first question."""
    told = f"{hours:,.3g} hours a month at {money(per_hour)}: {reason}"
    return Due("labour", hours * per_hour, told, start * per_hour)


def money(dollars: float) -> str:
    """Write dollars so that small sums stay visible."""
    return f"${dollars:,.2f}" if dollars >= CENT else figure("cost.month", dollars)
