"""A project's situation and what was measured -> the two checklists of the guides, ticked.

Every tick carries what shows it: a figure, a setting, or the command that would change it. Knows
no project: whoever calls counts and reads its settings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from sartor.evaluation.reporting.figures import interval, value
from sartor.ladder.findings import Checklist, State, Tick
from sartor.ladder.situation import Situation
from sartor.ladder.verdict import Verdict
from sartor.types import Measurement

SOURCE = "G2"
ENOUGH_EXAMPLES = 1_000  # what the guide asks for
FEWEST_EXAMPLES = 500  # below that another guide (G4) would not tune at all
FEWEST_QUESTIONS = 100  # half an interval is then about ten points
SWITCHES = {
    "ask.cache": "an answer is remembered until a document changes",
    "ask.trace": "each answer leaves a trace: sartor trace",
}


def checklists(situation: Situation, verdict: Verdict) -> tuple[Checklist, ...]:
    """Tick both checklists; what nobody needs for the rung that is enough is said to be so."""
    retrieval, tuning = tuple(_retrieval(situation, verdict)), tuple(_tuning(situation))
    if verdict.rung and not situation.documents:
        retrieval = _spared(retrieval, f"{verdict.rung} is enough without documents")
    if verdict.rung and not situation.adapters:
        tuning = _spared(tuning, f"{verdict.rung} is enough without training")
    return (
        Checklist("Retrieval", SOURCE, retrieval),
        Checklist("Tuning", SOURCE, tuning),
    )


def _spared(ticks: tuple[Tick, ...], why: str) -> tuple[Tick, ...]:
    """Say of what is missing that it is not needed, and keep the evidence."""
    return tuple(
        replace(one, state="not needed", evidence=f"{why}; {one.evidence}")
        if one.state == "missing"
        else one
        for one in ticks
    )


# --- retrieval --------------------------------------------------------------------------------


def _retrieval(situation: Situation, verdict: Verdict) -> Iterator[Tick]:
    def found(item: str, there: bool, evidence: str, otherwise: str) -> Tick:
        return Tick(item, "done" if there else "missing", evidence if there else otherwise)

    passages = f"{situation.passages:,} passages"
    yield found(
        "Preprocessing pipeline",
        situation.documents > 0,
        f"{situation.documents:,} documents read and split into {passages}{_lengths(situation)}",
        "there are no documents: sartor add PATH",
    )
    yield found(
        "Embedding model chosen",
        bool(situation.embedder),
        situation.embedder,
        "nothing was embedded yet: sartor add PATH",
    )
    yield found(
        "Vector store",
        situation.passages > 0,
        f"{passages} in the project's own index, words and vectors in one",
        "it is empty: sartor add PATH",
    )
    yield _strategy(situation, verdict)
    yield _template(situation, verdict)
    yield _citations(verdict)
    yield _switch(situation, "Query cache", "ask.cache")
    yield _switch(situation, "Monitoring and logging", "ask.trace")


def _lengths(situation: Situation) -> str:
    shortest, middle, longest = (situation.passage_tokens.get(one) for one in (0.05, 0.5, 0.95))
    if None in (shortest, middle, longest):
        return ""
    return f", most of {shortest:,.0f} to {longest:,.0f} tokens, half below {middle:,.0f}"


def _strategy(situation: Situation, verdict: Verdict) -> Tick:
    """Choosing is half of it: the figure that says whether it finds what it should is the rest."""
    item, k = "Retrieval strategy (top-k, MMR)", _setting(situation, "search.k")
    if not k:
        return Tick(item, "unknown", "the settings are not known")
    mmr = _setting(situation, "search.mmr")
    diverse = "no MMR" if mmr in ("", "0", "0.0") else f"MMR {mmr}"
    told = f"{_setting(situation, 'search.mode')} search, {k} hits, {diverse}"
    recall = _measured(verdict, "retrieval.recall@")
    if recall is None:
        return Tick(item, "missing", f"{told}; unmeasured: no question names its evidence")
    return Tick(item, "done", f"{told}; {recall.metric} {_figure(recall)}")


def _template(situation: Situation, verdict: Verdict) -> Tick:
    item = "Prompt template optimised"
    for name, race in verdict.races.items():
        told = f"{len(race.tried)} wordings of {name} were raced; {race.chosen}: {race.reason}"
        return Tick(item, "done", told)
    used = _setting(situation, "ask.template") or "the default"
    return Tick(item, "missing", f"{used} was raced against no other wording: sartor prompt init")


def _citations(verdict: Verdict) -> Tick:
    item, recall = "Citation format", _measured(verdict, "citations.recall")
    if recall is None:
        return Tick(item, "missing", "no rung cites, or no answer was checked against its sources")
    return Tick(
        item, "done", f"numbered quotes with their place; {recall.metric} {_figure(recall)}"
    )


def _switch(situation: Situation, item: str, name: str) -> Tick:
    states: dict[str, State] = {"true": "done", "false": "missing"}
    found = _setting(situation, name).lower()
    told = f"{name} = {found}: {SWITCHES[name]}" if found == "true" else f"{name} = {found}"
    return Tick(item, states.get(found, "unknown"), told if found else f"{name} is not known")


# --- tuning -----------------------------------------------------------------------------------


def _tuning(situation: Situation) -> Iterator[Tick]:
    yield _data(situation)
    yield _cleaned(situation)
    yield _base(situation)
    method, recipe = _setting(situation, "tune.method"), _setting(situation, "tune.recipe")
    yield Tick("Method (LoRA or QLoRA)", "done" if method else "unknown", method or "not known")
    hyper = f"recipe {recipe}: sartor tune plan shows each value with its reason"
    yield Tick("Hyperparameters", "done" if recipe else "unknown", hyper if recipe else "not known")
    yield _framework(situation)
    versions = f"{situation.adapters} in the registry, each with its data, recipe and results"
    for item, yes, no in (
        ("Versions", versions, "nothing was trained yet; every training gets a version"),
        (
            "Deployment pipeline",
            "sartor adapters promote, rollback and export",
            "nothing to deploy",
        ),
    ):
        there = situation.adapters > 0
        yield Tick(item, "done" if there else "missing", yes if there else no)


def _data(situation: Situation) -> Tick:
    item, count = f"Data collected ({ENOUGH_EXAMPLES:,}+)", situation.examples_learnable
    told = f"{count:,} examples can be learned from"
    if count >= ENOUGH_EXAMPLES:
        return Tick(item, "done", told)
    if count >= FEWEST_EXAMPLES:
        told = f"{told}: enough for G4 ({FEWEST_EXAMPLES}), not for {SOURCE}"
    return Tick(item, "missing", told)


def _cleaned(situation: Situation) -> Tick:
    """Clean is what can be learned from and holds no test question."""
    item = "Cleaned and validated"
    if not situation.examples:
        return Tick(item, "missing", "there are no examples")
    left_out = situation.examples - situation.examples_learnable
    told = (
        f"{left_out:,} of {situation.examples:,} left out, {situation.examples_leaked} test "
        "questions among them: sartor tune check"
    )
    return Tick(item, "missing" if situation.examples_leaked else "done", told)


def _base(situation: Situation) -> Tick:
    base = _setting(situation, "tune.base") or (situation.model if situation.local else "")
    otherwise = "no model on this machine: set base under [tune]"
    return Tick("Base model chosen", "done" if base else "missing", base or otherwise)


def _framework(situation: Situation) -> Tick:
    count = situation.questions
    told = f"{count:,} questions, {situation.unanswerable:,} of them without an answer"
    if count < FEWEST_QUESTIONS:
        told = f"{told}; intervals stay wide below {FEWEST_QUESTIONS}: sartor questions make"
    return Tick("Evaluation framework", "done" if count else "missing", told)


# --- what was measured, what is set -----------------------------------------------------------


def _measured(verdict: Verdict, metric: str) -> Measurement | None:
    """Look a measure up, first on the rung that the verdict is about."""
    names = (verdict.rung or verdict.nearest, *verdict.considered)
    for name in names:
        card = verdict.cards.get(name or "")
        for one in card.measurements.values() if card else ():
            if one.metric.startswith(metric) and one.metric.count(".") == 1:
                return one
    return None


def _figure(measured: Measurement) -> str:
    return f"{value(measured)} ({interval(measured)})"


def _setting(situation: Situation, name: str) -> str:
    return situation.settings.get(name, "")
