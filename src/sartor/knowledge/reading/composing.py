"""Grow a text block by block, and complete what a reader found to a `Reading`.

Every reader ends here, so that language, suspicious characters, limits and the refusal of an
empty document are the same for all kinds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from sartor.errors import ReadingError
from sartor.protocols import ReadOptions
from sartor.text.languages import detect
from sartor.text.hidden import suspicious
from sartor.types import NO_METADATA, Block, BlockKind, Metadata, Page, Reading

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


def complete(
    text: str,
    blocks: Iterable[Block],
    options: ReadOptions,
    *,
    key: str = "",
    title: str = "",
    pages: Sequence[Page] = (),
    metadata: Metadata = NO_METADATA,
    language: str = "",
    notes: Iterable[str] = (),
) -> Reading:
    """Complete a reading; refuse one without text or with too much of it.

    `language` is what the file says of itself: it counts only where the text does not tell.
    """
    blocks = tuple(blocks)
    if not blocks:
        raise ReadingError("the document has no text")
    if len(text) > options.max_characters:
        raise too_long(options.max_characters)
    return Reading(
        text=text,
        blocks=blocks,
        key=key,
        title=" ".join(title.split()),
        pages=tuple(pages),
        metadata={name: value for name, value in metadata.items() if value != ""},
        language=detect(text) or language,
        tables=sum(block.kind == "table" for block in blocks),
        notes=(*notes, *suspicious(text)),
    )


def encodable(text: str) -> str:
    """Replace lone surrogates, which no encoding can write, one for one."""
    return text if text.isascii() else text.translate(_SURROGATES)
