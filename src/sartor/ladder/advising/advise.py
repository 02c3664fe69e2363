"""A profile -> advice: which rung to try first, where the guides expect it to end, and why.

The rules say which tools speak for themselves; rungs are what the tools make together. Nothing is
measured: the advice ends with the command that does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

from sartor.ladder.advising.advice import Advice, Beside, Open, Reason, State, Step
from sartor.ladder.advising.profile import Asked, Profile, Value, is_asked, questions
from sartor.ladder.advising.rules import Disagreement, Rule, Side, Stance, book

PROMPT, FEW_SHOT, WHOLE = "prompt", "few-shot", "long-context"
RAG, FEW_SHOT_RAG = "rag", "few-shot+rag"
TUNED, TUNED_RAG = "lora", "lora+rag"
ON_THE_WAY = ("system prompt", "examples", "context", "retrieval", "tuning")  # what makes rungs
FACTS = "tuning facts"
NUMBERS: Mapping[str, tuple[int, ...]] = {  # little and much, where that may decide
    "tokens": (20_000, 1_000_000),
    "volume": (1_000, 1_000_000),
}
MEASURED = "falls_short"  # what the last command tells; nobody need guess it
LEAST_QUESTIONS = 30
THOUSANDS = ((1_000_000, "M"), (1_000, "k"))


def advise(profile: Profile) -> Advice:
    """Advise by the guides' rules."""
    said = _said(profile)
    steps = tuple(_steps(said))
    first, likely = _ends(steps, profile)
    disagreements = _named((*book().disagreements(profile), *said.contradictions()), steps)
    return Advice(
        first=first,
        likely=likely,
        summary=_summary(first, likely),
        steps=steps,
        beside=tuple(_beside(said)),
        avoid=tuple(_avoid(said, steps)),
        disagreements=disagreements,
        open=tuple(_open(profile, (first, likely))),
        commands=tuple(_commands(profile)),
        profile={name: value for name, value in asdict(profile).items() if value is not None},
        guides=_guides(said.rules, disagreements),
    )


# --- what the rules say -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Said:
    """The rules that hold for a profile."""

    rules: Sequence[Rule]

    def of(self, tool: str, stance: Stance) -> tuple[Reason, ...]:
        """Give the reasons of one stance to a tool."""
        return tuple(
            Reason(rule.reason, rule.source, rule.id)
            for rule in self.rules
            if rule.then.get(tool) == stance
        )

    def contradictions(self) -> Iterator[Disagreement]:
        """Name the tools that some rules are for, and others against."""
        for tool, measure in book().measure.items():
            speaking, warning = self.of(tool, "for"), self.of(tool, "against")
            if speaking and warning:
                sides = [Side(f"for: {one.text}", one.source) for one in speaking]
                sides += [Side(f"against: {one.text}", one.source) for one in warning]
                yield Disagreement(tool.capitalize(), tuple(sides), measure)


def _said(profile: Profile) -> Said:
    """Apply the rules; that something falls short is not so until it is measured."""
    return Said(book().holding(replace(profile, falls_short=bool(profile.falls_short))))


# --- the way up -------------------------------------------------------------------------------


def _steps(said: Said) -> Iterator[Step]:
    """Put the tools that are wanted together into rungs, the simplest first."""
    wanted = {tool: said.of(tool, "for") for tool in ON_THE_WAY}
    facts = wanted["context"] or wanted["retrieval"]
    if not facts:
        wanted["tuning"] += said.of("tuning", "instead")
    yield _step(PROMPT, wanted["system prompt"])
    if wanted["examples"] and not facts:
        yield _step(FEW_SHOT, wanted["examples"])
    if wanted["context"]:
        yield _step(WHOLE, wanted["context"])
    if wanted["retrieval"]:
        yield _step(RAG, wanted["retrieval"])
    if wanted["examples"] and facts:
        yield _step(FEW_SHOT_RAG, wanted["examples"])
    if wanted["tuning"]:
        against, later = said.of("tuning", "against"), said.of("tuning", "later")
        state: State = "no" if against else "later" if later else "now"
        name = TUNED_RAG if facts else TUNED
        yield _step(name, wanted["tuning"], state, (*against, *later))


def _step(
    rung: str, reasons: tuple[Reason, ...], state: State = "now", against: tuple[Reason, ...] = ()
) -> Step:
    return Step(rung, book().rungs[rung], state, reasons, against)


def _named(found: Iterable[Disagreement], steps: Sequence[Step]) -> tuple[Disagreement, ...]:
    """Name in what is to be measured the rungs that stand on this way up."""
    taken = {step.rung for step in steps}
    names = {
        "examples": FEW_SHOT_RAG if FEW_SHOT_RAG in taken else FEW_SHOT,
        "tuning": TUNED_RAG if TUNED_RAG in taken else TUNED,
    }
    return tuple(replace(one, measure=one.measure.format(**names)) for one in found)


def _ends(steps: Sequence[Step], profile: Profile) -> tuple[str, str]:
    """Name the rung to try first, and the one where it is expected to end.

    The bare prompt is measured in any case. What is measured to fall short is not tried again.
    """
    now = [step.rung for step in steps if step.state == "now"]
    possible = [step.rung for step in steps if step.state != "no"]
    if profile.falls_short:
        return now[-1], possible[-1]
    return (now[1] if len(now) > 1 else now[0]), possible[-1]


def _summary(first: str, likely: str) -> str:
    if likely == PROMPT:
        return "Start with prompt. As far as is known, nothing asks for more."
    if first == likely:
        return f"Start with {first}. By the guides' rules that is where it ends, too."
    return (
        f"Start with {first}. If it is measured to fall short, the guides expect it to end with "
        f"{likely}."
    )


# --- what is no rung --------------------------------------------------------------------------


def _beside(said: Said) -> Iterator[Beside]:
    for tool, text in book().tools.items():
        if reasons := said.of(tool, "for"):
            yield Beside(tool, text, reasons)


def _avoid(said: Said, steps: Iterable[Step]) -> Iterator[Beside]:
    """Name what the guides advise against, where nothing else speaks for it."""
    taken = {step.rung for step in steps}
    if (reasons := said.of("retrieval", "against")) and not taken & {RAG, TUNED_RAG}:
        yield Beside("retrieval", "No search", reasons)
    if reasons := said.of(FACTS, "against"):
        yield Beside(FACTS, "No facts into an adapter", reasons)
    if (reasons := said.of("tuning", "against")) and not taken & {TUNED, TUNED_RAG}:
        yield Beside("tuning", "No tuning", reasons)


def _guides(rules: Iterable[Rule], disagreements: Iterable[Disagreement]) -> dict[str, str]:
    """Name the guides that are spoken of."""
    sources = [rule.source for rule in rules]
    sources += [side.source for one in disagreements for side in one.sides]
    spoken = {name for source in sources for name in source.split()}
    return {name: title for name, title in book().guides.items() if name in spoken}


# --- what would change it ---------------------------------------------------------------------


def _open(profile: Profile, ends: tuple[str, str]) -> Iterator[Open]:
    """Find the questions without an answer whose answer would lead elsewhere."""
    for asked in questions():
        if not is_asked(asked, profile) or asked.name == MEASURED:
            continue
        would = {str(value): _told(profile, asked, value) for value in _values(asked)}
        elsewhere = {value: rungs for value, rungs in would.items() if rungs != _route(*ends)}
        if elsewhere:
            yield Open(asked.name, asked.question, elsewhere)


def _values(asked: Asked) -> tuple[Value, ...]:
    if asked.kind is bool:
        return (True, False)
    return asked.choices or NUMBERS.get(asked.name, ())


def _told(profile: Profile, asked: Asked, value: Value) -> str:
    other = replace(profile, **{asked.name: value})  # type: ignore[arg-type]  # of its own kind
    return _route(*_ends(tuple(_steps(_said(other))), other))


def _route(first: str, likely: str) -> str:
    return first if first == likely else f"{first}, then {likely}"


# --- what to type -----------------------------------------------------------------------------


def _commands(profile: Profile) -> Iterator[str]:
    """Write the commands that answer what rules cannot."""
    if (profile.questions or 0) < LEAST_QUESTIONS:
        yield "sartor questions make"
        yield "sartor questions review"
    bar = ", ".join(_bar(profile))
    volume = f" --volume {_short(profile.volume)}" if profile.volume else ""
    yield f'sartor climb --bar "{bar}"{volume}'


def _bar(profile: Profile) -> Iterator[str]:
    """Word a bar of what the profile demands, with figures to be changed."""
    form = profile.style or profile.format in {"layout", "json"}
    if profile.knowledge is not False or not form:
        yield "answers.correct >= 0.85"
    if profile.cite:
        yield "citations.recall >= 0.9"
    if profile.format == "json":
        yield f"format.valid >= {profile.format_needed or 0.95:g}"
    if profile.style or profile.format == "layout":
        yield "style.match >= 0.8"
    if profile.latency == "critical":
        yield "latency.p95 <= 1s"


def _short(number: int) -> str:
    for size, unit in THOUSANDS:
        if number >= size and number % size == 0:
            return f"{number // size}{unit}"
    return str(number)
