"""HTML: the main content with its headings, lists, tables and code.

Navigation, scripts, forms and footers are dropped. What a browser would not show is left out of
the text and said in the notes, because that is where instructions to a model are hidden.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from selectolax.lexbor import LexborHTMLParser, LexborNode

from sartor.errors import ReadingError
from sartor.knowledge.reading.composing import Composition, complete
from sartor.knowledge.reading.decoding import BYTE_ORDER_MARKS, Decoded, checked, decode, read_bytes
from sartor.knowledge.reading.grid import cell, markdown_table
from sartor.protocols import ReadOptions
from sartor.types import BlockKind, Reading

DROPPED = ", ".join(
    """script style noscript template svg math iframe object embed canvas nav aside footer form
    button select dialog menu [role=navigation] [role=banner] [role=contentinfo] [role=search]
    [role=complementary] [role=dialog]""".split()  # noqa: SIM905
)
MAIN = ("main, [role=main]", "article")
MAIN_SHARE = 0.3  # of the body's text that a marked main part must hold to be believed
BLOCK_SHARE = 0.6  # of the text outside links that an unmarked part must hold
HIDDEN_WORDS = 3  # shorter hidden texts are icons and labels
BLOCK_TAGS = frozenset(
    """address article blockquote body dd details div dl dt fieldset figcaption figure header
    hgroup hr main ol p section summary table tbody thead tfoot tr td th ul""".split()  # noqa: SIM905
)
CONTAINERS = frozenset(["div", "section", "td", "table", "tbody", "tr", "center"])
STEPS_DOWN = 25  # towards the main content; each one looks at all that is below it

LINE_BREAK = "\v"  # what <br> becomes until its block is written; two of them part paragraphs

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LISTS = frozenset(["ul", "ol", "menu"])
_SPACE = re.compile(r"[^\S\xa0]+")
_BLANK_LINE = re.compile(rf"{LINE_BREAK}\s*{LINE_BREAK}\s*")
_META_CHARSET = re.compile(
    rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{2,40})", re.IGNORECASE
)
_XML_ENCODING = re.compile(
    rb"\s*<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([\w.:-]{2,40})", re.IGNORECASE
)
_ZERO = r"\s*:\s*0(?:\.0+)?(?:px|pt|r?em|%)?\s*(?:;|!|$)"
_UNSEEN = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)"
    rf"|(?:font-size|opacity){_ZERO}|(?:text-indent|left|top)\s*:\s*-\d{{3,}}",
    re.IGNORECASE,
)
_WHITE = r"(?:#fff(?:fff)?\b|white\b|rgba?\(\s*255\s*,\s*255\s*,\s*255)"
_WHITE_TEXT = re.compile(rf"(?:^|[;\s])color\s*:\s*{_WHITE}", re.IGNORECASE)
_BACKGROUND = re.compile(r"background(?:-color|-image)?\s*:\s*([^;]+)", re.IGNORECASE)
_WHITE_BACKGROUND = re.compile(_WHITE, re.IGNORECASE)
_METADATA = {
    "author": ("meta[name=author]", "meta[property='article:author']", "meta[name='dc.creator' i]"),
    "description": ("meta[name=description]", "meta[property='og:description']"),
    "created": ("meta[property='article:published_time']", "meta[name=date]",
                "meta[name='dc.date' i]", "meta[itemprop=datePublished]"),
    "modified": ("meta[property='article:modified_time']", "meta[itemprop=dateModified]",
                 "meta[http-equiv='last-modified' i]"),
}  # fmt: skip


class HtmlReader:
    """Read the main content of a web page."""

    version = "1"
    suffixes = (".html", ".htm", ".xhtml")

    def read(self, path: Path, options: ReadOptions) -> Iterator[Reading]:
        """Yield the one document of the file."""
        decoded = decode_html(read_bytes(path, options.max_characters))
        tree = LexborHTMLParser(decoded.text)
        if tree.body is None:
            raise ReadingError("the page has no body")
        title, metadata = _title(tree), _metadata(tree)
        _drop(tree)
        notes = (decoded.note, *_take_hidden(tree))
        composition = Composition(options.max_characters)
        _Writer(composition).write(main_content(tree))
        found = Reading(
            composition.text,
            tuple(composition.blocks),
            title=title,
            metadata=metadata,
            language=_language(tree),
            notes=notes,
        )
        yield complete(found, options)


def decode_html(data: bytes) -> Decoded:
    """Decode a page by its byte order mark, by what it says of itself, or like any text."""
    if any(data.startswith(mark) for mark, _ in BYTE_ORDER_MARKS):
        return decode(data)
    said = _META_CHARSET.search(data[:4096]) or _XML_ENCODING.match(data[:256])
    if said and b"\0" not in data:
        encoding = said[1].decode("ascii").lower()
        try:
            return Decoded(checked(data.decode(encoding)), encoding)
        except (UnicodeDecodeError, LookupError):
            found = decode(data)
            note = f"the page says {encoding}, but is {found.encoding}"
            return Decoded(found.text, found.encoding, note)
    return decode(data)


def main_content(tree: LexborHTMLParser) -> LexborNode:
    """Return the element that holds the page's own text; the body when none stands out."""
    body = tree.body
    assert body is not None  # noqa: S101 - read() has refused pages without one
    whole = _length(body)
    for selector in MAIN:
        marked = max(tree.css(selector), key=_length, default=None)
        if marked is not None and _length(marked) >= MAIN_SHARE * whole:
            return marked
    return _densest(body)


def _densest(body: LexborNode) -> LexborNode:
    """Step down while one child alone holds nearly all of the text that is not in links."""
    node = body
    for _ in range(STEPS_DOWN):
        own = _own_length(node)
        children = [
            child
            for child in node.iter()
            if child.tag in ("div", "section", "td", "table", "tbody", "tr", "center")
        ]
        best = max(children, key=_own_length, default=None)
        if best is None or _own_length(best) < max(200, BLOCK_SHARE * own):
            return node
        if _headings(node) != _headings(best):
            return node
        node = best
    return node


def _headings(node: LexborNode) -> int:
    return len(node.css("h1, h2"))


def _length(node: LexborNode) -> int:
    return len(node.text(deep=True))


def _own_length(node: LexborNode) -> int:
    return _length(node) - sum(_length(link) for link in node.css("a"))


def _drop(tree: LexborHTMLParser) -> None:
    for node in tree.css(DROPPED):
        if not (node.tag == "form" and _length(node) > 2_000):  # whole pages stand in a form
            node.decompose()
    for node in tree.css("body > header, body > div > header"):
        if not node.css("h1"):
            node.decompose()


def _take_hidden(tree: LexborHTMLParser) -> list[str]:
    """Remove what a browser does not show; return a note when it was text."""
    texts = []
    for node in tree.css("[hidden], [aria-hidden=true], [style], font[color], font[size='0']"):
        if _is_hidden(node):
            words = node.text(deep=True, separator=" ").split()
            node.decompose()
            if len(words) >= HIDDEN_WORDS:
                texts.append(" ".join(words))
    if not texts:
        return []
    return [f"hidden text left out ({len(texts)} elements), the first: {texts[0][:80]!r}"]


def _is_hidden(node: LexborNode) -> bool:
    attributes = node.attributes
    style = attributes.get("style") or ""
    if "hidden" in attributes or attributes.get("aria-hidden") == "true" or _UNSEEN.search(style):
        return True
    if node.tag == "font" and (attributes.get("color") or "").lower() in (
        "white",
        "#ffffff",
        "#fff",
    ):
        return True
    if not _WHITE_TEXT.search(style):
        return False
    background = _BACKGROUND.search(style)
    return background is None or _WHITE_BACKGROUND.search(background[1]) is not None


@dataclass(slots=True)
class _Open:
    """A block that is being filled: what it will be, and its words so far."""

    kind: BlockKind = "paragraph"
    level: int = 0
    words: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Writer:
    """Walk the tree without recursion and write its blocks."""

    composition: Composition
    open: _Open = field(default_factory=_Open)
    lists: int = 0

    def write(self, root: LexborNode) -> None:
        """Visit each node in document order; leave its siblings when it has been written whole."""
        stack: list[tuple[LexborNode, bool]] = [(root, False)]
        while stack:
            node, leaving = stack.pop()
            if leaving:
                self._leave(node)
            elif self._enter(node):
                stack.append((node, True))
                stack.extend((child, False) for child in reversed(_children(node)))
        self._flush()

    def _enter(self, node: LexborNode) -> bool:
        """Open what an element opens; say whether its children are to be visited."""
        tag = node.tag or ""
        if tag == "-text":
            self.open.words.append(node.text_content or "")
            return False
        if tag == "br":
            self.open.words.append(LINE_BREAK)
            return False
        if tag == "pre":
            return self._whole("code", node.text(deep=True).strip("\n").rstrip())
        if tag == "table" and (rows := _data_rows(node)):
            return self._whole("table", markdown_table(rows))
        if tag in _LISTS:
            self._flush()
            self.lists += 1
        elif tag == "li":
            self._flush(_Open("list", max(1, self.lists)))
        elif tag in _HEADINGS:
            self._flush(_Open("heading", _HEADINGS[tag]))
        elif tag in BLOCK_TAGS and not (tag == "p" and self._in_fresh_item()):
            self._flush()
        return True

    def _in_fresh_item(self) -> bool:
        return self.open.kind == "list" and not "".join(self.open.words).strip()

    def _leave(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if tag in _LISTS:
            self._flush()
            self.lists -= 1
        elif tag in _HEADINGS or tag == "li" or tag in BLOCK_TAGS:
            self._flush()

    def _whole(self, kind: BlockKind, text: str) -> bool:
        self._flush()
        self.composition.add(kind, text)
        return False

    def _flush(self, following: _Open | None = None) -> None:
        """Write the open block and begin another."""
        for number, part in enumerate(_BLANK_LINE.split("".join(self.open.words))):
            text = _SPACE.sub(" ", part).strip()
            if text and self.open.kind == "list" and number == 0:
                text = f"{'  ' * (self.open.level - 1)}- {text}"
            self.composition.add(self.open.kind, text, self.open.level)
        self.open = following or _Open()


def _children(node: LexborNode) -> list[LexborNode]:
    return list(node.iter(include_text=True))


def _data_rows(table: LexborNode) -> list[list[str]]:
    """Return the cells of a table of data; nothing for one that only lays out the page."""
    if table.css_first("table table, h1, h2, h3, pre, p + p + p") is not None:
        return []
    rows = [_cells(row) for row in table.css("tr")]
    rows = [row for row in rows if any(row)]
    return rows if len(rows) > 1 and max(map(len, rows)) > 1 else []


def _cells(row: LexborNode) -> list[str]:
    cells: list[str] = []
    for node in row.iter():
        if node.tag in ("td", "th"):
            cells.append(cell(node.text(deep=True, separator=" ")))
            span = node.attributes.get("colspan") or "1"
            cells.extend([""] * (min(int(span), 100) - 1 if span.isdigit() else 0))
    return cells


def _title(tree: LexborHTMLParser) -> str:
    for selector in ("title", "h1"):
        node = tree.css_first(selector)
        if node is not None and node.text(deep=True).strip():
            return node.text(deep=True)
    return _content(tree, "meta[property='og:title']")


def _metadata(tree: LexborHTMLParser) -> dict[str, str]:
    found = {
        name: next(filter(None, (_content(tree, selector) for selector in selectors)), "")
        for name, selectors in _METADATA.items()
    }
    return {name: value for name, value in found.items() if value}


def _content(tree: LexborHTMLParser, selector: str) -> str:
    node = tree.css_first(selector)
    return " ".join((node.attributes.get("content") or "").split()) if node is not None else ""


def _language(tree: LexborHTMLParser) -> str:
    root = tree.css_first("html")
    said = (root.attributes.get("lang") or "") if root is not None else ""
    return said.split("-")[0].lower()[:3]
