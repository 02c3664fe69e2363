"""What is known of a project -> the classic mistakes that it makes or is about to make.

Each comes with the figure that speaks for it. What is not known is no mistake. It measures nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from sartor.ladder.findings import Mistake
from sartor.ladder.situation import Situation

CHANGING = 0.05  # share of documents that change in a month: half of them do within a year
MANY_FACTS = 0.1  # share of examples that state facts which change
LEAST_EXAMPLES, ENOUGH_EXAMPLES = 500, 1_000
LEAST_QUESTIONS = 30  # fewer leave an interval of more than 30 points
LARGEST, SMALLEST = 1_000, 20  # tokens of a passage
CUT = 3  # passages a document from which on it was cut, and is not short by itself
FITS_CONTEXT = 100_000  # tokens of all documents


def find_mistakes(situation: Situation) -> tuple[Mistake, ...]:
    """Name the classic mistakes of a project, those that spoil most first."""
    finders = (_unmeasured, _leaked, _facts, _first, _few, _context, _passages, _inventions)
    return tuple(mistake for find in finders for mistake in find(situation))


def _unmeasured(known: Situation) -> Iterator[Mistake]:
    if known.questions >= LEAST_QUESTIONS or not (known.documents or known.examples):
        return
    yield Mistake(
        "no evaluation set" if not known.questions else "hardly any test questions",
        f"{known.questions or 'no'} test questions; under {LEAST_QUESTIONS} no two systems can be "
        "told apart, and whatever is chosen is chosen by taste",
        "write down real questions: sartor questions make, then sartor questions review",
        "G3 G4",
    )


def _leaked(known: Situation) -> Iterator[Mistake]:
    if known.examples_leaked:
        yield Mistake(
            "questions leaked into the examples",
            f"{known.examples_leaked:,} of {known.questions:,} test questions stand in the "
            "examples, so that whatever has seen them looks better than it is",
            "take them out: sartor tune check --fix CLEANED.jsonl",
            "ours",
        )


def _facts(known: Situation) -> Iterator[Mistake]:
    """Find tuning that would put facts into weights which do not stay true."""
    if not known.examples or not known.examples_state_facts:
        return
    share, moving = known.examples_state_facts / known.examples, known.changes_per_month or 0.0
    if share >= MANY_FACTS or moving >= CHANGING:
        seen = (
            f"; {moving:.0%} of the documents change in a month (seen over "
            f"{known.days_watched:.0f} days)"
            if known.changes_per_month is not None
            else ""
        )
        yield Mistake(
            "tuning to inject facts that change",
            f"{known.examples_state_facts:,} of {known.examples:,} examples state prices, versions "
            f"or dates{seen}",
            "leave facts to retrieval: sartor tune ground makes examples that quote what is found",
            "G3 G4",
        )


def _first(known: Situation) -> Iterator[Mistake]:
    if known.adapters and known.runs == 0:
        yield Mistake(
            "tuning first",
            f"{_count(known.adapters, 'adapter')} trained, and nothing measured yet that would "
            "show that prompt and retrieval fall short",
            "measure the rungs below: sartor climb",
            "G3 G4",
        )


def _few(known: Situation) -> Iterator[Mistake]:
    if 0 < known.examples_learnable < LEAST_EXAMPLES:
        yield Mistake(
            "too few examples to tune",
            f"{_count(known.examples_learnable, 'example')} can be learned from; guides name "
            f"{LEAST_EXAMPLES:,} (G4) to {ENOUGH_EXAMPLES:,} (G2) as the least",
            "show them in the prompt (few-shot); sartor tune curve says whether more would help",
            "G2 G4",
        )


def _context(known: Situation) -> Iterator[Mistake]:
    room = min(FITS_CONTEXT, known.window or 0)
    if known.tokens and known.tokens < room:
        yield Mistake(
            "retrieval where everything fits the context",
            f"about {known.tokens:,} tokens in all documents; the model sees {known.window:,}",
            "measure both: sartor climb --rung long-context --rung rag",
            "G4",
        )


def _passages(known: Situation) -> Iterator[Mistake]:
    middle, long = known.passage_tokens.get(0.5), known.passage_tokens.get(0.95)
    if long and long > LARGEST:
        yield Mistake(
            "passages too large",
            f"one passage in twenty has more than {long:,.0f} tokens, which dilutes what is found; "
            "guides cut at 500 to 1,000 (G0) or 512 (G1)",
            "set splitting.size lower, then sartor sync",
            "G0 G1 G4",
        )
    if middle and middle < SMALLEST and known.passages >= CUT * known.documents:
        yield Mistake(
            "passages too small",
            f"half of the passages have fewer than {middle:,.0f} tokens, and so no context",
            "set splitting.size higher, then sartor sync",
            "G4",
        )


def _inventions(known: Situation) -> Iterator[Mistake]:
    if known.questions >= LEAST_QUESTIONS and not known.unanswerable:
        yield Mistake(
            "inventions are not tested",
            f"each of the {known.questions:,} test questions has an answer; retrieval does not end "
            "inventions, and only a question without an answer shows them",
            'add questions that the documents do not answer: {"question": "...", '
            '"answerable": false}',
            "G0",
        )


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
