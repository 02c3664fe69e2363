"""A text and spans of it go in; one HTML page comes out, scrolled to the first span, all marked.

The page needs nothing from anywhere and runs nothing but the one line that scrolls. All text is
escaped; a long text is cut around the spans, and the page says so.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from string import Template

from sartor.text.spans import merged
from sartor.types import Block, BlockKind

AROUND = 150_000  # characters shown before and behind the marked ones
SHORT_LINE = 60  # characters: prose that was wrapped has longer lines

Span = tuple[int, int]

_BLANK_LINES = re.compile(r"\n[^\S\n]*\n\s*")
_SAYS = re.compile(r"\w")

_SCROLL = "document.getElementById('cited')?.scrollIntoView({block: 'center'})"
_SCROLL_HASH = base64.b64encode(hashlib.sha256(_SCROLL.encode()).digest()).decode()
_SHOWN_AS: dict[BlockKind, str] = {
    "heading": "h2", "paragraph": "p", "list": "p", "table": "pre", "code": "pre",
}  # fmt: skip

_PAGE = Template("""<!doctype html>
<html lang="$language">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-$hash'">
<title>$title</title>
<style>
:root { --paper: #fdfcf9; --ink: #23211d; --quiet: #77736a; --line: #e6e2d8; --mark: #ffe870; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #191816; --ink: #dcd8cf; --quiet: #8f8a80; --line: #33312d; --mark: #6b5a10; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 17px/1.6 Charter, "Iowan Old Style", Georgia, serif; }
header, main { max-width: 44rem; margin: 0 auto; padding: 0 1.5rem; }
header { padding-top: 2.5rem; padding-bottom: 1rem; border-bottom: 1px solid var(--line);
  font: 14px/1.5 system-ui, sans-serif; color: var(--quiet); }
header strong { display: block; font-size: 16px; color: var(--ink); overflow-wrap: anywhere; }
main { padding-top: 1rem; padding-bottom: 60vh; }
h2 { font: 600 1.15em/1.35 system-ui, sans-serif; margin: 2em 0 .4em; }
p, pre { margin: 0 0 1em; overflow-wrap: anywhere; }
pre, .lines { white-space: pre-wrap; }
pre { font: 14px/1.55 ui-monospace, Menlo, Consolas, monospace; overflow-x: auto; }
mark { background: var(--mark); color: inherit; border-radius: 2px; padding: .08em 0;
  box-decoration-break: clone; -webkit-box-decoration-break: clone; }
</style>
</head>
<body>
<header><strong>$title</strong>$about</header>
<main>
$body
</main>
<script>$scroll</script>
</body>
</html>
""")


def text_page(
    text: str,
    spans: Sequence[Span],
    *,
    title: str,
    about: str = "",
    language: str = "",
    blocks: Sequence[Block] = (),
) -> str:
    """Write a text as a page; `blocks` say what is a heading, a table or code."""
    spans = merged(spans)
    first, last = _window(len(text), spans)
    cut = f"Characters {first:,} to {last:,} of {len(text):,}." if last - first < len(text) else ""
    shown = ((kind, max(start, first), min(end, last)) for kind, start, end in _parts(text, blocks))
    body = "\n".join(_element(text, *part, spans) for part in shown if part[1] < part[2])
    return _PAGE.substitute(
        language=escape(language or "und"),
        title=escape(title),
        about="<br>".join(escape(line) for line in (about, cut) if line),
        body=body.replace("<mark>", '<mark id="cited">', 1),
        scroll=_SCROLL,
        hash=_SCROLL_HASH,
    )


def _window(length: int, spans: Sequence[Span]) -> Span:
    """Choose which part of a long text is shown: what is around the first span."""
    start, end = spans[0] if spans else (0, 0)
    return max(0, start - AROUND), min(length, end + AROUND)


def _parts(text: str, blocks: Sequence[Block]) -> Iterator[tuple[BlockKind, int, int]]:
    """Go through a text block by block; what is between blocks counts if it says something."""
    at = 0
    for block in blocks:
        yield from _paragraphs(text, at, block.start)
        yield block.kind, block.start, block.end
        at = block.end
    yield from _paragraphs(text, at, len(text))


def _paragraphs(text: str, start: int, end: int) -> Iterator[tuple[BlockKind, int, int]]:
    """Cut at blank lines; marks alone, such as those before a heading, are left out."""
    at = start
    for gap in _BLANK_LINES.finditer(text, start, end):
        if _SAYS.search(text, at, gap.start()):
            yield "paragraph", at, gap.start()
        at = gap.end()
    if _SAYS.search(text, at, end):
        yield "paragraph", at, end


def _element(text: str, kind: BlockKind, start: int, end: int, spans: Iterable[Span]) -> str:
    """Write one block, the marked parts of it as `<mark>`."""
    pieces, at = [], start
    for span in spans:
        left, right = max(span[0], start), min(span[1], end)
        if left < right:
            pieces += [escape(text[at:left]), f"<mark>{escape(text[left:right])}</mark>"]
            at = right
    pieces.append(escape(text[at:end]))
    tag = _SHOWN_AS[kind]
    lines = ' class="lines"' if tag == "p" and _keeps_lines(kind, text[start:end]) else ""
    return f"<{tag}{lines}>{''.join(pieces)}</{tag}>"


def _keeps_lines(kind: BlockKind, text: str) -> bool:
    """Say whether line ends mean something: in a list or an address, not in wrapped prose."""
    return kind == "list" or max(map(len, text.splitlines()), default=0) < SHORT_LINE
