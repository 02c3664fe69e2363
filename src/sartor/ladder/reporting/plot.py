"""A verdict -> its picture: quality against what a month costs, or against waiting.

Places are percentages, so that it stretches with the page. Dots carry the numbers that the rungs
have in the table, and their names where there is room.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import isfinite

from markupsafe import Markup, escape

from sartor.evaluation.reporting import figures
from sartor.evaluation.reporting.figures import measure
from sartor.ladder.bars import MONTH
from sartor.ladder.redeciding import requirements
from sartor.ladder.reporting.scales import Scale, scale_of, scale_of_shares
from sartor.ladder.reporting.sides import measured
from sartor.ladder.standings import figure, worst
from sartor.ladder.verdict import CORRECT, Verdict
from sartor.types import Measurement

WAITING = "latency.p50"
ALIKE = 1.02  # prices that differ by less stand on one spot
TITLES = {
    MONTH: "dollars a month, at {volume:,} questions",
    WAITING: "seconds, half of the answers take no longer",
}
FEWEST = 2  # rungs that make a picture
WIDE, HIGH = 900, 380  # pixels that names are kept apart for; the page may be narrower
LETTER, LINE, AWAY = 7.5, 16, 13  # pixels: of a letter, of a line, from a dot to its name

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Spot:
    """One rung in the picture; x, y and the ends of their intervals lie between 0 and 1."""

    number: int
    name: str
    kind: str
    x: float
    y: float
    left: float
    right: float
    low: float
    high: float
    told: str


@dataclass(frozen=True, slots=True)
class Plot:
    """The picture, what stands on its axes, what left means, and which rungs it cannot show."""

    title: str
    left: str
    across: str
    up: str
    picture: Markup
    x_axis: Markup
    y_axis: Markup
    spots: tuple[Spot, ...]
    left_out: tuple[str, ...]


def plot(verdict: Verdict) -> Plot | None:
    """Draw quality against price, against waiting where prices tell nothing; None: too few."""
    quality, price = _quality(verdict), _price(verdict)
    found = {
        name: (x, y)
        for name in verdict.considered
        if (x := measured(verdict, name, price)) and (y := measured(verdict, name, quality))
        and _finite(x, y)
    }  # fmt: skip
    if len(found) < FEWEST:
        return None
    asked = _asked(verdict, quality)
    across = scale_of([end for x, _ in found.values() for end in (x.low, x.mean, x.high)])
    reaches = [end for _, y in found.values() for end in (y.low, y.high)]
    up = scale_of_shares([*reaches, *([] if asked is None else [asked])])
    spots = [_spot(verdict, name, *pair, across, up) for name, pair in found.items()]
    return Plot(
        title="Quality against cost" if price == MONTH else "Quality against waiting",
        left="cheaper" if price == MONTH else "quicker",
        across=TITLES[price].format(volume=verdict.volume),
        up=measure(quality).meaning,
        picture=_picture(spots, across, up, asked if asked is None else up.place(asked)),
        x_axis=_axis("x", across, price),
        y_axis=_axis("y", up, quality),
        spots=tuple(spots),
        left_out=tuple(name for name in verdict.considered if name not in found),
    )


def _quality(verdict: Verdict) -> str:
    """Show being right, unless the bar asks for another share and not for that."""
    asked = [one.metric for one in requirements(verdict) if measure(one.metric).unit == "share"]
    return asked[0] if asked and CORRECT not in asked else CORRECT


def _price(verdict: Verdict) -> str:
    """Show what a month costs, unless that is hardly known or the same for all."""
    months = [cost.per_month.mean for cost in verdict.costs.values() if cost.per_month]
    tells = len(months) >= FEWEST and max(months) > ALIKE * min(months)
    return MONTH if tells else WAITING


def _finite(*found: Measurement) -> bool:
    return all(isfinite(end) for one in found for end in (one.mean, one.low, one.high))


def _asked(verdict: Verdict, metric: str) -> float | None:
    wanted = [one for one in requirements(verdict) if one.metric == metric and one.at_least]
    return wanted[0].value if wanted else None


def _spot(
    verdict: Verdict, name: str, x: Measurement, y: Measurement, across: Scale, up: Scale
) -> Spot:
    standings = verdict.standings.get(name)
    enough = not standings or worst(standings).status in ("proved", "likely")
    kind = "chosen" if name == verdict.rung else "enough" if enough else "short"
    left, right = (x.low, x.high) if x.metric == MONTH else (x.mean, x.mean)
    price, share = figures.figure(x.metric, x.mean), figure(y.metric, y.mean)
    return Spot(
        verdict.considered.index(name) + 1,
        name,
        kind,
        across.place(x.mean),
        up.place(y.mean),
        across.place(left),
        across.place(right),
        up.place(y.low),
        up.place(y.high),
        f"{name}: {share} for {price}",
    )


# --- drawing ----------------------------------------------------------------------------------


def _picture(spots: Sequence[Spot], across: Scale, up: Scale, asked: float | None) -> Markup:
    parts = [_line("tick", x, 0, x, 1) for x in map(across.place, across.ticks)]
    parts += [_line("tick", 0, y, 1, y) for y in map(up.place, up.ticks)]
    if asked is not None:
        parts.append(_line("level", 0, asked, 1, asked))
    parts += _frontier(spots)
    for one in spots:
        parts.append(_line(f"reach {one.kind}", one.x, one.low, one.x, one.high))
        parts.append(_line(f"reach {one.kind}", one.left, one.y, one.right, one.y))
    parts += map(_dot, spots)
    parts += _names(spots)
    told = escape("; ".join(one.told for one in spots))
    return Markup(  # noqa: S704  # made of numbers and escaped texts
        f'<svg class="scatter" role="img"><title>{told}</title>{"".join(parts)}</svg>'
    )


def _frontier(spots: Sequence[Spot]) -> Iterator[str]:
    """Join those that no cheaper one equals: from left to right, always upwards."""
    best: Spot | None = None
    for one in sorted(spots, key=lambda spot: (spot.x, -spot.y)):
        if best is None or one.y > best.y:
            if best:
                yield _line("front", best.x, best.y, one.x, best.y)
                yield _line("front", one.x, best.y, one.x, one.y)
            best = one


def _dot(one: Spot) -> str:
    at = f'cx="{_at(one.x)}" cy="{_at(1 - one.y)}"'
    return (
        f'<circle class="dot {one.kind}" {at} r="{10 if one.kind == "chosen" else 9}"/>'
        f'<text class="number {one.kind}" x="{_at(one.x)}" y="{_at(1 - one.y)}" dy="4">'
        f"{one.number}</text>"
    )


def _names(spots: Sequence[Spot]) -> Iterator[str]:
    """Write each name beside its dot, where it covers neither a dot nor another name."""
    taken = [_box(_pixels(one), 20, 20) for one in spots]
    for one in spots:
        width = LETTER * len(one.name)
        x, y = _pixels(one)
        sides = {
            (AWAY, 4, "start"): (x + AWAY + width / 2, y),
            (-AWAY, 4, "end"): (x - AWAY - width / 2, y),
            (0, -AWAY - 2, "middle"): (x, y - AWAY - LINE / 2),
            (0, AWAY + 12, "middle"): (x, y + AWAY + LINE / 2),
            (AWAY, -AWAY + 2, "start"): (x + AWAY + width / 2, y - LINE),
            (AWAY, AWAY + 6, "start"): (x + AWAY + width / 2, y + LINE),
            (-AWAY, -AWAY + 2, "end"): (x - AWAY - width / 2, y - LINE),
            (-AWAY, AWAY + 6, "end"): (x - AWAY - width / 2, y + LINE),
        }
        for (dx, dy, anchor), middle in sides.items():
            box = _box(middle, width, LINE)
            if _inside(box) and not any(_meet(box, other) for other in taken):
                taken.append(box)
                yield (
                    f'<text class="label {one.kind}" x="{_at(one.x)}" y="{_at(1 - one.y)}" '
                    f'dx="{dx}" dy="{dy}" text-anchor="{anchor}">{escape(one.name)}</text>'
                )
                break


def _pixels(one: Spot) -> tuple[float, float]:
    return one.x * WIDE, (1 - one.y) * HIGH


def _box(middle: tuple[float, float], width: float, height: float) -> Box:
    x, y = middle
    return x - width / 2, y - height / 2, x + width / 2, y + height / 2


def _meet(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _inside(box: Box) -> bool:
    return box[0] >= -10 and box[2] <= WIDE + 10 and box[1] >= -10 and box[3] <= HIGH + 10


def _axis(which: str, scale: Scale, metric: str) -> Markup:
    texts = []
    for tick in scale.ticks:
        at, told = scale.place(tick), escape(_tick(metric, tick))
        where = f'x="{_at(at)}" y="14"' if which == "x" else f'x="100%" y="{_at(1 - at)}" dy="4"'
        texts.append(f"<text {where}>{told}</text>")
    return Markup(  # noqa: S704  # made of numbers and escaped texts
        f'<svg class="axis-{which}" aria-hidden="true">{"".join(texts)}</svg>'
    )


def _tick(metric: str, value: float) -> str:
    """Write round values without places, short times in milliseconds."""
    return figures.figure(metric, value) if metric == WAITING and value else figure(metric, value)


def _line(kind: str, x1: float, y1: float, x2: float, y2: float) -> str:
    ends = f'x1="{_at(x1)}" y1="{_at(1 - y1)}" x2="{_at(x2)}" y2="{_at(1 - y2)}"'
    return f'<line class="{kind}" {ends}/>'


def _at(share: float) -> str:
    return f"{100 * share:.4g}%"
