"""Measurements of a base and of what became of it in, whether that may be used out, in plain words.

What was not measured has not been shown, and does not pass. Each limit is held to the end of the
interval that the material can afford:

- the task by the interval of its paired change. An adapter of which nobody can tell whether it
  helps is not passed: it would replace what works by what was not shown to work better;
- perplexity, probe and leak by their means: of some hundred prompts without a single leak one
  still cannot say that fewer than 2 % leak, nor of a dozen texts what was lost on all prose. The
  intervals stand beside them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sartor.tuning.guard.intervals import MISSED, apart, change, perplexity_ratio
from sartor.tuning.guard.leaking import LEAK
from sartor.tuning.guard.measuring import TASK, Measured
from sartor.tuning.guard.probe import PROBE
from sartor.tuning.guard.prose import PERPLEXITY
from sartor.types import GuardFinding, GuardReport, Measurement

BETTER, WORSE = "better", "worse"
UNMEASURED = "not measured: "
NOTHING = "nothing gained: 0 before and after"

Measurements = Mapping[str, Measurement]


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may be lost: perplexity as a factor, probe in points, leak as a share."""

    perplexity: float = 1.05
    probe: float = 0.05
    leak: float = 0.02


def judge(before: Measurements, after: Measurements, limits: Limits | None = None) -> GuardReport:
    """Compare; what `measure_all` returned is compared example by example, others by means."""
    limits = limits or Limits()
    return GuardReport(
        (
            *_task(before, after),
            _perplexity(before, after, limits.perplexity),
            _probe(before, after, limits.probe),
            _leak(before, after, limits.leak),
        )
    )


def _task(before: Measurements, after: Measurements) -> Iterator[GuardFinding]:
    names = [name for name in after if name.startswith(TASK)]
    if not names:
        yield _missing("task", before, after, "any better", "no examples were left to test on")
        return
    # Several measures have several chances to look better: together they may err as often as one.
    missed = MISSED / len(names)
    changes = {name: _change(name, before, after, missed) for name in names}
    for name, found in changes.items():
        if found is None:
            yield _missing(name, before, after, "not worse", "the base was not measured")
            continue
        passed = _outcome(found) != WORSE
        told = NOTHING if before[name].mean == after[name].mean == 0 else _told(found)
        yield _finding(name, before, after, "not worse", passed, told)
    yield _something_better(before, {name: one for name, one in changes.items() if one})


def _something_better(before: Measurements, changes: Mapping[str, Measurement]) -> GuardFinding:
    better = [name for name, found in changes.items() if _outcome(found) == BETTER]
    named = ", ".join(name.removeprefix(TASK) for name in better)
    if better:
        reason = f"better: {named}"
    elif not changes:
        reason = f"{UNMEASURED}the base was not measured"
    elif all(before[name].mean >= 1 - MISSED for name in changes):
        reason = "the base does it already: there is nothing to gain"
    else:
        reason = "no measure can be told to be better: more test examples would tell, or more "
        reason += "examples to learn from would help"
    return GuardFinding("task", None, None, "any better", bool(better), reason)


def _perplexity(before: Measurements, after: Measurements, limit: float) -> GuardFinding:
    said = f"<= {limit:g} x base"
    if PERPLEXITY not in before or PERPLEXITY not in after:
        return _missing(PERPLEXITY, before, after, said, "no held-out texts were read")
    paired = _paired_ratio(before, after)
    if paired is None:
        ratio = after[PERPLEXITY].mean / before[PERPLEXITY].mean
        reason = f"{ratio:.3f} times the base's, by the means alone"
    else:
        ratio = paired.mean
        reason = f"{paired.mean:.3f} times the base's [{paired.low:.3f}, {paired.high:.3f}]"
    return _finding(PERPLEXITY, before, after, said, ratio <= limit, reason)


def _paired_ratio(before: Measurements, after: Measurements) -> Measurement | None:
    if not (isinstance(before, Measured) and isinstance(after, Measured)):
        return None
    base, now = before.prose, after.prose
    if not base.tokens or base.tokens != now.tokens:
        return None
    return perplexity_ratio(PERPLEXITY, base.losses, now.losses, base.tokens)


def _probe(before: Measurements, after: Measurements, limit: float) -> GuardFinding:
    said = f">= {-100 * limit:g} points"
    found = _change(PROBE, before, after, MISSED)
    if found is None:
        return _missing(PROBE, before, after, said, "the small tasks were not tried on both")
    return _finding(PROBE, before, after, said, found.mean >= -limit, _told(found))


def _leak(before: Measurements, after: Measurements, limit: float) -> GuardFinding:
    was, now = before.get(LEAK), after.get(LEAK)
    if now is None:
        why = "no general questions were asked of both"
        return _missing(LEAK, before, after, f"<= {100 * limit:g} %", why)
    # A base that answers so by itself is not to blame its adapter for: only for what comes on top.
    usual = was.mean if was and was.mean > limit else 0.0
    allowed = usual + limit
    reason = f"{_percent(now.mean)} of {now.n} general answers"
    reason += f" do; it may be up to {_percent(now.high)}"
    if usual:
        reason += f"; the base itself does it in {_percent(usual)}"
    if was is None:
        reason += " (no form to look for: those that moved from the base's towards the targets)"
    return _finding(LEAK, before, after, f"<= {100 * allowed:g} %", now.mean <= allowed, reason)


def _change(
    name: str, before: Measurements, after: Measurements, missed: float
) -> Measurement | None:
    """Compare example by example where both have the same ones, else mean with mean."""
    if name not in before or name not in after:
        return None
    if isinstance(before, Measured) and isinstance(after, Measured):
        was, now = before.scores[name], after.scores[name]
        paired = change(name, was, now, missed=missed) if len(was) == len(now) else None
        if paired is not None:
            return paired
    return apart(name, before[name], after[name])


def _outcome(found: Measurement) -> str:
    if found.low > 0:
        return BETTER
    return WORSE if found.high < 0 else "cannot tell"


def _told(found: Measurement) -> str:
    mean, low, high = (f"{100 * one:+.1f}" for one in (found.mean, found.low, found.high))
    return f"{_outcome(found)}: {mean} points [{low}, {high}]"


def _percent(share: float) -> str:
    return f"{100 * share:.3g} %"


def _missing(
    name: str, before: Measurements, after: Measurements, limit: str, why: str
) -> GuardFinding:
    return _finding(name, before, after, limit, passed=False, reason=f"{UNMEASURED}{why}")


def _finding(
    name: str, before: Measurements, after: Measurements, limit: str, passed: bool, reason: str
) -> GuardFinding:
    return GuardFinding(name, before.get(name), after.get(name), limit, passed, reason)
