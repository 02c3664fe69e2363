"""Examples of a task in, what to measure on it out, each with the reason why it was chosen.

`format`: the form that the targets share. `cited` and `abstains`: what is answered from passages.
`exact`: the target itself. `f1`: its words. `style`: its letters in groups of three, for
conversations that have no single right answer. Each says how good a text is for an example, from 0
to 1, and knows no model.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from statistics import median

from sartor.tuning.guard.forms import Form, Json, Labels, read_json
from sartor.tuning.guard.learning import given_form, learn_form
from sartor.tuning.guard.reading import abstains, cites, most_cite
from sartor.types import Chosen, Example

SHORT = 8  # words up to which a target is an answer that can be met exactly
GRAM = 3  # letters
_WORD = re.compile(r"\w+|[^\w\s]")
_BLANK = re.compile(r"\s+")

Grams = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class TaskMeasure:
    """One measure of a task. `form` is what `format` looks for, None for all others."""

    name: str
    reason: str
    judge: Callable[[Example, str], float | None]
    form: Form | None = None

    def score(self, example: Example, written: str) -> float | None:
        """Say how good a text is for an example; None where that example does not show it."""
        return self.judge(example, written) if example.target.strip() else None


def choose_measures(
    examples: Sequence[Example], *, schema: Mapping[str, object] | None = None, pattern: str = ""
) -> tuple[TaskMeasure, ...]:
    """Choose by looking at the targets; a schema or pattern of the user's own wins.

    Examples that were mixed in from elsewhere (tag "replay") show nothing about the task.
    """
    own = [one for one in examples if "replay" not in one.tags and one.target.strip()]
    if not own:
        return ()
    form = given_form(schema, pattern) or learn_form([one.target for one in own])
    return tuple(_chosen(own, form))


def _chosen(examples: Sequence[Example], form: Chosen[Form] | None) -> Iterator[TaskMeasure]:
    targets = [one.target for one in examples]
    kind = form.value if form else None
    words = median(len(target.split()) for target in targets)
    if form:
        yield TaskMeasure("format", form.reason, _follows(form.value), form.value)
    if most_cite(examples):
        yield TaskMeasure("cited", "the passages that it cites, as most targets do", cites)
        yield TaskMeasure("abstains", "that it does not know, where its target says so", abstains)
    if isinstance(kind, Json):
        yield TaskMeasure("exact", "the values of the JSON, which are right or wrong", _same_values)
    elif isinstance(kind, Labels):
        yield TaskMeasure("exact", "the label, which is right or wrong", _same_text)
        return
    elif words <= SHORT:
        why = f"the very words: targets are short ({words:.0f} words)"
        yield TaskMeasure("exact", why, _same_text)
    yield TaskMeasure("f1", "the words of the target: counts what is partly right", _word_f1)
    if not isinstance(kind, Json) and words > SHORT:
        why = f"how it is said: targets are whole sentences ({words:.0f} words)"
        yield TaskMeasure("style", why, _style(targets))


# --- the measures -----------------------------------------------------------------------------


def _follows(form: Form) -> Callable[[Example, str], float]:
    return lambda _, written: float(form.follows(written))


def _same_text(example: Example, written: str) -> float:
    return float(_squeezed(written) == _squeezed(example.target))


def _same_values(example: Example, written: str) -> float:
    """Compare as JSON, in which blanks and the order of keys say nothing."""
    try:
        return float(read_json(written) == read_json(example.target))
    except ValueError:
        return _same_text(example, written)


def _word_f1(example: Example, written: str) -> float:
    """Weigh the share of its words that are right against the share of the right ones it has."""
    ours, theirs = _words(written), _words(example.target)
    common = (ours & theirs).total()
    return 2 * common / (ours.total() + theirs.total()) if common else 0.0


def _style(targets: Sequence[str]) -> Callable[[Example, str], float]:
    """Compare with all targets together, so that it is the manner and not the matter that counts.

    Plain prose of the same language has about half of it already: read the change, not the value.
    """
    usual = grams("\n".join(targets))
    return lambda _, written: likeness(grams(written), usual)


def grams(text: str) -> Grams:
    """Count groups of three letters, damped, so that rare ones tell something too."""
    spaced = f" {_squeezed(text).casefold()} "
    counted = Counter(spaced[at : at + GRAM] for at in range(len(spaced) - GRAM + 1))
    return {gram: sqrt(count) for gram, count in counted.items()}


def likeness(left: Grams, right: Grams) -> float:
    """Return the cosine of two counts: 0 nothing in common, 1 the same."""
    small, large = sorted((left, right), key=len)
    common = sum(weight * large.get(gram, 0.0) for gram, weight in small.items())
    length = sqrt(sum(w * w for w in left.values()) * sum(w * w for w in right.values()))
    return min(1.0, common / length) if length else 0.0


def _words(text: str) -> Counter[str]:
    return Counter(_WORD.findall(text.casefold()))


def _squeezed(text: str) -> str:
    return _BLANK.sub(" ", text).strip()
