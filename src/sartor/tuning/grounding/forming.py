"""Examples of the user's own -> the form that their answers have, to write others in it.

Answers that are JSON objects with the same keys have a form that can be filled in: one key holds
what is said, one may hold numbers of sources, the others say what they say most often. Anything
else is a manner, which only the examples themselves can teach. It knows no passages.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import fmean
from typing import Any

from sartor.types import Example

SHARED = 0.9  # of the answers have the same keys, at least
MOST_SPELLINGS = 50  # answers that show how the JSON is laid out

Write = Callable[[Mapping[str, Any]], str]
SPELLINGS: tuple[Write, ...] = (
    lambda row: json.dumps(row, ensure_ascii=False),
    lambda row: json.dumps(row, ensure_ascii=False, separators=(",", ":")),
    lambda row: json.dumps(row, ensure_ascii=False, indent=2),
    lambda row: json.dumps(row, ensure_ascii=False, indent=4),
    json.dumps,
)


@dataclass(frozen=True, slots=True)
class ObjectForm:
    """JSON objects: `said` is the key of the answer, `sources` that of numbers, if there is one.

    `template` holds every key in its order, with what answers say most often under it: nothing in
    passages tells what else to write there.
    """

    said: str
    template: Mapping[str, Any]
    sources: str = ""
    spelling: Write = field(default=SPELLINGS[0], compare=False)

    def __call__(self, answer: str, numbers: Sequence[int]) -> str:
        """Write an answer, numbers in square brackets behind its sentences, in this form."""
        filled = {**self.template, self.said: answer}
        if self.sources:
            filled[self.sources] = list(numbers)
        return self.spelling(filled)

    def answer(self, target: str) -> str:
        """Read what an answer of this form says; "" where it has another."""
        row = _object(target)
        said = row.get(self.said) if row else None
        return said if isinstance(said, str) else ""


def form_of(examples: Iterable[Example]) -> ObjectForm | None:
    """Find the form that the answers share; None: they have none that could be filled in."""
    targets = [example.target for example in examples]
    rows = [row for target in targets if (row := _object(target))]
    keys = Counter(tuple(row) for row in rows).most_common(1)
    if not keys or keys[0][1] < SHARED * len(targets):
        return None
    alike = [row for row in rows if tuple(row) == keys[0][0]]
    said = _longest(alike)
    if not said:
        return None
    sources = next((key for key in keys[0][0] if key != said and _numbers(alike, key)), "")
    return ObjectForm(
        said=said,
        template={key: _usual([row[key] for row in alike]) for key in keys[0][0]},
        sources=sources,
        spelling=_spelling(targets),
    )


def _object(text: str) -> dict[str, Any] | None:
    try:
        row = json.loads(text)
    except ValueError:
        return None
    return row if isinstance(row, dict) else None


def _longest(rows: Sequence[Mapping[str, Any]]) -> str:
    """Choose the key under which most is said: texts that differ from answer to answer."""
    found = {}
    for key in rows[0]:
        texts = [row[key] for row in rows]
        if all(isinstance(text, str) for text in texts) and _differ(texts):
            found[key] = fmean(map(len, texts))
    return max(found, key=lambda key: found[key], default="")


def _differ(texts: Sequence[str]) -> bool:
    return len(texts) == 1 or len(set(texts)) > 1


def _numbers(rows: Sequence[Mapping[str, Any]], key: str) -> bool:
    """Tell whether a key holds lists of numbers, as sources are named."""
    values = [row[key] for row in rows]
    return all(
        isinstance(value, list) and all(type(one) is int for one in value) for value in values
    )


def _usual(values: Sequence[Any]) -> Any:  # noqa: ANN401  # whatever JSON holds
    """Give what answers say most often under a key."""
    spelled = Counter(json.dumps(value, sort_keys=True) for value in values)
    return json.loads(spelled.most_common(1)[0][0])


def _spelling(targets: Sequence[str]) -> Write:
    """Choose how the objects are laid out: as it gives most of the answers back to the letter."""
    shown = [(row, one) for one in targets[:MOST_SPELLINGS] if (row := _object(one))]
    return max(SPELLINGS, key=lambda write: sum(write(row) == one for row, one in shown))
