"""Settings, ledger, disk and traces -> what projected costs rest on, each with where it comes from.

What a rung takes besides its answers follows from what it is made of: documents are stored,
embedded and kept in order, an adapter is trained again and again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from math import log1p
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from sartor.config import listing
from sartor.errors import ConfigError, NotFound, StateError
from sartor.ladder.costing.assumptions import Assumption, CostAssumptions
from sartor.ladder.costing.dues import (
    Due,
    embedding,
    labour,
    money,
    storage,
    trained_again,
    training,
)
from sartor.ladder.costing.machines import HOURS, Machine
from sartor.ladder.costs import project_cost
from sartor.ladder.rungs import Effort
from sartor.project.answering import EXTRACT
from sartor.project.models import located
from sartor.project.rungs import KNOWN, kind_of
from sartor.project.situation import change_rate
from sartor.project.trained import TRAINED
from sartor.types import Cost

if TYPE_CHECKING:
    from sartor.project.project import Project

CHARACTERS = 4  # of a token, where none are counted
BLOCK = 512  # bytes, whatever the disk
TRACES = 1_000  # looked at for how many questions were answered from memory
LEAST_TRACES = 100  # below that, their share says nothing
READS = frozenset({"rag", EXTRACT})  # what a rung is made of: passages that were searched,
WHOLE = frozenset({"long-context"})  # all documents,
LEARNS = frozenset({"lora", "full"})  # or weights of its own
NO_EFFORTS: Mapping[str, Effort] = MappingProxyType({})


def pricing(
    project: Project, *rungs: str, efforts: Mapping[str, Effort] = NO_EFFORTS
) -> partial[Cost]:
    """Give what turns scorecards of these rungs into costs, as the project's settings say.

    What training costs is in it, so that what was built need not be spread over months again.
    """
    assumed = Assuming(project, efforts).assumptions(rungs)
    return partial(project_cost, assumptions=assumed)


@dataclass(frozen=True)
class Assuming:
    """What the costs of one project rest on.

    `efforts` says what building a rung takes that was not built, `question_tokens` how long a
    question is that is searched for.
    """

    project: Project
    efforts: Mapping[str, Effort] = field(default_factory=dict)
    question_tokens: float = 0.0

    def assumptions(self, rungs: Iterable[str]) -> CostAssumptions:
        """Gather what the costs of these rungs rest on; raises `ConfigError` for no share."""
        chosen = self.project.settings.cost
        for name in ("utilisation", "repeated"):
            if getattr(chosen, name) > 1:
                raise ConfigError(
                    f"cost.{name} is {getattr(chosen, name):g}; expected a share, at most 1"
                )
        return CostAssumptions(
            machine=Machine(
                per_hour=_known(chosen.machine_per_hour),
                speed=chosen.machine_speed,
                at_once=chosen.machine_at_once,
                utilisation=chosen.utilisation,
                peak=chosen.peak,
            ),
            hosted=self.hosted,
            repeated=self._repeated[0],
            dues={name: tuple(self._dues(name)) for name in rungs},
            pricing=self.project._answering.prices,
        )

    @cached_property
    def hosted(self) -> frozenset[str]:
        """Name the models that run on machines of one's own."""
        settings = self.project.settings
        own = [path for path in (settings.model.path, settings.tune.base) if path]
        return frozenset({*settings.cost.hosted, *(self._name(path) for path in own)})

    def _name(self, path: str) -> str:
        """Give the name that a local model answers under."""
        folder = located(path, self.project.folder)
        return folder.name if folder.is_dir() else path

    # --- what a rung takes besides its answers --------------------------------------------------

    def _dues(self, rung: str) -> Iterator[Due]:
        made_of, chosen = _made_of(rung), self.project.settings.cost
        documents = bool(made_of & (READS | WHOLE))
        if documents:
            yield storage(self._stored(rung), chosen.storage_per_gb)
        if made_of & READS and self.project.settings.embedding.endpoint:
            price = self.project.settings.embedding.price_per_million_tokens or None
            yield embedding(self._tokens, self.changes, price, self.question_tokens)
        if made_of & LEARNS:
            yield training(*self._training(rung))
        if chosen.labour_per_hour and (documents or made_of & LEARNS):
            yield self._labour(rung, documents=documents)

    def _stored(self, rung: str) -> int:
        """Count the bytes that a rung keeps on disk: the ledger, and what it searches."""
        paths = self.project._folder
        own = paths.ledger.parent.glob(f"{paths.ledger.name}*")  # with its log
        index = paths.index.rglob("*") if _made_of(rung) & READS else ()
        return sum(_on_disk(path) for path in (*own, *index) if path.is_file())

    @cached_property
    def _tokens(self) -> float:
        return sum(row.characters for row in self.project.documents()) / CHARACTERS

    @cached_property
    def changes(self) -> float | None:
        """Say how often a document changes in a month; None: nobody watched for long enough."""
        given = _known(self.project.settings.cost.changes_per_month)
        share = self._watched[0]
        return given if given is not None or share is None else -log1p(-min(share, 0.999999))

    @cached_property
    def _watched(self) -> tuple[float | None, float]:
        """Give the share of documents that change in a month, and the days that were watched."""
        rate = change_rate(self.project.documents())
        return rate.per_month, rate.days

    def _training(self, rung: str) -> tuple[float | None, float, str]:
        """Say what one training costs, how many months it serves, and how that is known."""
        months, chosen = self._serves(rung), self.project.settings.cost
        given, hourly = _known(chosen.training_each), self._training_hour
        seconds = self._trained_in(rung)
        if given is not None:
            return given, months, "cost.training_each"
        if seconds is None:
            return None, months, "how long training takes is not known: set cost.training_each"
        if hourly is None:
            return None, months, "what training costs is not known: set cost.training_per_hour"
        reason = f"{seconds / 60:,.1f} minutes at {money(hourly)} an hour"
        if self.changes is None and _made_of(rung) & READS:
            reason += "; how often documents change is not known yet"
        return seconds / 3600 * hourly, months, reason

    @property
    def _training_hour(self) -> float | None:
        chosen = self.project.settings.cost
        own = _known(chosen.training_per_hour)
        return _known(chosen.machine_per_hour) if own is None else own

    def _serves(self, rung: str) -> float:
        """Say how many months an adapter serves: what it learned from passages grows old."""
        chosen = self.project.settings.cost
        if not _made_of(rung) & READS:
            return chosen.retrain_months
        return trained_again(chosen.retrain_months, chosen.retrain_changed, self.changes)

    def _trained_in(self, rung: str) -> float | None:
        """Say how many seconds training took, or is planned to take."""
        known = TRAINED.get(kind_of(rung))
        try:
            if known:
                return self.project.adapters.card(known.adapter).training.seconds
        except (NotFound, StateError):  # it was never trained, or deleted since
            pass
        effort = self.efforts.get(rung)
        return effort.seconds if effort else None

    def _labour(self, rung: str, *, documents: bool) -> Due:
        chosen, trains = self.project.settings.cost, bool(_made_of(rung) & LEARNS)
        keeping = chosen.hours_documents if documents else 0.0
        trainings = chosen.hours_training / self._serves(rung) if trains else 0.0
        parts = [f"{keeping:.3g} for documents"] * bool(keeping)
        parts += [f"{trainings:.3g} for training"] * bool(trainings)
        start = chosen.hours_training if trains else 0.0
        told = " and ".join(parts) or "none is needed"
        return labour(keeping + trainings, chosen.labour_per_hour, told, start=start)

    # --- in words -------------------------------------------------------------------------------

    def stated(self, rungs: Sequence[str], models: Iterable[str]) -> tuple[Assumption, ...]:
        """Say everything that the costs of these rungs and models rest on."""
        made_of = frozenset[str]().union(*map(_made_of, rungs))
        found = [*self._prices(models), self._memory()]
        if self.hosted & {*models}:
            found += [*self._settings("machine_", "utilisation", "peak"), _ALWAYS_ON]
        if made_of & (READS | WHOLE):
            found += [*self._settings("storage_"), self._change()]
        if made_of & READS and self.project.settings.embedding.endpoint:
            found.append(_LENGTH)
        if made_of & LEARNS:
            found += self._settings("retrain_", "training_")
        return (*found, *self._people())

    def _prices(self, models: Iterable[str]) -> Iterator[Assumption]:
        """Say what each model costs, who said so and when."""
        for model in sorted({*models} - {""} - self.hosted):
            price = self.project._answering.prices.price(model)
            if price:
                told = f"${price.input} in, ${price.cached_input} cached, ${price.output} out"
                said = f"{price.source}, {price.date}"
                yield Assumption(f"price of {model}", told, "a million tokens", said)

    def _memory(self) -> Assumption:
        share, origin = self._repeated
        about = "share of questions answered from memory, at no cost"
        return Assumption("cost.repeated", f"{share:.0%}", about, origin)

    @cached_property
    def _repeated(self) -> tuple[float, str]:
        given = _known(self.project.settings.cost.repeated)
        if given is not None:
            return given, self.project.settings.origin("cost.repeated")
        traces = self.project.traces(TRACES)
        if len(traces) < LEAST_TRACES:
            few = f"default: {len(traces)} traces are too few to tell, {LEAST_TRACES} would do"
            return 0.0, few
        return sum(one.cached for one in traces) / len(traces), f"the last {len(traces):,} traces"

    def _change(self) -> Assumption:
        """Say how often documents change, and who says so."""
        share, days = self._watched
        told = "unknown" if self.changes is None else f"{self.changes:.3g}"
        origin = self.project.settings.origin("cost.changes_per_month")
        if self.project.settings.cost.changes_per_month < 0:
            seen = f"the ledger, over {days:,.0f} days"
            origin = f"{days:.1f} days of the ledger are too short" if share is None else seen
        about = "changes of a document in a month"
        return Assumption("cost.changes_per_month", told, about, origin)

    def _people(self) -> Iterable[Assumption]:
        if self.project.settings.cost.labour_per_hour:
            return self._settings("labour_", "hours_")
        return [_NO_PEOPLE]

    def _settings(self, *starts: str) -> list[Assumption]:
        """State settings by how their names begin."""
        return [
            Assumption(row.name, _told(row.value), row.about, row.origin)
            for row in listing(self.project.settings)
            if row.name.startswith(tuple(f"cost.{start}" for start in starts))
        ]


_ALWAYS_ON = Assumption("hours a month", str(HOURS), "a machine is paid around the clock", "ours")
_LENGTH = Assumption(
    "characters a token", str(CHARACTERS), "of documents and questions that are embedded", "ours"
)
_NO_PEOPLE = Assumption(
    "people", "not counted", "time of people: cost.labour_per_hour, cost.hours_*", "default"
)


def _on_disk(path: Path) -> int:
    """Count the bytes that a file takes; one with holes in it takes fewer than its length."""
    stat = path.stat()
    return getattr(stat, "st_blocks", -(-stat.st_size // BLOCK)) * BLOCK


def _known(value: float) -> float | None:
    return None if value < 0 else value


def _told(value: object) -> str:
    if isinstance(value, int | float):
        return "unknown" if value < 0 else f"{value:g}"
    return str(value)


def is_ours(rung: str) -> bool:
    """Tell whether it is known what a rung is made of."""
    return kind_of(rung) in (*KNOWN, EXTRACT)


def _made_of(rung: str) -> frozenset[str]:
    return frozenset(kind_of(rung).split("+"))
