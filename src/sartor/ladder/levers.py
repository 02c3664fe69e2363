"""Where answers were lost -> what to do about it, in the order of what it would bring.

In go a scorecard with its gains and how it stands to a bar; out come sentences, each with the
figure that speaks for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sartor.evaluation.reporting.figures import points
from sartor.ladder.standings import Standing
from sartor.types import Scorecard, Stage

SHOWN_GAINS = 4
MOST_MORE = 2_000  # further questions: nobody writes more to prove a figure

WRITING = "Take a model, or a better one, or word the prompt otherwise: sartor prompt init"
LEVERS: dict[Stage, str] = {
    "not in the documents": "Add the documents that hold the answers: sartor add PATH",
    "not read": (
        "Check what these questions expect; then how the files were read: sartor show DOCUMENT"
    ),
    "cut by splitting": "Split otherwise: splitting.size, splitting.overlap, then sartor sync",
    "not retrieved": (
        "Search better: splitting.size, search.k and ask.passages, search.weight, another embedder"
    ),
    "packed out": "Let more of what is found into the prompt: ask.context_tokens, ask.per_document",
    "in context, unused": WRITING,
    "used but wrong": WRITING,
    "right but uncited": "Ask for citations in the prompt, and set ask.unsupported",
    "right but wrong format": "Show examples of the format, and state the schema in the prompt",
    "right but wrong style": "Show examples of your own voice: examples.jsonl",
    "should have abstained": "Let it say nothing when it is less sure: sartor calibrate QUESTIONS",
    "no answer": "Look at why these questions failed: sartor runs show",
    "unknown": "Write down where the answers stand (evidence), so that the loss can be traced",
}
READING: dict[Stage, str] = {
    "not retrieved": "It was shown no documents: take a rung that is, such as rag",
}
ROOMS = {
    "format": LEVERS["right but wrong format"],
    "style": LEVERS["right but wrong style"],
    "citations": LEVERS["right but uncited"],
    "latency": "Take a quicker model, or fewer passages and searches: ask.passages, ask.max_steps",
    "cost": "Take a cheaper model, or send fewer tokens: ask.context_tokens, ask.examples",
    "rules": "State the rule in the prompt, and in [policy]",
}


def next_steps(
    name: str | None,
    card: Scorecard | None,
    standings: Sequence[Standing],
    missing: Mapping[str, str],
) -> tuple[str, ...]:
    """Order what to do next about a rung, and which others could still be measured."""
    unmet = [one for one in standings if one.status not in ("proved", "likely")]
    return (
        *_bars(unmet),
        *(_gains(name, card) if name and card else ()),
        *_proofs(standings),
        *(f"Measure {', '.join(names)} too: {why}." for why, names in by_reason(missing).items()),
    )


def by_reason(missing: Mapping[str, str]) -> dict[str, list[str]]:
    """Gather what is missing for the same reason."""
    found: dict[str, list[str]] = {}
    for name, why in missing.items():
        found.setdefault(why, []).append(name)
    return found


def _bars(unmet: Sequence[Standing]) -> Iterator[str]:
    """Name a lever for each requirement that is not about being right: those have their gains."""
    for one in unmet:
        room = one.requirement.metric.partition(".")[0]
        if room in ROOMS:
            yield f"{one.requirement.text} is {one.status} ({one.reason}). {ROOMS[room]}."


def _gains(name: str, card: Scorecard) -> Iterator[str]:
    """Name the lever for each stage where answers were lost, the one that brings most first."""
    searches = any(metric.startswith("retrieval.") for metric in card.measurements)
    levers = LEVERS if searches else LEVERS | READING
    ordered = sorted(card.gains, key=lambda one: (-one.gain.mean, -one.lost))
    for one in ordered[:SHOWN_GAINS]:
        if one.lost:
            counted = f"{one.lost} question{'' if one.lost == 1 else 's'} of {name} lost"
            worth = f"{points(one.gain)}: " if one.gain.high > 0 else ""
            yield f"{worth}{counted} as {one.stage!r}. {levers[one.stage]}."


def _proofs(standings: Sequence[Standing]) -> Iterator[str]:
    """Say how many questions would prove all that is likely, were the estimates true."""
    open_yet = {
        one.requirement.text: one.more for one in standings if one.more and one.more <= MOST_MORE
    }
    if open_yet:
        yield (
            f"About {max(open_yet.values()):,} further questions would prove "
            f"{', '.join(open_yet)}, were the estimates true: sartor questions make."
        )
