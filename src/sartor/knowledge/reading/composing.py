"""Grow a text block by block, and complete what a reader found to a `Reading`.

Every reader ends here, so that language, suspicious characters, limits and the refusal of an
empty document are the same for all kinds.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from sartor.errors import ReadingError
from sartor.protocols import ReadOptions
from sartor.text.hidden import suspicious
from sartor.text.languages import detect
from sartor.types import Block, BlockKind, Reading

BETWEEN_BLOCKS = "\n\n"
_SURROGATES = {code: 0xFFFD for code in range(0xD800, 0xE000)}


@dataclass(slots=True)
class Composition:
    """A text under construction: `add` appends a block and remembers where it stands."""

    limit: int
    parts: list[str] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    length: int = 0

    def add(self, kind: BlockKind, text: str, level: int = 0) -> None:
        """Append one block, set off by a blank line (list items by a line end)."""
        if not text.strip():
            return
        if self.blocks:
            in_list = kind == "list" and self.blocks[-1].kind == "list"
            self._append("\n" if in_list else BETWEEN_BLOCKS)
        start = self.length
        self._append(text)
        self.blocks.append(Block(kind, start, self.length, level))

    @property
    def text(self) -> str:
        """What has been composed so far."""
        return "".join(self.parts)

    def _append(self, text: str) -> None:
        self.parts.append(text)
        self.length += len(text)
        if self.length > self.limit:
            raise too_long(self.limit)


def too_long(limit: int) -> ReadingError:
    """Say that a document exceeds `max_characters`."""
    return ReadingError(
        f"the document has more than {limit:,} characters",
        hint="raise reading.max_characters or split the file",
    )


def complete(reading: Reading, options: ReadOptions) -> Reading:
    """Complete what a reader found; refuse a document without text or with too much of it.

    The reading's language is what the file says of itself: it counts only where its text does
    not tell.
    """
    if not reading.blocks:
        raise ReadingError("the document has no text")
    if len(reading.text) > options.max_characters:
        raise too_long(options.max_characters)
    return replace(
        reading,
        title=" ".join(reading.title.split()),
        metadata={name: value for name, value in reading.metadata.items() if value != ""},
        language=detect(reading.text) or reading.language,
        tables=sum(block.kind == "table" for block in reading.blocks),
        notes=(*filter(None, reading.notes), *suspicious(reading.text)),
    )


def encodable(text: str) -> str:
    """Replace lone surrogates, which no encoding can write, one for one."""
    return text if text.isascii() else text.translate(_SURROGATES)
