"""Runs made by a seeded generator: every stage, silence, errors, tags, citations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from random import Random
from typing import get_args

from sartor.types import (
    Answer,
    Citation,
    Comparison,
    Cut,
    Evidence,
    Gain,
    Hit,
    Measurement,
    Passage,
    Question,
    Row,
    Run,
    Score,
    Scorecard,
    Sentence,
    Step,
    Support,
    Usage,
)
from sartor.types.measuring import Stage

CORRECT = "answers.correct"
STAGES: tuple[Stage, ...] = get_args(Stage)
IN_A_THOUSAND: dict[Stage, int] = {  # how often each stage loses a question
    "not in the documents": 25, "not read": 20, "cut by splitting": 20, "not retrieved": 90,
    "packed out": 15, "in context, unused": 35, "used but wrong": 60, "right but uncited": 25,
    "right but wrong format": 10, "right but wrong style": 10, "should have abstained": 20,
    "no answer": 15, "unknown": 10,
}  # fmt: skip
POLISH: dict[Stage, str] = {
    "right but uncited": "citations.recall",
    "right but wrong format": "format.valid",
    "right but wrong style": "style.match",
}
UNFOUND = ("not in the documents", "not read", "not retrieved", "no answer")
PROOFS = {
    "not in the documents": "{0} is not in the knowledge base",
    "not read": '"{1}" does not stand in the text of {0}',
    "cut by splitting": "characters 40-52 of {0} are split between {0}#0 and {0}#1",
    "not retrieved": "{0}#0 holds the evidence; it is not among the 10 hits (rank 31)",
    "packed out": "{0}#0 was hit 8 and left out: no room in the context",
    "in context, unused": "{0}#0 stood in the context; no sentence cites it",
    "used but wrong": "the answer cites {0}#0 and says something else",
    "should have abstained": "no document answers this; the answer says something",
}
TAGS = ("returns", "warranty", "travel", "pricing", "security", "onboarding")
MATCHERS = ("contains", "contains", "number", "facts", "label")
TOPICS = (
    ("How long may a customer return an unused {thing}?", "{n} days"),
    ("What does the pickup of a {thing} cost?", "{n} euros"),
    ("How many years of warranty does the frame of a {thing} carry?", "{n} years"),
    ("Who approves a refund for a {thing} above {n} euros?", "the head of customer care"),
    ("Which form sends back a {thing} from abroad, and where is it?", "form R-{n}, online"),
)
THINGS = ("wardrobe", "mattress", "desk lamp", "sofa", "bookshelf", "chair", "garden table")
FILLER = (
    "The item must be in its original packaging, with all of its parts and the receipt.",
    "For items bought in a sale the same rules hold, unless the label says otherwise.",
    "Customer care answers on working days between eight and eighteen o'clock.",
    "Refunds go to the card that was used for the purchase.",
    "A collection can be moved once, up to a day before, on the page of the order.",
)
SETTINGS = {
    "search.k": "10 (default)",
    "search.mode": "hybrid (default)",
    "ask.abstain_below": "0.31 (sartor.toml)",
}


def made_run(count: int = 25, *, seed: int = 0, system: str = "rag", wordy: int = 0) -> Run:
    """Make a run; `wordy` is how many sentences each answer has on top."""
    draw = Random(seed)
    stages: list[Stage | None] = list(STAGES) if count >= 25 else []
    stages += [_stage(draw) for _ in range(count - len(stages))]
    draw.shuffle(stages)
    pairs = [_asked(draw, number, stage, wordy) for number, stage in enumerate(stages, 1)]
    questions = tuple(question for question, _ in pairs)
    rows = tuple(row for _, row in pairs)
    return Run(
        id=f"20261121-081244-{system}",
        started="2026-11-21T08:12:44+00:00",
        seconds=0.31 * count,
        questions_file="questions.jsonl",
        questions=questions,
        settings=SETTINGS,
        versions={"sartor": "0.1.0", "python": "3.11.7"},
        seed=0,
        card=_card(rows, questions, system),
    )


def made_comparisons(first: Run, second: Run) -> list[Comparison]:
    """Make comparisons of all three outcomes; only the differences are computed."""
    a, b = first.card.measurements, second.card.measurements

    def of(metric: str, outcome: str, p: float, more: int | None = None) -> Comparison:
        apart = a[metric].mean - b[metric].mean
        spread = abs(apart) * 0.6 + 0.02
        found = Measurement(metric, apart, apart - spread, apart + spread, len(first.questions))
        return Comparison(metric, outcome, found, p, "paired permutation", 8, more)

    return [
        of("retrieval.ndcg@10", "better", 0.003),
        of(CORRECT, "cannot tell", 0.21, 140),
        of("citations.precision", "cannot tell", 0.8),
        of("latency.p95", "worse", 0.001),
    ]


def _stage(draw: Random) -> Stage | None:
    number = draw.randrange(1_000)
    for stage, share in IN_A_THOUSAND.items():
        number -= share
        if number < 0:
            return stage
    return None


# --- one question -------------------------------------------------------------------------------


def _asked(draw: Random, number: int, stage: Stage | None, wordy: int) -> tuple[Question, Row]:
    pattern, expected = draw.choice(TOPICS)
    amount = draw.randrange(2, 90)
    expected = expected.format(n=amount)
    document = f"handbook/{draw.choice(TAGS)}-{number % 40}.md"
    answerable = stage != "should have abstained" and draw.random() > 0.08
    question = Question(
        f"q{number:04d}",
        pattern.format(thing=draw.choice(THINGS), n=amount),
        (expected,) if answerable else (),
        evidence=(Evidence(document, 40, 40 + len(expected)),) if answerable else (),
        answerable=answerable,
        tags=tuple(draw.sample(TAGS, draw.choice((1, 1, 2)))),
    )
    failed = stage == "no answer" and draw.random() < 0.6
    answer = None if failed else _answer(draw, question, expected, document, stage, wordy)
    decided = "no answer" if failed else draw.choice(MATCHERS) if answerable else "abstention"
    proof = PROOFS.get(stage or "", "asked again with the evidence, the answer is right")
    return question, Row(
        question.id,
        answer,
        tuple(_scores(draw, question, answer, stage)),
        stage,
        "TimeoutError: no answer within 120 s" if failed else "",
        proof.format(document, expected) if stage else "",
        decided,
    )


def _answer(
    draw: Random, question: Question, expected: str, document: str, stage: Stage | None, wordy: int
) -> Answer:
    silent = (not question.answerable and stage is None) or stage == "no answer"
    wrong = stage is not None and stage not in POLISH
    hits = tuple(_hit(draw, document, place, expected, stage) for place in range(10))
    context = tuple(hit.passage for hit in hits[:5])
    if silent:
        sentences = (Sentence("I do not find this in the documents.", (), "unchecked"),)
    else:
        said = f"{draw.randrange(2, 90)} days" if wrong else expected
        count = draw.choice((1, 2, 2, 3)) + wordy
        cited = stage != "right but uncited"
        sentences = tuple(_sentences(draw, context, said, count, wrong=wrong, cited=cited))
    return Answer(
        " ".join(sentence.text for sentence in sentences),
        sentences,
        tuple(found for sentence in sentences for found in sentence.citations),
        context,
        hits,
        Usage(draw.randrange(900, 2_400), draw.randrange(20, 160)),
        abstained=silent,
        cost=0.0021 * draw.uniform(0.6, 1.6),
        confidence=min(0.99, max(0.02, draw.gauss(0.45 if wrong or silent else 0.72, 0.16))),
        cut=(Cut(hits[7].passage.id, "no room in the context"),),
        steps=tuple(_steps(draw)),
    )


def _steps(draw: Random) -> Iterator[Step]:
    now = 0.0
    for name, seconds in (
        ("rewrite", draw.uniform(0.001, 0.004)),
        ("search", draw.uniform(0.004, 0.03)),
        ("pack", 0.002),
        ("write", draw.lognormvariate(-0.7, 0.5)),
        ("check", draw.uniform(0.02, 0.2)),
    ):
        yield Step(name, now, seconds)
        now += seconds


def _hit(draw: Random, document: str, place: int, expected: str, stage: Stage | None) -> Hit:
    gold = place == draw.randrange(6) and stage not in UNFOUND
    name = document if gold else f"handbook/{draw.choice(TAGS)}-{draw.randrange(40)}.md"
    start = 0 if gold else 300 * draw.randrange(1, 9)
    text = f"{draw.choice(FILLER)} It is {expected}. {draw.choice(FILLER)}"
    page = draw.choice((None, 2))
    passage = Passage(f"{name}#{start // 300}", name, text, start, start + len(text), page)
    return Hit(passage, 1 - place / 12, {"bm25": place + 1, "dense": draw.randrange(1, 40)})


def _sentences(
    draw: Random, context: Sequence[Passage], said: str, count: int, *, wrong: bool, cited: bool
) -> Iterator[Sentence]:
    bad: Support = draw.choice(("unsupported", "partly", "contradicted"))
    for number in range(count):
        first = number == 0
        support: Support = bad if wrong and first else "supported"
        citation = _citation(context[number % len(context)], support == "supported")
        yield Sentence(
            f"The answer is {said}." if first else draw.choice(FILLER),
            (citation,) if cited else (),
            support,
            "nothing in the context says so" if support == "unsupported" else "",
            0.8,
        )


def _citation(passage: Passage, supported: bool) -> Citation:
    quote = passage.text[: passage.text.index(".") + 1]
    end = passage.start + len(quote)
    within = " " * passage.start + passage.text
    return Citation(
        passage.id, passage.document_id, "handbook", passage.page, passage.start, end, quote,
        supported, within=within,
    )  # fmt: skip


def _scores(
    draw: Random, question: Question, answer: Answer | None, stage: Stage | None
) -> Iterator[Score]:
    right = float(stage is None or stage in POLISH)
    found = float(stage not in UNFOUND)
    rank = draw.choice((1, 1, 1, 2, 3, 5))
    values = {CORRECT: right, "answers.f1": right or draw.random()}
    if question.answerable:
        values |= {
            "answers.silent": float(answer is None or answer.abstained),
            "retrieval.recall@10": found,
            "retrieval.ndcg@10": found / (0.5 + rank / 2),
            "retrieval.mrr": found / rank,
            "retrieval.mrr.bm25": found / rank,
            "citations.recall": draw.choice((1.0, 1.0, 0.5)),
            "citations.precision": draw.choice((1.0, 1.0, 0.5)),
        }
    else:
        values["answers.abstained"] = right
    if answer:
        values |= {
            "answers.words": float(len(answer.text.split())),
            "faithfulness.supported": right,
            "faithfulness.numbers": right,
            "format.valid": 1.0,
            "style.match": draw.random(),
            "latency.seconds": sum(step.seconds for step in answer.steps),
            "tokens.input": float(answer.usage.input_tokens),
            "tokens.output": float(answer.usage.output_tokens),
            "cost.query": answer.cost or 0.0,
        }
    for name, value in values.items():
        yield Score(name, question.id, value)
    yield Score("judge.correct", question.id, None, "the judge gave no verdict")


# --- the whole ----------------------------------------------------------------------------------


def _card(rows: Sequence[Row], questions: Sequence[Question], system: str) -> Scorecard:
    values: dict[str, list[float]] = {}
    for row in rows:
        for score in row.scores:
            if score.value is not None:
                values.setdefault(score.metric, []).append(score.value)
    seconds = sorted(values.pop("latency.seconds"))
    measured = {name: _measured(name, found) for name, found in values.items()}
    for name, share in (("latency.p50", 0.5), ("latency.p95", 0.95)):
        at = seconds[int(share * (len(seconds) - 1))]
        measured[name] = Measurement(name, at, 0.9 * at, 1.15 * at, len(seconds))
    return Scorecard(
        measured,
        tuple(rows),
        system,
        decided_by=Counter(row.decided_by for row in rows),
        tagged=dict(_tagged(rows, questions)),
        gains=tuple(_gains(rows)),
        notes=(f"with {len(rows)} questions only large differences can be told apart",),
    )


def _gains(rows: Sequence[Row]) -> Iterator[Gain]:
    counts = Counter(row.stage for row in rows if row.stage)
    for stage, lost in counts.items():
        gained = [0.7] * lost + [0.0] * (len(rows) - lost)
        measured = _measured(POLISH.get(stage, CORRECT), gained)
        yield Gain(stage, lost, measured, "asked again with the evidence, 7 of 10 are right")


def _tagged(
    rows: Sequence[Row], questions: Sequence[Question]
) -> Iterator[tuple[str, Measurement]]:
    for tag in TAGS:
        inside = [
            score.value or 0.0
            for row, question in zip(rows, questions, strict=True)
            for score in row.scores
            if tag in question.tags and score.metric == CORRECT
        ]
        if inside:
            yield tag, _measured(CORRECT, inside)


def _measured(name: str, values: Sequence[float]) -> Measurement:
    n, mean = len(values), sum(values) / len(values)
    spread = 1.96 * (sum((value - mean) ** 2 for value in values) / n**2) ** 0.5
    low, high = mean - spread, mean + spread
    if max(values) <= 1:
        low, high = max(0.0, low), min(1.0, high)
    return Measurement(name, mean, low, high, n)
