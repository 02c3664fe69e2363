"""What is known of an adapter, as values; and as JSON, there and back without a loss.

A card is filled in by whoever trained. It knows neither its version nor its files: those belong
to the folder it lies in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sartor.errors import StateError
from sartor.tuning.registry.asked import Asked
from sartor.types import Chosen, Measurement
from sartor.types.packing import plain
from sartor.types.training import GuardFinding, GuardReport, MethodName

SCHEMA = 1  # raised when an older Sartor could not understand what is written
ENDINGS = {"finished": "to the end", "early": "stopped early", "time": "until time was up"}
NO_REPLAY = Chosen(0.0, "none was mixed in")


@dataclass(frozen=True, slots=True)
class BaseFacts:
    """The model that was tuned.

    `model` is the path or name it was given by. `fingerprint` is the hash of the three below it,
    `licence` what its folder says of it; empty where it says nothing.
    """

    model: str
    fingerprint: str
    weights: str = ""
    tokenizer: str = ""
    template: str = ""
    licence: str = ""


@dataclass(frozen=True, slots=True)
class DataFacts:
    """What was learned from.

    `split` is the fingerprint of which examples stood where. `asked` says how they put their
    questions, None where that is not known. `replay` counts general tokens for each of the user's,
    and says why so many; `tried` holds each share that was tried, with what came of it.
    `supervised` is the share of tokens that were learned; `sample` is one example in pieces, and
    whether each was. `rests_on` names the documents whose passages stand in the examples.
    """

    file: str
    fingerprint: str
    train: int
    dev: int = 0
    test: int = 0
    split: str = ""
    asked: Asked | None = None
    replay: Chosen[float] = NO_REPLAY
    tried: tuple[Chosen[float], ...] = ()
    supervised: float | None = None
    sample: tuple[tuple[str, bool], ...] = ()
    rests_on: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TrainingFacts:
    """How it was trained: what was chosen, with what and where, and what that took.

    `recipe` holds every value of the run and the reasons for them. `trainable` and `parameters`
    count weights, `peak_memory` bytes; 0 where it is not known.
    """

    recipe: Mapping[str, Any]
    seeds: Mapping[str, int]
    precision: Chosen[str]
    device: Chosen[str]
    machine: str
    versions: Mapping[str, str]
    stopped: str = ""
    steps: int = 0
    epochs: float = 0.0
    best_step: int = 0
    seconds: float = 0.0
    tokens: int = 0
    peak_memory: int = 0
    trainable: int = 0
    parameters: int = 0

    @property
    def ended(self) -> str:
        """Say in words why it stopped."""
        return ENDINGS.get(self.stopped, self.stopped)

    def __post_init__(self) -> None:
        # Tuples would come back as lists: they are made what they will be read as.
        object.__setattr__(self, "recipe", plain(self.recipe))


@dataclass(frozen=True, slots=True)
class Card:
    """Everything that is worth knowing of one version before it is used.

    `before` and `after` are measured on the same held-out examples, with the base and with the
    adapter; `looked_for` says in words what a measure means here, where its name does not. `parent`
    is the NAME@VERSION whose training it went on with.
    """

    method: MethodName
    base: BaseFacts
    data: DataFacts
    training: TrainingFacts
    before: Mapping[str, Measurement] = field(default_factory=dict)
    after: Mapping[str, Measurement] = field(default_factory=dict)
    looked_for: Mapping[str, str] = field(default_factory=dict)
    guard: GuardReport | None = None
    parent: str = ""
    notes: tuple[str, ...] = ()

    @property
    def travelling(self) -> Card:
        """The card without words and documents of the examples, to go wherever weights go."""
        return replace(self, data=replace(self.data, sample=(), rests_on=()))


def to_json(card: Card) -> dict[str, Any]:
    """Write a card as JSON can say it."""
    return {"schema": SCHEMA, **plain(card)}


def from_json(row: Mapping[str, Any]) -> Card:
    """Read a card; raises `StateError` if a newer Sartor wrote it, or `ValueError` if it is none.

    What is missing in an older card has its default.
    """
    rest = dict(row)
    schema = rest.pop("schema", None)
    if not isinstance(schema, int):
        raise ValueError("it names no schema")  # noqa: TRY004  # the file is wrong, not the call
    if schema > SCHEMA:
        raise StateError(
            f"the card was written by a newer Sartor (schema {schema}; this one knows {SCHEMA})",
            "pip install --upgrade sartor",
        )
    try:
        return _card(rest)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{type(error).__name__}: {error}") from error


def _card(row: dict[str, Any]) -> Card:
    return Card(
        **{
            **row,
            "base": BaseFacts(**row["base"]),
            "data": _data(row["data"]),
            "training": _training(row["training"]),
            "before": _measurements(row.get("before", {})),
            "after": _measurements(row.get("after", {})),
            "guard": _guard(row.get("guard")),
            "notes": tuple(row.get("notes", ())),
        }
    )


def _data(row: dict[str, Any]) -> DataFacts:
    sample = tuple((str(piece), bool(learned)) for piece, learned in row.get("sample", ()))
    replay = {"replay": Chosen(**row["replay"])} if "replay" in row else {}
    asked = Asked(**row["asked"]) if row.get("asked") else None
    tried = tuple(Chosen(**one) for one in row.get("tried", ()))
    rests_on = tuple(map(str, row.get("rests_on", ())))
    read = {"asked": asked, "tried": tried, "sample": sample, "rests_on": rests_on}
    return DataFacts(**{**row, **read, **replay})


def _training(row: dict[str, Any]) -> TrainingFacts:
    chosen = {name: Chosen(**row[name]) for name in ("precision", "device")}
    return TrainingFacts(**{**row, **chosen})


def _guard(row: dict[str, Any] | None) -> GuardReport | None:
    if row is None:
        return None
    return GuardReport(tuple(_finding(finding) for finding in row["findings"]))


def _finding(row: dict[str, Any]) -> GuardFinding:
    measured = {
        name: Measurement(**row[name]) if row[name] is not None else None
        for name in ("before", "after")
    }
    return GuardFinding(**{**row, **measured})


def _measurements(row: Mapping[str, dict[str, Any]]) -> dict[str, Measurement]:
    return {name: Measurement(**measured) for name, measured in row.items()}
