"""A climb that is done, and its questions -> whether other settings of retrieval would be better.

What decides is the measure that the climb decides by, on answers of its best rung that searches.
Where answers are dear, candidates are first sifted by how much of the evidence search finds in as
many characters as are read now. What was measured once is remembered with what models wrote.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from statistics import fmean
from typing import TYPE_CHECKING

from sartor.assistants.rungs import RUNGS
from sartor.evaluation.asked import Asked
from sartor.evaluation.asking import ask_all
from sartor.evaluation.attributing import Remembered
from sartor.evaluation.measures import Scoring
from sartor.evaluation.measures.ranking import ranking
from sartor.evaluation.measures.retrieval import recall
from sartor.evaluation.systems import open_system
from sartor.ladder.again import Again
from sartor.ladder.allowance import Allowance
from sartor.ladder.bars import read_bar
from sartor.ladder.climb import raced_by
from sartor.ladder.estimate import SECONDS, Outlook
from sartor.ladder.racing import LEAST_QUESTIONS, Scores
from sartor.ladder.rungs import Effort, opened
from sartor.ladder.searching import Candidate, Search, Searching, Sieve, asked_at_most
from sartor.ladder.verdict import CORRECT, Verdict
from sartor.project.completions import Completions
from sartor.project.keys import Keys
from sartor.project.measuring import checker_for
from sartor.project.retrieval_variants import Variant, Variants, lines, needs_index
from sartor.project.rungs import Ladder, kind_of
from sartor.project.watching import Watched
from sartor.protocols import Progress
from sartor.types import Hit, Question, Scorecard

if TYPE_CHECKING:
    from sartor.project.project import Project

PATIENCE = 600.0  # seconds that answers of all candidates may take where no minutes are given
PASSAGES_PER_SECOND = 60.0  # embedded on two cores without bf16: for the estimate alone
EVIDENCE = "evidence found"
DEAR = (
    "How many passages are read (ask.passages) was not tried: only answers can tell, and those of "
    "all candidates would take too much"
)
ENDED = "The search for settings of retrieval ended early"
NOT_SEARCHED = "Other settings of retrieval were not tried"
TOO_FEW = f"that takes {LEAST_QUESTIONS} questions, half of them to choose by"
TOO_DEAR = (
    "no question says where its answer stands (evidence), so every change would be asked about, "
    "and that takes long or costs money; set --minutes or --budget"
)
NOBODY_SEARCHES = "no rung that searches was measured"
DEEPER = 4  # times the passages that are read: small ones must fill the room of large ones

Measure = Callable[[Variant, Sequence[Question]], Scores]


@dataclass(frozen=True, slots=True)
class Retrieval:
    """What a search for settings of retrieval is made with; `fresh` remembers nothing.

    The first of the `candidates` is what is in use.
    """

    project: Project
    candidates: Sequence[Candidate]
    ladder: Ladder
    kept: Completions
    development: Sequence[Question]
    reporting: Sequence[Question]
    allowance: Allowance
    seed: int = 0
    fresh: bool = False
    progress: Progress | None = None

    def tuned(self, verdict: Verdict) -> Verdict:
        """Add to a verdict what the search found, or why there was none."""
        name = _searching_rung(verdict)
        if why := self._refused(verdict.cards.get(name)):
            return replace(verdict, notes=(*verdict.notes, f"{NOT_SEARCHED}: {why}."))
        with ExitStack() as open_until:
            variants = Variants(self.project, self.ladder.of(name), open_until, self.progress)
            searched = self._searched(name, verdict, variants)
        if not searched.stopped:  # else the indexes are for whoever goes on
            shutil.rmtree(self.project._folder.variants, ignore_errors=True)
        note = (
            f"{len(self.development)} questions chose between settings of retrieval, and only the "
            f"other {len(self.reporting)} report."
        )
        unfinished = f"{ENDED}: {searched.stopped}." if searched.stopped else ""
        return replace(
            verdict,
            searched=searched,
            notes=(*verdict.notes, note),
            unfinished=" ".join(filter(None, (verdict.unfinished, unfinished))),
        )

    def _refused(self, card: Scorecard | None) -> str:
        """Say why there is no search; empty where there is one."""
        if not self.development:
            return TOO_FEW
        if card is None:
            return NOBODY_SEARCHES
        free = self._affordable(card) or self._has_evidence()
        return "" if free or not self.allowance.unlimited else TOO_DEAR

    def _searched(self, name: str, verdict: Verdict, variants: Variants) -> Search:
        raced = verdict.races.get(name)
        asking = _Asking(self, variants, name, raced.chosen if raced else "", _metric(verdict))
        candidates, sieve = self.candidates, None
        if not self._affordable(verdict.cards[name]) and self._has_evidence():
            candidates = [one for one in candidates if "ask.passages" not in one.changes]
            sieve = Sieve(EVIDENCE, asking.found)
        searching = Searching(
            name,
            asking.metric,
            asking.answered,
            self.development,
            self.reporting,
            verdict.clusters,
            self.seed,
        )
        found = searching.search(candidates, sieve)
        return replace(found, lines=lines(found.changes), left_out=DEAR if sieve else "")

    def _affordable(self, card: Scorecard) -> bool:
        """Tell whether the answers of all candidates cost nothing and can be waited for."""
        each = _each(card)
        if each.dollars != 0.0 or each.seconds is None:
            return False
        seconds = each.seconds * self._at_most
        if self.allowance.seconds is None:
            return seconds <= PATIENCE
        return not self.allowance.refuses(seconds=seconds, dollars=0.0)

    def _has_evidence(self) -> bool:
        return any(question.evidence for question in self.development)

    def outlook(self, cards: Mapping[str, Scorecard]) -> Iterator[Outlook]:
        """Say what a search takes at most, as far as scorecards from before can tell."""
        if not self.development:
            return
        count = self._at_most
        passages = sum(row.passages for row in self.project.documents())
        indexes = sum(needs_index(one.changes) for one in self.candidates)
        card = next((card for name, card in cards.items() if _searches(name)), None)
        each = _each(card) if card else Effort(dollars=0.0 if self._quotes else None)
        seconds = None
        if each.seconds is not None:
            seconds = indexes * passages / PASSAGES_PER_SECOND + count * each.seconds
        dollars = None if each.dollars is None else count * each.dollars
        reason = f"{len(self.candidates) - 1} changes, {indexes} of them with an index of their own"
        yield Outlook("retrieval", count, answering=Effort(seconds, dollars, reason), reason=reason)

    @property
    def _at_most(self) -> int:
        return asked_at_most(len(self.candidates), len(self.development), len(self.reporting))

    @property
    def _quotes(self) -> bool:
        return self.ladder.climbings[0].about is None


def worth_a_search(verdict: Verdict, again: Again) -> Iterator[str]:
    """Name the search where answers were lost by what it may change."""
    card = verdict.cards.get(verdict.nearest or "")
    lost = {gain.stage for gain in card.gains} if card else set()
    if not verdict.searched and lost & {"cut by splitting", "not retrieved"}:
        yield f"Other splitting and search can be tried by {again('--tune-retrieval')}."


# --- asking one candidate -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Asking:
    """Asks one rung by the settings of each candidate; `wording` is that of its prompts."""

    about: Retrieval
    variants: Variants
    rung: str
    wording: str
    metric: str

    def answered(self, candidate: Candidate, questions: Sequence[Question]) -> Scores:
        """Ask the questions, and give the measure that decides."""
        return self._known(self.metric, candidate, questions, self._answers)

    def found(self, candidate: Candidate, questions: Sequence[Question]) -> Scores:
        """Search for the questions that have evidence, and give the share of it that is read."""
        return self._known(EVIDENCE, candidate, questions, self._evidence)

    def _known(
        self, metric: str, candidate: Candidate, questions: Sequence[Question], measure: Measure
    ) -> Scores:
        """Look the scores up under all that decides them, else measure and remember them."""
        about, variants = self.about, self.variants
        keys = Keys(about.project, None, "", about.seed)
        key = keys.ours(self.rung, variants.climbing, questions)
        told = ("retrieval", metric, key, self.wording, variants.told(candidate.changes))

        def measured() -> str:
            return json.dumps(measure(variants.open(candidate.changes), questions))

        scores: Scores = json.loads(measured() if about.fresh else about.kept.noted(told, measured))
        return scores

    def _answers(self, variant: Variant, questions: Sequence[Question]) -> Scores:
        """Raises `Unreachable` when the model is gone: what follows is no answer of it."""
        about, chosen = self.about, variant.settings.eval
        answering = variant.climbing.answering
        rung = variant.rung(self.rung)
        with opened(rung.wordings.get(self.wording, rung.build)) as system:
            watched = Watched(open_system(system, name=self.rung))
            outcomes = ask_all(
                watched,
                questions,
                timeout=chosen.timeout,
                workers=chosen.workers,
                library=answering.library,
                progress=about.progress,
            ).outcomes
        if watched.lost:
            raise watched.lost
        for one in outcomes:
            about.allowance.spend(one.answer.cost if one.answer else 0.0)
        scoring = Scoring(
            checker=checker_for(answering, len(questions), documents=True),
            corpus=Remembered(answering.library),
            k=chosen.k,
        )
        return dict(self._values(scoring, outcomes))

    def _values(self, scoring: Scoring, outcomes: Sequence[Asked]) -> Iterator[tuple[str, float]]:
        for one in outcomes:
            for score in scoring.score(one).scores:
                if score.metric == self.metric and score.value is not None:
                    yield score.question_id, score.value

    def _evidence(self, variant: Variant, questions: Sequence[Question]) -> Scores:
        """Give to all as many characters as are read by the settings in use."""
        in_use = self.variants.open({})
        return {
            question.id: _recall(
                _hits(variant, question, DEEPER), _hits(in_use, question), question
            )
            for question in questions
            if question.evidence
        }


def _hits(variant: Variant, question: Question, times: int = 1) -> Sequence[Hit]:
    k = times * variant.settings.ask.passages
    return variant.knowledge.search(question.text, k, labels=None)


def _recall(hits: Sequence[Hit], in_use: Sequence[Hit], question: Question) -> float:
    """Give the share of the evidence among the first hits that fill as much room."""
    room = sum(len(hit.passage.text) for hit in in_use)
    taken, used = 0, 0.0
    for hit in hits:
        size = len(hit.passage.text)
        if used + size / 2 > room:  # the last one counts if most of it fits
            break
        taken, used = taken + 1, used + size
    found = ranking(hits[:taken], question.evidence)
    return recall(found.ranks, found.grades, max(1, taken))


# --- what is known from the climb -----------------------------------------------------------------


def _searching_rung(verdict: Verdict) -> str:
    """Name the rung to ask: the one that the verdict is about if it searches, or the best."""
    names = list(filter(_searches, verdict.cards))
    for best in (verdict.rung, verdict.nearest):
        if best in names:
            return best
    return max(names, key=lambda name: _right(verdict.cards[name]), default="")


def _searches(name: str) -> bool:
    kind = RUNGS.get(kind_of(name))
    return kind is not None and kind.knowledge == "searched"


def _right(card: Scorecard) -> float:
    measured = card.measurements.get(CORRECT)
    return measured.mean if measured else 0.0


def _metric(verdict: Verdict) -> str:
    return raced_by(read_bar(verdict.bar, volume=verdict.volume) if verdict.bar else None)


def _each(card: Scorecard) -> Effort:
    """Say what one answer took; None: nobody knows."""
    rows = [row for row in card.rows if row.answer]
    seconds = [
        score.value
        for row in rows
        for score in row.scores
        if score.metric == SECONDS and score.value is not None
    ]
    dollars = [row.answer.cost for row in rows if row.answer]
    known = [one for one in dollars if one is not None]
    return Effort(
        fmean(seconds) if seconds else None,
        fmean(known) if known and len(known) == len(dollars) else None,
    )
