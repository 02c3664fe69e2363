"""Changes to settings -> the one to make, if any: chosen on questions that report nothing.

    sift      by a measure that takes no model, where asking is dear -> the best two go on
    halve     by what decides, round by round                        -> the better half goes on
    join      those that helped, made together                       -> one more to ask about
    choose    by the one-standard-error rule: what is in use stays unless another is clearly ahead
    confirm   on the questions that report                           -> how much of it was luck

The best of many is partly the luckiest, so nothing is advised that does not hold on questions it
was not chosen by. Knows candidates and scores, never what a change does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sartor.errors import BudgetRefused
from sartor.evaluation.statistics import compare
from sartor.ladder.racing import FIRST_ROUND, Scores, measured, rounds, standard_error
from sartor.types import Comparison, Measurement, Question, Scalar

GO_ON = 2  # candidates: as many stay in each round at least, and are left by sifting
JOINED = " + "
NOTHING_SHARED = float("-inf")  # the gain where no question has a figure for both

Changes = Mapping[str, Scalar]  # by the name of a setting


@dataclass(frozen=True, slots=True)
class Candidate:
    """A change to settings, and what it is called; without changes: what is in use."""

    name: str
    changes: Changes = field(default_factory=dict)


Ask = Callable[[Candidate, Sequence[Question]], Scores]


@dataclass(frozen=True, slots=True)
class Tried:
    """How one candidate did on the questions it was asked; `gain` is against what is in use."""

    name: str
    figure: Measurement
    gain: Measurement | None = None


@dataclass(frozen=True, slots=True)
class Search:
    """What a search found: `changes` are to be made; none: what is in use stays.

    `chosen` is the name of what was ahead where it was chosen, by `gain`; `confirmed` compares it
    with what is in use on the questions that report, and `gap` is how much better it looked before.
    `sifted` holds how all did by `sifted_by`, where not all could be asked. `left_out` says what
    was not tried and why, `stopped` what ended the search early; both may be empty.
    """

    about: str
    metric: str
    chosen: str
    changes: Changes
    reason: str
    tried: tuple[Tried, ...] = ()
    gain: Measurement | None = None
    confirmed: Comparison | None = None
    gap: float | None = None
    sifted_by: str = ""
    sifted: tuple[Tried, ...] = ()
    left_out: str = ""
    stopped: str = ""
    lines: tuple[str, ...] = ()  # what to write into the settings


@dataclass(frozen=True, slots=True)
class Sieve:
    """A measure that takes no model: how it is called, and how to ask it."""

    metric: str
    ask: Ask


@dataclass(frozen=True, slots=True)
class Searching:
    """What a search is made with: `development` chooses, `reporting` confirms."""

    about: str
    metric: str
    ask: Ask
    development: Sequence[Question]
    reporting: Sequence[Question]
    clusters: Mapping[str, str]
    seed: int = 0

    def search(self, candidates: Sequence[Candidate], sieve: Sieve | None = None) -> Search:
        """Find the change to make; the first candidate is what is in use.

        When `ask` raises `BudgetRefused` the search ends with what it has; a change that was not
        confirmed until then is not advised.
        """
        left, scores = [*candidates], dict[str, Scores]()
        found = Search(self.about, self.metric, left[0].name, {}, "nothing was measured")
        try:
            if sieve:
                left, sifted = self._sift(left, sieve)
                found = replace(found, sifted_by=sieve.metric, sifted=sifted)
            for some in rounds(self.development, self.seed) if len(left) > 1 else ():
                left = self._round(left, some, scores)
            if joined := self._joined(left, scores):
                scores[joined.name] = self.ask(joined, self.development)
                left.append(joined)
            return self._confirmed(self._chosen(found, left, scores), left)
        except BudgetRefused as error:
            found = self._chosen(found, left, scores)
            reason = f"{found.reason}; it was not confirmed" if found.changes else found.reason
            return replace(found, changes={}, reason=reason, stopped=str(error.args[0]))

    # --- steps --------------------------------------------------------------------------------

    def _sift(
        self, candidates: Sequence[Candidate], sieve: Sieve
    ) -> tuple[list[Candidate], tuple[Tried, ...]]:
        """Let those go on that find more than what is in use does, the best two at most."""
        in_use, *others = candidates
        scores = {one.name: sieve.ask(one, self.development) for one in candidates}
        gains = {one.name: _gain(scores[one.name], scores[in_use.name]) for one in others}
        better = sorted(others, key=lambda one: -gains[one.name])[:GO_ON]
        kept = [one for one in better if gains[one.name] > 0]
        return [in_use, *kept], self._tried(sieve.metric, in_use, scores)

    def _round(
        self, candidates: Sequence[Candidate], some: Sequence[Question], scores: dict[str, Scores]
    ) -> list[Candidate]:
        """Ask all of them some more questions; what is in use and the better half go on.

        A round that breaks off leaves no trace: who was asked more would not be compared fairly.
        """
        asked = {one.name: self.ask(one, some) for one in candidates}
        for name, more in asked.items():
            scores[name] = scores.get(name, {}) | more
        in_use, *others = candidates
        gains = {one.name: _gain(scores[one.name], scores[in_use.name]) for one in others}
        others.sort(key=lambda one: -gains[one.name])
        half = others[: max(GO_ON, (len(others) + 1) // 2)]
        return [in_use, *(one for one in half if gains[one.name] > NOTHING_SHARED)]

    def _joined(
        self, candidates: Sequence[Candidate], scores: Mapping[str, Scores]
    ) -> Candidate | None:
        """Make all changes together that are each ahead and touch different settings."""
        in_use, *others = candidates
        ahead = [one for one in others if _ahead(self._against(scores, one, in_use))]
        parts: list[Candidate] = []
        for one in ahead:  # the best first, as the last round left them
            if not any(one.changes.keys() & other.changes.keys() for other in parts):
                parts.append(one)
        if len(parts) < 2:
            return None
        changes = {name: value for one in parts for name, value in one.changes.items()}
        return Candidate(JOINED.join(one.name for one in parts), changes)

    def _chosen(
        self, found: Search, candidates: Sequence[Candidate], scores: Mapping[str, Scores]
    ) -> Search:
        """Keep what is in use unless the best is more than one standard error ahead of it."""
        in_use, *others = candidates
        others = [one for one in others if one.name in scores]
        tried = self._tried(self.metric, in_use, scores) if scores else ()
        if not others:
            reason = "nothing that was tried finds more" if found.sifted else found.reason
            return replace(found, tried=tried, reason=reason)
        against = {one.name: self._against(scores, one, in_use) for one in others}
        best = max(others, key=lambda one: against[one.name].difference.mean)
        ahead, error = against[best.name].difference, standard_error(against[best.name])
        said = f"{best.name} is {ahead.mean:+.3f} from {in_use.name}, standard error {error:.3f}"
        found = replace(found, tried=tried, gain=ahead)
        if ahead.mean <= 0:
            return replace(found, reason=f"none of the {len(tried) - 1} changes does better")
        if not _ahead(against[best.name]):
            return replace(found, reason=f"{said}: not enough")
        return replace(found, chosen=best.name, changes=best.changes, reason=said)

    def _confirmed(self, found: Search, candidates: Sequence[Candidate]) -> Search:
        """Hold the chosen one against what is in use where neither was chosen by."""
        if not found.changes:
            return found
        best = next(one for one in candidates if one.name == found.chosen)
        scores = {one.name: self.ask(one, self.reporting) for one in (candidates[0], best)}
        if _gain(scores[best.name], scores[candidates[0].name]) == NOTHING_SHARED:
            return replace(found, changes={}, reason=f"{found.reason}; nothing could confirm it")
        held = self._against(scores, best, candidates[0])
        gap = found.gain.mean - held.difference.mean if found.gain else None
        reason = f"{found.reason}; on the questions that report it is {held.difference.mean:+.3f}"
        if not _ahead(held):
            return replace(
                found, changes={}, confirmed=held, gap=gap, reason=f"{reason}: it did not hold"
            )
        return replace(found, confirmed=held, gap=gap, reason=reason)

    # --- comparing ----------------------------------------------------------------------------

    def _against(
        self, scores: Mapping[str, Scores], one: Candidate, in_use: Candidate
    ) -> Comparison:
        return self._compared(self.metric, scores[one.name], scores[in_use.name])

    def _compared(self, metric: str, ours: Scores, theirs: Scores) -> Comparison:
        return compare(metric, ours, theirs, clusters=self.clusters, seed=self.seed)

    def _tried(
        self, metric: str, in_use: Candidate, scores: Mapping[str, Scores]
    ) -> tuple[Tried, ...]:
        """Say how each did, the best gain first behind what is in use."""
        base, rows = scores[in_use.name], list[Tried]()
        for name, given in scores.items():
            if given.keys() & base.keys():
                figure = measured(metric, given, self.clusters, self.seed)
                other = name != in_use.name
                gain = self._compared(metric, given, base).difference if other else None
                rows.append(Tried(name, figure, gain))
        return tuple(sorted(rows, key=lambda row: (row.gain is not None, -_mean(row.gain))))


def asked_at_most(candidates: int, development: int, reporting: int) -> int:
    """Count the answers that a search takes at most: all rounds, one joined candidate, the end."""
    total, asked, left = 0, 0, candidates - 1
    while asked < development:
        some = min(asked or FIRST_ROUND, development - asked)
        total += some * (1 + left)
        asked += some
        left = min(left, max(GO_ON, (left + 1) // 2))
    return total + development + 2 * reporting


def told(found: Search) -> Iterator[str]:
    """Say in sentences what a search found."""
    if found.changes:
        sure = found.confirmed is not None and found.confirmed.outcome == "better"
        certain = "with chance ruled out" if sure else "likely, not proved"
        yield f"{found.about}: {found.chosen} is better ({certain}); {found.reason}."
    else:
        yield f"{found.about}: keep the settings in use; {found.reason}."
    if found.sifted:
        yield (
            f"All changes were sifted first, by {found.sifted_by} in as much text as is read now; "
            f"at most {GO_ON} were asked about."
        )
    if len({one.figure.n for one in found.tried}) > 1:
        yield (
            "Those that fell behind were asked fewer questions: after each round only the better "
            "half went on. Each is compared on the questions that both were asked."
        )
    if found.gap is not None:
        yield f"Where it was chosen it looked {100 * found.gap:+.1f} points better: the optimism."
    if found.lines:
        yield f"For sartor.toml, which stays as it is: {'; '.join(found.lines)}"
    if found.left_out:
        yield f"{found.left_out}."
    if found.stopped:
        yield f"It ended early, as {found.stopped}; the same command goes on."


def _ahead(found: Comparison) -> bool:
    return found.difference.mean > max(0.0, standard_error(found))


def _gain(ours: Scores, theirs: Scores) -> float:
    """Give the mean difference on the questions that both were asked."""
    shared = ours.keys() & theirs.keys()
    return sum(ours[id] - theirs[id] for id in shared) / len(shared) if shared else NOTHING_SHARED


def _mean(gain: Measurement | None) -> float:
    return gain.mean if gain else 0.0
