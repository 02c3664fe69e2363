"""An assistant -> the same one, held to the output rules.

A sentence is held back until it was checked and reviewed together with all that was said before
it, so nothing forbidden is ever sent, not even in two halves. What happens to a sentence that
breaks a rule:

    rewrite    written again once, checked and reviewed; left out when that does not help, or when
               there is no one to rewrite it, as with answers made of quotes
    escalate   left out; the answer goes on and ends with the message, flagged "escalated"
    refuse     the whole answer is withdrawn and replaced by the refusal, flagged "refused"

A refusal is no abstention: the documents may well hold the answer. `Answer.flags` counts the
sentences that broke each rule and never repeats them; passages found (`hits`, `context`) are not
the answer and stay as they are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from sartor.assistants.events import Streaming
from sartor.assistants.rebuilding import Part, Rebuilt, parts
from sartor.assistants.rules import OutputRules, Violation
from sartor.assistants.rules.links import links_in
from sartor.errors import ProviderError
from sartor.protocols import Checker, StreamingAssistant
from sartor.types import (
    Answer,
    Citation,
    Done,
    Event,
    Message,
    Passage,
    Retrieved,
    Sentence,
    Withdrawn,
)

Rewrite = Callable[[str, Sequence[str]], str]  # (sentence, what to do about it) -> sentence

BY_RULE = "said by an output rule"
_QUOTED = ("forbidden_phrases", "personal_data")  # rules that quotes of sources must keep too
_BAD = ("unsupported", "contradicted")


class Guarding(Streaming):
    """Answer with `inner`; say nothing that the rules forbid, and all that they require."""

    def __init__(
        self,
        inner: StreamingAssistant,
        rules: OutputRules,
        *,
        rewrite: Rewrite | None = None,
        checker: Checker | None = None,
    ) -> None:
        self._inner = inner
        self._rules = rules
        self._rewrite = rewrite
        self._checker = checker

    def stream(
        self,
        question: str,
        history: Sequence[Message] = (),
        labels: Sequence[str] | None = (),
        deadline: float | None = None,
    ) -> Iterator[Event]:
        """Answer bit by bit, each sentence after it has passed."""
        guard = _Guard(self._rules, self._rewrite, self._checker, question)
        return guard.events(self._inner.stream(question, history, labels, deadline))


class _Guard:
    """One answer on its way out."""

    def __init__(
        self,
        rules: OutputRules,
        rewrite: Rewrite | None,
        checker: Checker | None,
        question: str,
    ) -> None:
        self._rules = rules
        self._rewrite = rewrite
        self._checker = checker
        self._question = question
        self._out = Rebuilt()
        self._passages: dict[str, Passage] = {}
        self._links: set[str] = set()
        self._fired: Counter[str] = Counter()
        self._refused = self._escalated = self._dropped = False

    def events(self, inner: Iterable[Event]) -> Iterator[Event]:
        """Pass on what may be said; after a refusal only the bill of the answer inside."""
        for event in parts(inner):
            match event:
                case Retrieved():
                    self._passages |= {hit.passage.id: hit.passage for hit in event.hits}
                    yield event
                case Withdrawn():
                    if not self._refused:
                        yield from self._out.withdraw(_safe(self._rules, event.reason))
                case Part():
                    if not self._refused:
                        yield from self._part(event)
                case Done():
                    yield from self._end()
                    yield Done(self._answer(event.answer))

    def _part(self, part: Part) -> Iterator[Event]:
        if not part.text and self._dropped:
            return  # belongs to text that was left out
        self._links |= set(self._cited([part.sentence] if part.sentence else []))
        broken = self._broken(part.text, part.sentence)
        self._fired.update({violation.rule for violation in broken})
        actions = {violation.action for violation in broken}
        self._dropped = False
        if not broken:
            yield from self._keep(part.text, [part.sentence] if part.sentence else [])
        elif "refuse" in actions:
            self._refused = True
            yield from self._out.withdraw("an output rule refuses this answer")
            yield from self._out.say(self._rules.refusal, BY_RULE)
        elif "escalate" in actions:
            self._escalated = True
            self._drop(part.text)
        else:
            yield from self._rewritten(part, broken)

    def _rewritten(self, part: Part, broken: Sequence[Violation]) -> Iterator[Event]:
        text, sentences = self._written_again(part, broken)
        if text and not any(s.support in _BAD for s in sentences) and not self._broken(text):
            lead, trail = _around(part.text)
            yield from self._keep(lead + text + trail, sentences)
        else:
            self._drop(part.text)

    def _written_again(
        self, part: Part, broken: Sequence[Violation]
    ) -> tuple[str, Sequence[Sentence]]:
        """Give the sentence in other words, and what the checker says to them; or nothing."""
        if self._rewrite is None or not part.text.strip():
            return "", ()
        reasons = list(dict.fromkeys(violation.advice for violation in broken))
        try:
            text = self._rewrite(part.text.strip(), reasons).strip()
        except ProviderError:
            return "", ()  # who cannot be reached cannot rewrite
        if self._checker is None or not text:
            return text, [Sentence(text, (), "unchecked", "rewritten for an output rule")]
        passages = list(self._passages.values())
        return text, self._checker.check(text, passages, question=self._question)

    def _broken(self, text: str, sentence: Sentence | None = None) -> tuple[Violation, ...]:
        """Review the text behind all that was said; and the sentence, where it says more."""
        broken = self._rules.review(self._out.preview(text), self._links, since=len(self._out.text))
        if sentence is not None and sentence.text not in text:
            broken += self._rules.review(sentence.text, self._links)
        return broken

    def _keep(self, text: str, sentences: Sequence[Sentence]) -> Iterator[Event]:
        yield from self._out.keep(text, [self._without_bad_quotes(one) for one in sentences])

    def _without_bad_quotes(self, sentence: Sentence) -> Sentence:
        kept = tuple(one for one in sentence.citations if self._may_quote(one))
        if len(kept) == len(sentence.citations):
            return sentence
        return replace(sentence, citations=kept, reason="an output rule hides its source")

    def _may_quote(self, citation: Citation) -> bool:
        broken = self._rules.review(citation.quote)
        return not any(violation.rule in _QUOTED for violation in broken)

    def _drop(self, text: str) -> None:
        self._dropped = True
        self._out.drop(text)

    def _end(self) -> Iterator[Event]:
        if self._escalated and not self._refused:
            yield from self._out.say(self._rules.escalation, BY_RULE)
        elif not self._out.text and self._fired:
            self._refused = True
            yield from self._out.say(self._rules.refusal, BY_RULE)
        for disclaimer in self._rules.missing(self._out.text):
            yield from self._out.say(disclaimer, BY_RULE)

    def _cited(self, sentences: Iterable[Sentence]) -> Iterator[str]:
        """Name what may be linked to: cited sources, and what their cited passages link to."""
        for citation in (one for sentence in sentences for one in sentence.citations):
            yield from (citation.document_id, citation.source)
            passage = self._passages.get(citation.passage_id)
            yield from links_in(passage.text if passage else citation.quote)

    def _answer(self, inner: Answer) -> Answer:
        flags = [f"{rule}: {count}" for rule, count in sorted(self._fired.items())]
        flags += ["refused"] * self._refused
        flags += ["escalated"] * (self._escalated and not self._refused)
        notes = tuple(_safe(self._rules, note) for note in inner.notes)
        abstained = inner.abstained and not self._refused
        return self._out.answer(
            inner, flags=(*inner.flags, *flags), notes=notes, abstained=abstained
        )


def _around(text: str) -> tuple[str, str]:
    """Give the white space before and after a text."""
    body = text.strip()
    before, _, after = text.partition(body)
    return before, after


def _safe(rules: OutputRules, text: str) -> str:
    """Give a remark about an answer, unless it repeats what may not be said."""
    broken = rules.review(text)
    return text if not any(one.rule in _QUOTED for one in broken) else "see the output rules"
