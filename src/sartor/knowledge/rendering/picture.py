"""A page of a PDF and spans of its text go in; a PNG with those spans marked comes out.

PDFium crashes on hostile files and is not thread-safe: it draws in a child process that is
limited and does not outlive the call.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

from sartor.errors import ReadingError
from sartor.knowledge.reading.boxes import Rectangle, rectangles
from sartor.knowledge.reading.child import Child
from sartor.knowledge.reading.frames import BrokenFrame
from sartor.knowledge.reading.limits import Limits
from sartor.knowledge.rendering.png import SIGNATURE
from sartor.types import Page

LIMITS = Limits(seconds=30.0, cpu_seconds=20)
MARGIN = 1.5  # points around a marked line
_WORKER = "sartor.knowledge.rendering.worker"


def picture(
    path: Path,
    page: Page,
    spans: Iterable[tuple[int, int]],
    *,
    password: str | None = None,
    limits: Limits = LIMITS,
) -> bytes:
    """Draw a page as PNG, with spans of the document's text marked.

    Raises `ReadingError` when the page cannot be drawn.
    """
    marked = [line for start, end in spans for line in rectangles(page, start, end)]
    request = {
        "path": str(path),
        "page": page.number,
        "password": password,
        "places": [_share(line, page) for line in marked],
    }
    with closing(Child(limits, _WORKER)) as child:
        clock = threading.Timer(limits.seconds, child.kill, (f"it took {limits.seconds:g} s",))
        clock.start()
        try:
            return _drawn(child, request)
        finally:
            clock.cancel()


def _drawn(child: Child, request: dict[str, object]) -> bytes:
    child.ask(request)
    try:
        lengths = child.next_lengths()
        header, body = child.next_parts(lengths) if lengths else ({}, b"")
    except BrokenFrame:
        header, body = {}, b""
    if header.get("answer") == "picture" and body.startswith(SIGNATURE):
        return body
    reason = str(header.get("reason") or child.why_it_ended())
    raise ReadingError(f"page {request['page']} of {request['path']} cannot be drawn: {reason}")


def _share(line: Rectangle, page: Page) -> Sequence[float]:
    """Express a line in shares of the page, with a little room around it."""
    return (
        (line.left - MARGIN) / page.width,
        (line.top - MARGIN) / page.height,
        (line.right + MARGIN) / page.width,
        (line.bottom + MARGIN) / page.height,
    )
