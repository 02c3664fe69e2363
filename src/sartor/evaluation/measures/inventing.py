"""An answer and the context it was given -> is anything in it invented?

Sentences by the checker's word; numbers and names by looking for them. What the question says is
given too. Without a context nothing is measured: a closed book is not unfaithful.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sartor.evaluation.asked import Asked
from sartor.evaluation.measures.amounts import of_a_date
from sartor.evaluation.measures.checked import LONGEST, checked
from sartor.evaluation.measures.citing import judged, share
from sartor.evaluation.measures.facts import stems
from sartor.evaluation.measures.value import Value
from sartor.evaluation.measures.words import words
from sartor.protocols import Checker
from sartor.text.dates import agree as dates_agree
from sartor.text.dates import dates
from sartor.text.function_words import FUNCTION_WORDS
from sartor.text.languages import detect
from sartor.text.names import Name, names
from sartor.text.numbers import agree, quantities
from sartor.text.sentences import sentences
from sartor.types import Answer

# Numbers of citations and of list items count nothing.
_MARKS = re.compile(r"\[\d+(?:\s*[,–-]\s*\d+)*\]|^\s*\(?\d{1,3}[.)]\s", re.MULTILINE)  # noqa: RUF001


def faithfulness(asked: Asked, checker: Checker | None) -> Iterator[Value]:
    """Give each measure of what an answer adds to its context."""
    answer = asked.answer
    if answer is None:
        return
    texts = [passage.text for passage in answer.context]
    found = judged(answer.sentences)
    if not found and checker:
        found = judged(checked(checker, answer.text, texts, asked.question.text))
    if found:
        supported = [sentence.support == "supported" for sentence in found]
        yield Value("faithfulness.supported", share(supported))
    if any(text.strip() for text in texts):
        given = _given(asked, answer)
        text = _MARKS.sub(" ", answer.text[:LONGEST])
        yield _verdict("faithfulness.numbers", invented_number(text, given))
        yield _verdict("faithfulness.names", invented_name(text, given))


def invented_number(text: str, given: str) -> str:
    """Name the first number or date of a text that is not given; empty when all are."""
    days = [day for day in dates(text) if day.month is not None]
    new_days = [day for day in days if not _written(text[day.start : day.end], given)]
    known_days = dates(given) if new_days else []
    for day in new_days:
        if not any(dates_agree(day, one) for one in known_days):
            return text[day.start : day.end]
    new = [
        number
        for number in quantities(text)
        if (number.digits or number.unit)  # "one of them" counts nothing
        and not of_a_date(number, days)
        and not _written(text[number.start : number.end], given)
    ]
    known = quantities(given) if new else []
    lost = (one for one in new if not any(agree(one, other) for other in known))
    return next((text[one.start : one.end] for one in lost), "")


def invented_name(text: str, given: str) -> str:
    """Name the first name of a text that is not given; empty when all are."""
    language = detect(text) or "en"
    small = FUNCTION_WORDS.get(language, frozenset())
    unknown = [
        name
        for start, end in sentences(text)
        for name in names(text[start:end], small=small, nouns_capital=language == "de")
        if name.text not in given
    ]
    known = stems(given) | set(words(given).split()) if unknown else frozenset()
    return next((name.text for name in unknown if not _known(name, known)), "")


def _known(name: Name, known: frozenset[str]) -> bool:
    """Tell a name whose last word, and at least half of whose words, are known."""
    found = [word in known or (bool(stems(word)) and stems(word) <= known) for word in name.words]
    return not found or (found[-1] and share(found) >= 0.5)


def _written(piece: str, given: str) -> bool:
    return re.search(rf"(?<![\w.,]){re.escape(piece)}(?!\w)", given) is not None


def _given(asked: Asked, answer: Answer) -> str:
    said: Sequence[str] = [
        asked.question.text,
        *(message.content for message in asked.question.history),
        *(heading for passage in answer.context for heading in passage.headings),
        *(passage.text for passage in answer.context),
    ]
    return "\n".join(said)


def _verdict(metric: str, invented: str) -> Value:
    return Value(metric, float(not invented), f"{invented[:80]!r} is not given" if invented else "")
