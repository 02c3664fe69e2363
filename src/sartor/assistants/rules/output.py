"""Settings -> the rules of the output, and a text -> what breaks them.

Knows nothing about streams or what is done with a violation.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Self, get_args

from sartor.assistants.rules.disclaimers import missing
from sartor.assistants.rules.finding import Rule, Violation
from sartor.assistants.rules.links import LinkPolicy, Links
from sartor.assistants.rules.personal_data import PersonalData
from sartor.assistants.rules.phrases import Phrases, has_words
from sartor.assistants.rules.topics import Similarity, Topics
from sartor.config.sections import Action, PolicySettings
from sartor.errors import ConfigError, nearest
from sartor.text.personal_data import KINDS

_ACTIONS = get_args(Action)
_LISTS = ("forbidden_phrases", "forbidden_topics", "disclaimers", "personal_data")


@dataclass(frozen=True, slots=True)
class OutputRules:
    """What answers may never say, what they must say, and what is said instead."""

    rules: tuple[Rule, ...]
    disclaimers: tuple[str, ...] = ()
    refusal: str = ""
    escalation: str = ""

    @classmethod
    def of(cls, settings: PolicySettings, similarity: Similarity | None = None) -> Self:
        """Build the rules that `[policy]` asks for; all its mistakes are one `ConfigError`."""
        if mistakes := list(_mistakes(settings)):
            raise ConfigError("[policy] " + "; ".join(mistakes), "correct it in sartor.toml")
        rules = cls(
            tuple(_rules(settings, similarity)),
            settings.disclaimers,
            settings.refusal,
            settings.escalation,
        )
        rules._refuse_own_texts(settings)
        return rules

    def review(
        self, text: str, allowed_links: Collection[str] = (), *, since: int = 0
    ) -> tuple[Violation, ...]:
        """Say what breaks the rules in `text`, as far as it reaches beyond character `since`."""
        return tuple(
            Violation(rule.name, text[found.start : found.end], rule.action, found.advice)
            for rule in self.rules
            for found in rule.find(text, since=since, allowed_links=allowed_links)
        )

    def missing(self, text: str) -> tuple[str, ...]:
        """Give the disclaimers that the text does not hold yet."""
        return missing(self.disclaimers, text)

    def _refuse_own_texts(self, settings: PolicySettings) -> None:
        phrases = Phrases(settings.forbidden_phrases, "refuse")
        for name, text in (
            ("refusal", self.refusal),
            ("escalation", self.escalation),
            *(("disclaimers", text) for text in self.disclaimers),
        ):
            if phrases.find(text, since=0, allowed_links=()):
                raise ConfigError(
                    f"[policy] {name} holds a forbidden phrase: {text!r}",
                    "word it differently in sartor.toml",
                )


def _rules(settings: PolicySettings, similarity: Similarity | None) -> Iterator[Rule]:
    if settings.forbidden_phrases:
        yield Phrases(settings.forbidden_phrases, settings.forbidden_phrases_action)
    if settings.forbidden_topics:
        yield Topics(settings.forbidden_topics, settings.forbidden_topics_action, similarity)
    if settings.personal_data:
        yield PersonalData(settings.personal_data, settings.personal_data_action)
    yield Links(settings.links, settings.links_action)


def _mistakes(settings: PolicySettings) -> Iterator[str]:
    for name in _LISTS:
        yield from _mistakes_in_list(name, getattr(settings, name))
    if settings.links not in get_args(LinkPolicy):
        yield f"links is {settings.links!r}; expected cited, all or none"
    for rule in ("forbidden_phrases", "forbidden_topics", "personal_data", "links"):
        action = getattr(settings, f"{rule}_action")
        if action not in _ACTIONS:
            yield f"{rule}_action is {action!r}; expected {', '.join(_ACTIONS)}"
    for name in ("refusal", "escalation"):
        if not getattr(settings, name).strip():
            yield f"{name} is empty; expected what is said then"


def _mistakes_in_list(name: str, entries: str | Sequence[str]) -> Iterator[str]:
    if isinstance(entries, str):
        yield f"{name} is one text; expected a list of texts"
        return
    for entry in entries:
        if not has_words(entry):
            yield f"{name} has the entry {entry!r}, in which there is nothing to search for"
        elif name == "personal_data" and entry not in KINDS:
            yield f"{name} has {entry!r}; expected {', '.join(KINDS)}{nearest(entry, KINDS)}"
