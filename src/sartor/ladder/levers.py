"""Where answers were lost -> what to do about it, in the order of what it would bring.

In go a scorecard with its gains, how it stands to a bar, and what else was tried; out come
sentences, each with the figure that speaks for it. Lost facts never lead to training: documents
change, and what was learned stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sartor.evaluation.reporting.figures import change, points
from sartor.evaluation.statistics import compare
from sartor.ladder.forming import PROMPTING, Tried
from sartor.ladder.racing import scores_of
from sartor.ladder.standings import STATUSES, Standing
from sartor.ladder.verdict import lower_is_better
from sartor.types import Gain, Scorecard, Stage

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
    "right but wrong format": PROMPTING["format"],
    "right but wrong style": PROMPTING["style"],
    "should have abstained": "Let it say nothing when it is less sure: sartor calibrate QUESTIONS",
    "no answer": "Look at why these questions failed: sartor runs show",
    "unknown": "Write down where the answers stand (evidence), so that the loss can be traced",
}
IN_BAR = "Put that into the bar, and the cheapest rung that meets all of it is chosen"
FORMS: dict[Stage, str] = {
    "right but wrong format": "format",
    "right but wrong style": "style",
}
READING: dict[Stage, str] = {
    "not retrieved": "It was shown no documents: take a rung that is, such as rag",
}
ROOMS = {
    "citations": LEVERS["right but uncited"],
    "latency": "Take a quicker model, or fewer passages and searches: ask.passages, ask.max_steps",
    "cost": "Take a cheaper model, or send fewer tokens: ask.context_tokens, ask.examples",
    "rules": "State the rule in the prompt, and in [policy]",
}


def next_steps(
    name: str | None,
    cards: Mapping[str, Scorecard],
    standings: Sequence[Standing],
    tried: Tried,
) -> tuple[str, ...]:
    """Order what to do next about a rung, and which others could still be measured."""
    unmet = [one for one in standings if one.status not in ("proved", "likely")]
    gains = cards[name].gains if name else ()
    forms = {_room(one) for one in unmet} | {FORMS.get(one.stage) for one in gains if one.lost}
    missing = {
        rung: why
        for rung, why in tried.missing.items()
        if not tried.trains(rung) or forms & PROMPTING.keys()
    }
    return (
        *(_bars(name, cards, unmet, tried) if name else ()),
        *(_gains(name, cards, unmet, tried) if name else ()),
        *_proofs(standings),
        *(f"Measure {', '.join(names)} too: {why}." for why, names in by_reason(missing).items()),
    )


def by_reason(missing: Mapping[str, str]) -> dict[str, list[str]]:
    """Gather what is missing for the same reason."""
    found: dict[str, list[str]] = {}
    for name, why in missing.items():
        found.setdefault(why, []).append(name)
    return found


def _room(standing: Standing) -> str:
    return standing.requirement.metric.partition(".")[0]


def _bars(
    name: str, cards: Mapping[str, Scorecard], unmet: Sequence[Standing], tried: Tried
) -> Iterator[str]:
    """Name a lever for each requirement, the worst first; being right has its gains."""
    for one in sorted(unmet, key=lambda one: (-STATUSES.index(one.status), -one.shortfall)):
        room = _room(one)
        lever = tried.lever(room, name) if room in PROMPTING else ROOMS.get(room)
        if one.status == "unmeasured":
            lever = "Make it measurable first"
        if lever:
            told = f"{one.requirement.text} is {one.status} ({one.reason})."
            yield f"{told} {_ahead(one.requirement.metric, name, cards)}{lever}."


def _ahead(metric: str, name: str, cards: Mapping[str, Scorecard]) -> str:
    """Name the rung that is furthest ahead in a measure, where chance is ruled out."""
    own = scores_of(cards[name], metric)
    found = [
        (other, compare(metric, scores, own, lower_is_better=lower_is_better(metric)))
        for other, card in cards.items()
        if (scores := scores_of(card, metric)).keys() & own.keys()
    ]
    ahead = [(other, one.difference) for other, one in found if one.outcome == "better"]
    if not ahead:
        return ""
    other, difference = max(ahead, key=lambda one: abs(one[1].mean))
    return f"{other} is ahead there, {change(difference)}. "


def _gains(
    name: str, cards: Mapping[str, Scorecard], unmet: Sequence[Standing], tried: Tried
) -> Iterator[str]:
    """Name the lever for each stage where answers were lost, the one that brings most first."""
    told = {_room(one) for one in unmet}
    lost = [one for one in cards[name].gains if one.lost and FORMS.get(one.stage) not in told]
    for one in sorted(lost, key=lambda one: (-one.gain.mean, -one.lost))[:SHOWN_GAINS]:
        counted = f"{one.lost} question{'' if one.lost == 1 else 's'} of {name} lost"
        worth = f"{points(one.gain)}: " if one.gain.high > 0 else ""
        yield f"{worth}{counted} as {one.stage!r}. {_lever(one, name, cards, tried)}."


def _lever(gain: Gain, name: str, cards: Mapping[str, Scorecard], tried: Tried) -> str:
    if form := FORMS.get(gain.stage):
        ahead = _ahead(gain.gain.metric, name, cards)
        return f"{ahead}{IN_BAR}" if ahead else tried.lever(form, name)
    searches = any(metric.startswith("retrieval.") for metric in cards[name].measurements)
    return LEVERS[gain.stage] if searches else (LEVERS | READING)[gain.stage]


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
