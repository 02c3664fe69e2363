"""Example conversations, and the adapters that are trained on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from sartor.types.answers import Message
from sartor.types.plain import Measurement

MethodName = Literal["lora", "qlora", "bottleneck", "full"]
Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True)
class Rests:
    """A passage that an example was made from: only when its text changes is the example stale.

    `answers`: what is asked stands in it, whether the prompt shows it or lacks it on purpose.
    """

    passage_id: str
    document_id: str
    text_hash: str
    answers: bool = False


@dataclass(frozen=True, slots=True)
class Example:
    """One conversation that shows what the model should say: every assistant turn is a target.

    `source` is where it stands, as "file:line"; `weight` how much its loss counts; `rests_on` the
    passages it was made from, where it was; `tags` name what it is for ("replay", "grounded").
    """

    messages: tuple[Message, ...]
    source: str = ""
    weight: float = 1.0
    rests_on: tuple[Rests, ...] = ()
    tags: tuple[str, ...] = ()

    @property
    def prompt(self) -> tuple[Message, ...]:
        """Everything before the last assistant turn: what the model is asked."""
        return self.messages[:-1]

    @property
    def question(self) -> str:
        """What the user asked last."""
        return next((one.content for one in reversed(self.messages) if one.role == "user"), "")

    @property
    def target(self) -> str:
        """The last assistant turn."""
        return self.messages[-1].content


@dataclass(frozen=True, slots=True)
class ExampleFinding:
    """Something about a file of examples that its owner should know.

    `line` is None where it concerns the whole file; `item` is the number of the example where a
    line holds several, as a JSON list may. `fix` says what to do, `fixable` that
    `sartor tune check --fix` does it.
    """

    severity: Severity
    kind: str
    message: str
    line: int | None = None
    fix: str = ""
    fixable: bool = False
    item: int | None = None


@dataclass(frozen=True, slots=True)
class GuardFinding:
    """One thing the guard looked at: before, after, the limit, and whether it held."""

    name: str
    before: Measurement | None
    after: Measurement | None
    limit: str
    passed: bool
    reason: str


@dataclass(frozen=True, slots=True)
class GuardReport:
    """Whether an adapter did what it should and nothing else."""

    findings: tuple[GuardFinding, ...]

    @property
    def passed(self) -> bool:
        """Whether every limit held."""
        return all(finding.passed for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Unforgotten:
    """An adapter whose weights may still hold what was purged: only deleting it takes that away.

    `reason` is how it is known that it learned from a purged document.
    """

    adapter: str  # NAME@VERSION
    aliases: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Purged:
    """The documents that left for good, and what could not be made to forget them."""

    documents: tuple[str, ...]
    adapters: tuple[Unforgotten, ...] = ()


@dataclass(frozen=True, slots=True)
class Adapter:
    """One immutable version of what was trained, where it lies and what is known of it.

    `method` "full" is a whole model, not an adapter. `base_model` is the path or name it was
    trained on, `base_fingerprint` the hash of that model's weights, tokenizer and template.
    `measurements` holds what was measured after training, `before` the same of the base.
    """

    id: str  # NAME@VERSION
    name: str
    version: int
    base_model: str
    base_fingerprint: str
    method: MethodName
    path: Path
    parent: str = ""
    data_fingerprint: str = ""
    measurements: Mapping[str, Measurement] = field(default_factory=dict)
    before: Mapping[str, Measurement] = field(default_factory=dict)
    guard: GuardReport | None = None
    aliases: tuple[str, ...] = ()
    created: str = ""
