"""Figures -> small SVG pictures without text, that stretch with the page.

Places along a picture are percentages and markers are in pixels, so nothing is distorted and
nothing needs a script. The figures themselves stand beside a picture as text; its title says them
to those who cannot see it. Colours come from the style sheet, by class.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite

from markupsafe import Markup, escape

Reach = tuple[float, float, float]  # a mean, the ends of its interval

_TICKS = (0, 25, 50, 75, 100)


def whisker(
    told: str, mean: float, low: float, high: float, top: float, *, asked: float | None = None
) -> Markup:
    """Draw a dot with its interval on a scale from 0 to `top`; `asked` marks what is demanded."""
    parts = [*_ticks(), *_dot(mean, low, high, top)]
    if asked is not None and top > 0:
        at = _percent(asked / top)
        parts.insert(0, f'<line class="asked" x1="{at}" x2="{at}" y1="0" y2="100%"/>')
    return _picture("w", told, parts)


def two_whiskers(told: str, first: Reach, second: Reach, top: float) -> Markup:
    """Draw two of (mean, low, high) one above the other: a dot, and a ring below it."""
    above = _dot(*first, top, height=30)
    below = _dot(*second, top, height=70, kind="b")
    return _picture("w w2", told, [*_ticks(), *above, *below])


def difference(told: str, mean: float, low: float, high: float, reach: float) -> Markup:
    """Draw a dot with its interval on a scale from -`reach` to `reach`, zero in the middle."""
    zero = '<line class="zero" x1="50%" x2="50%" y1="0" y2="100%"/>'
    return _picture("w", told, [zero, *_dot(mean + reach, low + reach, high + reach, 2 * reach)])


def bar(told: str, length: float, rest: float = 0.0) -> Markup:
    """Draw a bar of a share of the width; `rest` follows it faintly."""
    parts = [_block("bar", 0.0, length)]
    if rest > 0:
        parts.append(_block("rest", length, length + rest))
    return _picture("h", told, parts)


def span(told: str, start: float, usual: float, most: float) -> Markup:
    """Draw a step of a waterfall: a block from start to usual, a thin line on to most."""
    parts = [_block("bar", start, usual)]
    if most > usual:
        left, right = _percent(usual), _percent(most)
        parts.append(f'<line class="tail" x1="{left}" x2="{right}" y1="50%" y2="50%"/>')
        parts.append(f'<line class="tail" x1="{right}" x2="{right}" y1="25%" y2="75%"/>')
    return _picture("h", told, parts)


def curve(told: str, points: Iterable[tuple[float, float]], level: float | None = None) -> Markup:
    """Draw a line through points of the unit square; `level` is a dashed line across it."""
    path = " ".join(f"{100 * x:.2f},{100 - 100 * y:.2f}" for x, y in points)
    grid = [f'<path class="tick" d="M0 {at}H100M{at} 0V100"/>' for at in _TICKS]
    if level is not None:
        grid.append(f'<path class="level" d="M0 {100 - 100 * level:.2f}H100"/>')
    inside = "".join(grid) + f'<polyline class="curve" points="{path}"/>'
    return Markup(  # noqa: S704  # made of numbers and one escaped title
        f'<svg class="plot" viewBox="0 0 100 100" preserveAspectRatio="none" role="img">'
        f"<title>{escape(told)}</title>{inside}</svg>"
    )


def _picture(kind: str, told: str, parts: Iterable[str]) -> Markup:
    return Markup(  # noqa: S704  # made of numbers and one escaped title
        f'<svg class="{kind}" role="img"><title>{escape(told)}</title>{"".join(parts)}</svg>'
    )


def _ticks() -> list[str]:
    return [f'<line class="tick" x1="{at}%" x2="{at}%" y1="0" y2="100%"/>' for at in _TICKS]


def _dot(
    mean: float, low: float, high: float, top: float, *, height: int = 50, kind: str = "a"
) -> list[str]:
    if not (isfinite(mean) and top > 0):
        return []
    left, right = _percent(low / top), _percent(high / top)
    at = f'y1="{height}%" y2="{height}%"'
    return [
        f'<line class="reach {kind}" x1="{left}" x2="{right}" {at}/>',
        f'<circle class="dot {kind}" cx="{_percent(mean / top)}" cy="{height}%" r="5"/>',
    ]


def _block(kind: str, start: float, end: float) -> str:
    width = _percent(max(0.0, min(1.0, end) - max(0.0, start)))
    return f'<rect class="{kind}" x="{_percent(start)}" width="{width}" height="100%" rx="2"/>'


def _percent(share: float) -> str:
    inside = min(1.0, max(0.0, share)) if isfinite(share) else 0.0
    return f"{100 * inside:.4g}%"
