"""What a climb found out: which rung is enough, what each one did, and what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from sartor.errors import ConfigError, NotFound, nearest
from sartor.evaluation.measures.names import about, is_measure
from sartor.evaluation.statistics import compare
from sartor.ladder.findings import Checklist, Mistake
from sartor.ladder.racing import Race, scores_of
from sartor.ladder.searching import Search
from sartor.ladder.standings import Standing
from sartor.types import Comparison, Cost, Measurement, Outcome, Scorecard

CORRECT = "answers.correct"
MARGIN = 0.05  # how much worse still passes for no worse, where nobody says


@dataclass(frozen=True, slots=True)
class NoWorse:
    """Whether one rung is no worse than another, give or take a margin.

    "worse" means by more than the margin. `difference` is the first less the second, and its
    interval is what the outcome rests on.
    """

    metric: str
    outcome: Literal["no worse", "worse", "cannot tell"]
    difference: Measurement
    margin: float


@dataclass(frozen=True, slots=True)
class Verdict:
    """Which rung is enough, and why.

    `rung` is the one chosen, or None; `nearest` is then the one to improve. `considered` are the
    rungs that were measured, the cheapest first; `missing` says why the others were not.
    `standings` holds how each stands to each requirement of the bar, `comparisons` the others
    against the chosen or nearest one, `races` what was chosen between wordings of a rung's prompts.
    `clusters` names for each question the document that it shares with others. `unbuilt` are rungs
    that could be built and were not, with why; `unfinished` says why a climb ended early, if it
    did. `warnings` say what was measured and speaks against a rung, whatever the bar says.
    `changes` are sentences on what would change the decision, `mistakes` classic ones that the
    project makes, `checklists` those of the guides. `page` is where the report stands.
    `searched` says whether other settings of retrieval would be better, where that was asked.
    """

    rung: str | None
    status: str
    cards: Mapping[str, Scorecard]
    costs: Mapping[str, Cost]
    standings: Mapping[str, tuple[Standing, ...]]
    reason: str
    next_steps: tuple[str, ...] = ()
    missing: Mapping[str, str] = field(default_factory=dict)
    nearest: str | None = None
    considered: tuple[str, ...] = ()
    comparisons: Mapping[str, Comparison] = field(default_factory=dict)
    races: Mapping[str, Race] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    bar: str = ""
    volume: int = 0
    seed: int = 0
    clusters: Mapping[str, str] = field(default_factory=dict)
    unbuilt: Mapping[str, str] = field(default_factory=dict)
    unfinished: str = ""
    warnings: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    checklists: tuple[Checklist, ...] = ()
    page: str = ""
    searched: Search | None = None

    def compare(self, first: str, second: str, metric: str = CORRECT) -> Outcome:
        """Say whether the first rung is better than the second; chance is ruled out at 5 %.

        That holds for this one comparison. Whoever makes many of them should look at
        `comparisons`, which are corrected for how many they are.
        """
        return self.comparison(first, second, metric).outcome

    def comparison(self, first: str, second: str, metric: str = CORRECT) -> Comparison:
        """Compare two rungs on the questions that both were measured on; raises `NotFound`."""
        scores = [scores_of(self._card(name), metric) for name in (first, second)]
        if not scores[0].keys() & scores[1].keys():
            known = {score.metric for row in self._card(first).rows for score in row.scores}
            raise NotFound(
                f"{first} and {second} have no question in common that {metric!r} was measured on"
                f"{'' if metric in known else nearest(metric, known)}",
                f"measured question by question: {', '.join(sorted(known))}",
            )
        return compare(
            metric,
            *scores,
            clusters=self.clusters,
            lower_is_better=lower_is_better(metric),
            seed=self.seed,
        )

    def no_worse(
        self, first: str, second: str, metric: str = CORRECT, *, margin: float = MARGIN
    ) -> NoWorse:
        """Say whether the first rung is at most `margin` worse than the second.

        Chance is ruled out on the paired difference: at 2.5 %, as only one side counts. That two
        rungs cannot be told apart does not make them equal; this does. Raises `NotFound`.
        """
        if not 0 < margin < float("inf"):
            raise ConfigError(f"a margin of {margin}; expected more than 0", "--margin 0.05")
        difference = self.comparison(first, second, metric).difference
        low, high = difference.low, difference.high
        if lower_is_better(metric):
            low, high = -high, -low
        told: Literal["no worse", "worse", "cannot tell"] = "cannot tell"
        if low > -margin:
            told = "no worse"
        elif high < -margin:
            told = "worse"
        return NoWorse(metric, told, difference, margin)

    def _card(self, name: str) -> Scorecard:
        if name in self.cards:
            return self.cards[name]
        why = f": {self.missing[name]}" if name in self.missing else nearest(name, self.cards)
        raise NotFound(f"no rung {name!r} was measured{why}", _listed(self.cards))


def lower_is_better(metric: str) -> bool:
    """Tell whether less is better of a measure."""
    return is_measure(metric) and about(metric).higher_is_better is False


def _listed(names: Iterable[str]) -> str:
    return f"measured: {', '.join(names) or 'none'}"
