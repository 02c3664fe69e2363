"""Which reader may read a file: by its suffix, unless its first bytes say otherwise.

Third parties add readers through the entry-point group `sartor.readers`: each entry is a class
with the shape of `sartor.protocols.Reader`. One that claims a suffix of ours replaces ours.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path

from sartor.errors import ReadingError
from sartor.protocols import Reader

ENTRY_POINT_GROUP = "sartor.readers"
SNIFFED_BYTES = 4_096
_HERE = "sartor.knowledge.reading"

_SIGNATURES = (  # of files that are not text, whatever their suffix says
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"II*\0", "a TIFF image"),
    (b"MM\0*", "a TIFF image"),
    (b"\xd0\xcf\x11\xe0", "an old binary or an encrypted Office file"),
    (b"{\\rtf", "an RTF file"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"7z\xbc\xaf", "a 7-Zip archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (b"Rar!", "a RAR archive"),
    (b"SQLite format 3", "an SQLite database"),
    (b"\x7fELF", "a program"),
    (b"MZ\x90", "a program"),
    (b"RIFF", "an audio, video or WebP file"),
    (b"ID3", "an audio file"),
    (b"OggS", "an audio file"),
    (b"PAR1", "a Parquet file"),
)
_ZIP = b"PK\x03\x04"
_HTML_START = re.compile(rb"\s*(?:<\?xml[^>]*>\s*)?<(?:!doctype\s+html|html)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file and where its reader lives; loading it may import a heavy library."""

    name: str
    suffixes: tuple[str, ...]
    reader: str  # "module:class"

    def load(self) -> Reader:
        """Import the reader and make one."""
        module, _, name = self.reader.partition(":")
        reader: Reader = getattr(import_module(module), name)()
        return reader


@dataclass(frozen=True, slots=True)
class Recognised:
    """The kind of one file; `note` says when its content overruled its suffix."""

    kind: Kind
    note: str = ""


PDF = Kind("pdf", (".pdf",), f"{_HERE}.pdf:PdfReader")
DOCX = Kind("docx", (".docx",), f"{_HERE}.docx:DocxReader")
HTML = Kind("html", (".html", ".htm", ".xhtml"), f"{_HERE}.html:HtmlReader")
MARKDOWN = Kind(
    "markdown", (".md", ".markdown", ".mdown", ".mkd", ".mdx"), f"{_HERE}.markdown:MarkdownReader"
)
PLAIN = Kind("plain", (".txt", ".text", ".log"), f"{_HERE}.plain:PlainReader")
TABLE = Kind("table", (".csv", ".tsv", ".tab"), f"{_HERE}.table:TableReader")
RECORDS = Kind("records", (".jsonl", ".ndjson", ".json"), f"{_HERE}.records:RecordsReader")
BUILT_IN = (PDF, DOCX, HTML, MARKDOWN, PLAIN, TABLE, RECORDS)


@cache
def known_kinds() -> dict[str, Kind]:
    """Return every suffix that can be read and its kind; installed readers come last and win."""
    kinds = {suffix: kind for kind in BUILT_IN for suffix in kind.suffixes}
    for entry in sorted(entry_points(group=ENTRY_POINT_GROUP), key=lambda entry: entry.name):
        suffixes = tuple(entry.load().suffixes)
        kind = Kind(entry.name, suffixes, entry.value)
        kinds.update(dict.fromkeys(suffixes, kind))
    return kinds


def why_skipped(path: Path) -> str:
    """Say why no reader takes a file of this name; empty when one does."""
    suffix = path.suffix.lower()
    if suffix in known_kinds():
        return ""
    known = " ".join(sorted(known_kinds()))
    found = f"no reader for {suffix}" if suffix else "no reader for a name without a suffix"
    return f"{found}; known: {known}"


def recognise(path: Path) -> Recognised:
    """Return the kind of a file by suffix and content; refuse one that is not what it says."""
    reason = why_skipped(path)
    if reason:
        raise ReadingError(reason)
    suffix = path.suffix.lower()
    named = known_kinds()[suffix]
    if named not in BUILT_IN:
        return Recognised(named)  # somebody else's reader knows its own content
    with path.open("rb") as file:
        found = _sniff(file.read(SNIFFED_BYTES), suffix, named)
    if found == named:
        return Recognised(named)
    return Recognised(found, f"the name ends in {suffix}, but the content is {found.name}")


def reader_for(path: Path) -> Reader:
    """Return a reader for a file; raises `ReadingError` with the reason when there is none."""
    return recognise(path).kind.load()


def _sniff(head: bytes, suffix: str, named: Kind) -> Kind:
    """Return the kind the first bytes show; raises `ReadingError` when none of ours fits."""
    if not head:
        raise ReadingError("the file is empty")
    if b"%PDF-" in head[:1024] and (named == PDF or head.lstrip().startswith(b"%PDF-")):
        return PDF
    if head.startswith(_ZIP) and (named == DOCX or b"word/" in head):
        return DOCX
    for signature, what in (*_SIGNATURES, (_ZIP, "a zip archive")):
        if head.startswith(signature):
            raise ReadingError(f"the name ends in {suffix}, but the content is {what}")
    if named in (PDF, DOCX):
        raise ReadingError(f"the name ends in {suffix}, but the content is no {named.name.upper()}")
    if named == PLAIN and _HTML_START.match(head):
        return HTML
    return named
