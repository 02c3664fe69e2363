"""Verdicts of rungs whose abilities are made up: a whole ladder, and what stands at its edges."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import partial
from random import Random

from sartor.evaluation.statistics import measurement
from sartor.evaluation.summary import measured
from sartor.ladder.changes import changes
from sartor.ladder.checklists import checklists
from sartor.ladder.climb import climb
from sartor.ladder.findings import Mistake
from sartor.ladder.racing import Race
from sartor.ladder.rungs import Effort, Rung
from sartor.ladder.situation import Situation
from sartor.types import Answer, Evidence, Gain, Question, Row, Score, Scorecard

BAR = "answers.correct >= 0.75, format.valid >= 95%, latency.p95 <= 3s, cost.month <= $300"
STAGES = ("not retrieved", "in context, unused", "used but wrong", "cut by splitting", "no answer")
POLISH = {"right but wrong format": "format.valid", "right but uncited": "citations.recall"}


@dataclass(frozen=True)
class Made:
    """What a rung can do: shares, seconds, dollars an answer (None: unknown)."""

    right: float
    format: float | None = None
    style: float | None = None
    cited: float | None = None
    silent: float | None = None
    seconds: float = 1.0
    dollars: float | None = 0.002
    effort: Effort | None = None


LADDER = {
    "prompt": Made(0.03, 0.41, 0.30, None, 0.90, 0.6, 0.0004),
    "few-shot": Made(0.04, 0.93, 0.71, None, 0.62, 0.8, 0.0011),
    "long-context": Made(0.78, 0.52, 0.33, 0.80, 0.70, 6.2, 0.0310),
    "rag": Made(0.79, 0.44, 0.32, 0.88, 0.83, 1.1, 0.0026),
    "few-shot+rag": Made(0.80, 0.91, 0.68, 0.84, 0.78, 1.4, 0.0034),
    "lora": Made(0.03, 0.99, 0.93, None, 0.20, 0.5, 0.0005, Effort(1200, 0.0, "3 epochs")),
    "lora+rag": Made(0.81, 0.985, 0.92, 0.86, 0.80, 0.9, 0.0021, Effort(2400, 0.0, "3 epochs")),
    "rag @ large-model-4": Made(0.88, 0.90, 0.55, 0.91, 0.88, 2.1, 0.0212),
    "our chain": Made(0.74, 0.60, None, None, None, 3.9, 0.0120),
}


def made_questions(count):
    return [
        Question(
            f"q{number}",
            f"What does clause {number} say?",
            (f"{number} days",) if number % 10 else (),
            evidence=(Evidence(f"d{number % 60}"),) if number % 10 else (),
            answerable=bool(number % 10),
        )
        for number in range(count)
    ]


def made_card(name, made, questions):
    """Draw what a rung answers; the same questions are hard for all of them."""
    hard, draw = Random(7), Random(name)
    rows = []
    for question in questions:
        level = draw.choice((hard.random(), draw.random()))
        rows.append(_row(question, made, draw, right=level < made.right))
    clusters = {one.id: f"d{int(one.id[1:]) % 60}" for one in questions}
    figures = measured(rows, clusters, seed=0, resamples=500)
    lost = Counter(row.stage for row in rows if row.stage)
    gains = tuple(
        Gain(
            stage,
            count,
            measurement(POLISH.get(stage, "answers.correct"), _gained(count, len(rows)), seed=0),
            "asked again with the evidence, 7 of 10 are right",
        )
        for stage, count in lost.items()
    )
    run = f"20261121-081244-{name.split()[0]}"
    return Scorecard(figures, tuple(rows), name, run=run, gains=gains)


def _gained(count, total):
    return [0.7] * count + [0.0] * (total - count)


def _row(question, made, draw, *, right):
    id = question.id
    figures = {"answers.correct": float(right), "latency.seconds": made.seconds}
    figures["latency.seconds"] *= draw.uniform(0.5, 1.8)
    for metric, share in (("format.valid", made.format), ("style.match", made.style)):
        if share is not None:
            figures[metric] = float(draw.random() < share)
    if made.cited is not None and question.answerable:
        figures["citations.recall"] = float(draw.random() < made.cited)
        figures["retrieval.recall@10"] = float(draw.random() < 0.9)
    if made.silent is not None and not question.answerable:
        figures["answers.abstained"] = float(draw.random() < made.silent)
    dollars = None if made.dollars is None else made.dollars * draw.uniform(0.7, 1.3)
    stage = None if right else draw.choice(STAGES[2:] if made.cited is None else STAGES)
    if right and not figures.get("format.valid", 1.0):
        stage = "right but wrong format"
    answer = Answer("It is so.", cost=dollars)
    return Row(id, answer, tuple(Score(name, id, value) for name, value in figures.items()), stage)


def made_rungs(ladder):
    return [
        Rung(name, order, partial(object), effort=made.effort, once=0.0, like="rag")
        for order, (name, made) in enumerate(ladder.items())
    ]


def made_verdict(ladder=LADDER, *, count=300, bar=BAR, missing=(), everything=True, **more):
    """Climb a made ladder, and say all that a whole climb says."""
    asked = made_questions(count)
    cards = {name: made_card(name, made, asked) for name, made in ladder.items()}
    needs = [
        Rung(name, 90, object, needs="there are no examples in examples.jsonl: --examples FILE")
        for name in missing
    ]
    found = climb(
        [*made_rungs(ladder), *needs],
        asked,
        evaluate=lambda name, _system, _questions: cards[name],
        bar=bar,
        volume=10_000,
        everything=everything,
        **more,
    )
    return replace(found, changes=changes(found), checklists=checklists(made_situation(), found))


def made_situation(**more):
    return replace(
        Situation(
            documents=64,
            passages=812,
            tokens=41_300,
            window=8_192,
            changes_per_month=0.18,
            days_watched=34.0,
            passage_tokens={0.05: 41.0, 0.5: 118.0, 0.95: 197.0},
            questions=300,
            unanswerable=30,
            examples=640,
            examples_learnable=612,
            adapters=2,
            model="small-model-1",
            local=True,
            embedder="minilm",
            settings={
                "search.k": "10",
                "search.mode": "hybrid",
                "search.mmr": "0.0",
                "ask.template": "default",
                "ask.cache": "True",
                "ask.trace": "False",
                "tune.method": "lora",
                "tune.recipe": "ours",
            },
        ),
        **more,
    )


def whole_verdict():
    """Nine rungs with everything that a climb may find out."""
    found = made_verdict(missing=("full", "full+rag"))
    race = Race(
        "answers.correct",
        "terse",
        "terse is +0.041 from default, the standard error is 0.020",
        {},
        gap=0.021,
    )
    mistakes = (
        Mistake(
            "Tuning to teach facts that change",
            "18 % of the documents changed within a month (34 days watched)",
            "keep facts in the documents and tune form alone: sartor climb --rung lora+rag --all",
            "G3, G4",
        ),
        Mistake(
            "Documents small enough for the context",
            "41,300 tokens in all; below 100,000 guides put them into the prompt",
            "measure it beside retrieval: sartor climb --rung long-context",
            "G4",
        ),
    )
    return replace(found, races={"rag": race}, mistakes=mistakes)


def edge_verdicts():
    """What stands at the edges, each by a name."""
    free = {name: replace(made, dollars=0.0) for name, made in LADDER.items()}
    unknown = {name: replace(made, dollars=None) for name, made in LADDER.items()}
    mixed = {**LADDER, "our chain": replace(LADDER["our chain"], dollars=None)}
    return {
        "no-bar": made_verdict(bar=""),
        "none-meets": made_verdict(bar="answers.correct >= 0.97, format.valid >= 0.99"),
        "one-rung": made_verdict({"rag": LADDER["rag"]}, bar="answers.correct >= 0.7"),
        "free": made_verdict(free, bar="answers.correct >= 0.75"),
        "unknown": made_verdict(unknown),
        "mixed": made_verdict(mixed, bar="answers.correct >= 0.7"),
        "unbuilt": made_verdict(bar="answers.correct >= 0.7", everything=False),
        "nothing": made_verdict({}, missing=("rag",), bar="answers.correct >= 0.7"),
        "few": made_verdict(count=12, bar="answers.correct >= 0.7"),
    }
