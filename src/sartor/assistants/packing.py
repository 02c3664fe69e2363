"""Hits -> the passages of a prompt, within an exact number of the model's tokens.

What repeats is folded, what disagrees is kept side by side with its dates, what is good gets the
text around it, and everything left out is reported. A passage stays exact however it grows:
`text == document.text[start:end]`. How many tokens a choice takes is asked of a function.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace

from sartor.assistants.conflicts import disagree, edition, superseded, unfolded
from sartor.protocols import Library
from sartor.text.hidden import suspicious
from sartor.text.near import near_groups
from sartor.text.sentences import sentences
from sartor.types import Cut, Document, Hit, Passage

TOUCHING = 200  # characters between two passages of a document that are better read as one
AROUND = 400  # characters that a passage may grow by on each side
LONGEST_TITLE = 120

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_UNSEEN = re.compile(
    r"[\u200b\u2060-\u2064\u180e\ufeff\u202a-\u202e\u2066-\u2069\U000e0000-\U000e007f]"
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A passage as the prompt shows it: numbered, dated, without what a reader cannot see."""

    number: int
    passage: Passage
    title: str
    text: str
    date: str = ""
    standing: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Packed:
    """What goes into the prompt, what does not, and what the reader should know.

    `newer` gives for the number of an outdated passage that of the newest one that disagrees.
    """

    shown: tuple[Shown, ...] = ()
    cuts: tuple[Cut, ...] = ()
    newer: dict[int, int] = field(default_factory=dict)
    tokens: int = 0

    @property
    def passages(self) -> tuple[Passage, ...]:
        """The passages, in the order of the prompt."""
        return tuple(one.passage for one in self.shown)


Weigh = Callable[[Sequence[Shown]], int]


@dataclass(frozen=True, slots=True)
class _Shelf:
    """The passages to choose from with their documents, and which of them are outdated."""

    documents: dict[str, Document]
    passages: Sequence[Passage]
    newest: dict[str, str] = field(init=False)  # id of an outdated passage -> that of the newest
    plain: dict[tuple[str, int, int], Shown] = field(default_factory=dict)

    def __post_init__(self) -> None:
        texts = [passage.text for passage in self.passages]
        documents = [self.documents[passage.document_id] for passage in self.passages]
        found = superseded(texts, documents)
        newest = {self.passages[old].id: self.passages[new].id for old, new in found.items()}
        object.__setattr__(self, "newest", newest)

    def shown(self, passages: Sequence[Passage]) -> list[Shown]:
        """Number passages and say which of two that disagree is the newer one."""
        numbers = {passage.id: number for number, passage in enumerate(passages, 1)}
        chosen = {old: new for old, new in self.newest.items() if old in numbers and new in numbers}
        shown = []
        for passage in passages:
            key = (passage.id, passage.start, passage.end)
            if key not in self.plain:
                self.plain[key] = _plain(0, passage, self.documents)
            standing = "the newer version" if passage.id in chosen.values() else ""
            if passage.id in chosen:
                standing = f"outdated: passage {numbers[chosen[passage.id]]} is newer"
            number = numbers[passage.id]
            shown.append(replace(self.plain[key], number=number, standing=standing))
        return shown

    def numbered(self, shown: Sequence[Shown]) -> dict[int, int]:
        """Give the number of each outdated passage and that of the newest one."""
        numbers = {one.passage.id: one.number for one in shown}
        return {
            numbers[old]: numbers[new]
            for old, new in self.newest.items()
            if old in numbers and new in numbers
        }


def pack(
    hits: Sequence[Hit], library: Library, *, budget: int, per_document: int, weigh: Weigh
) -> Packed:
    """Choose and arrange passages; `weigh` says how many tokens some of them take in the prompt."""
    found = [hit.passage for hit in unfolded(hits, library)]
    documents = {id: library.document(id) for id in {one.document_id for one in found}}
    cuts: list[Cut] = [
        Cut(id, f"says the same as {hit.passage.id}")
        for hit in hits
        for id in hit.folded
        if all(id != passage.id for passage in found)
    ]
    kept = _within_share(_different(found, cuts), per_document, cuts)
    shelf = _Shelf(documents, _merged(kept, documents, cuts))
    grown = _grown(_fitting(shelf, budget, weigh, cuts), shelf, budget, weigh)
    shown = shelf.shown(_arranged(grown, shelf))
    return Packed(tuple(shown), tuple(cuts), shelf.numbered(shown), weigh(shown))


def whole(documents: Iterable[Document]) -> Packed:
    """Show whole documents, all of them; whether they fit is for the caller to see."""
    listed = sorted(documents, key=lambda document: document.id)
    passages = [
        Passage(document.id, document.id, document.text, 0, len(document.text))
        for document in listed
        if document.text.strip()
    ]
    known = {document.id: document for document in listed}
    return Packed(tuple(_plain(number, one, known) for number, one in enumerate(passages, 1)))


def plainly(passages: Sequence[Passage], library: Library) -> list[Shown]:
    """Number and date passages as they are."""
    known = {id: library.document(id) for id in {one.document_id for one in passages}}
    return [_plain(number, one, known) for number, one in enumerate(passages, 1)]


def _different(passages: Sequence[Passage], cuts: list[Cut]) -> list[Passage]:
    """Leave out what a better passage says already; what is alike but disagrees stays."""
    kept: list[Passage] = []
    alike = {
        place: group for group in near_groups([one.text for one in passages]) for place in group
    }
    for place, passage in enumerate(passages):
        rivals = {passages[other].id for other in alike.get(place, ()) if other < place}
        near = (one for one in kept if one.id in rivals or one.id == passage.id)
        original = next((one for one in near if not disagree(passage.text, one.text)), None)
        if original:
            cuts.append(Cut(passage.id, f"says the same as {original.id}"))
        else:
            kept.append(passage)
    return kept


def _within_share(passages: Sequence[Passage], per_document: int, cuts: list[Cut]) -> list[Passage]:
    kept: list[Passage] = []
    for passage in passages:
        siblings = sum(one.document_id == passage.document_id for one in kept)
        if siblings < per_document:
            kept.append(passage)
        else:
            reason = f"{passage.document_id} has {per_document} passages in the prompt already"
            cuts.append(Cut(passage.id, reason))
    return kept


def _merged(
    passages: Sequence[Passage], documents: dict[str, Document], cuts: list[Cut]
) -> list[Passage]:
    """Join passages of a document that overlap or nearly touch; the better one gives its id."""
    kept: list[Passage] = []
    for passage in passages:
        place = next((at for at, one in enumerate(kept) if _near(one, passage)), None)
        if place is None:
            kept.append(passage)
            continue
        cuts.append(Cut(passage.id, f"joined with {kept[place].id}, which stands beside it"))
        start = min(kept[place].start, passage.start)
        end = max(kept[place].end, passage.end)
        kept[place] = _spanning(kept[place], start, end, documents)
    return kept


def _near(left: Passage, right: Passage) -> bool:
    gap = max(left.start, right.start) - min(left.end, right.end)
    return left.document_id == right.document_id and gap <= TOUCHING


def _spanning(passage: Passage, start: int, end: int, documents: dict[str, Document]) -> Passage:
    document = documents[passage.document_id]
    page = next((page.number for page in document.pages if page.start <= start < page.end), None)
    text = document.text[start:end]
    return replace(passage, text=text, start=start, end=end, page=page or passage.page)


def _fitting(shelf: _Shelf, budget: int, weigh: Weigh, cuts: list[Cut]) -> list[Passage]:
    """Take passages as long as there is room; a shorter one may still fit after a long one."""
    kept: list[Passage] = []
    used = 0
    for passage in shelf.passages:
        tokens = weigh(shelf.shown([*kept, passage]))
        if tokens <= budget:
            kept.append(passage)
            used = tokens
        else:
            needed, left = tokens - used, max(0, budget - used)
            cuts.append(Cut(passage.id, f"no room: it takes {needed} tokens, {left} are left"))
    return kept


def _grown(passages: Sequence[Passage], shelf: _Shelf, budget: int, weigh: Weigh) -> list[Passage]:
    """Give passages the sentences around them, the best first, while there is room."""
    grown = list(passages)
    for place, passage in enumerate(passages):
        start, end = _wider(passage, grown, shelf.documents[passage.document_id].text)
        if (start, end) == (passage.start, passage.end):
            continue
        wider = [*grown]
        wider[place] = _spanning(passage, start, end, shelf.documents)
        if weigh(shelf.shown(wider)) > budget:
            break
        grown = wider
    return grown


def _wider(passage: Passage, others: Sequence[Passage], text: str) -> tuple[int, int]:
    """Widen a span to whole sentences around it, never into another passage."""
    same = [one for one in others if one.document_id == passage.document_id]
    before = max((one.end for one in same if one.end <= passage.start), default=0)
    after = min((one.start for one in same if one.start >= passage.end), default=len(text))
    left = max(before, passage.start - AROUND)
    right = min(after, passage.end + AROUND)
    # The first and the last sentence of what surrounds it may be cut in two: they stay out,
    # unless the document begins or ends there.
    starts = [left + start for start, _ in sentences(text[left : passage.start])]
    ends = [passage.end + end for _, end in sentences(text[passage.end : right])]
    starts = starts if left == before else starts[1:]
    ends = ends if right == after else ends[:-1]
    return min([passage.start, *starts]), max([passage.end, *ends])


def _arranged(passages: Sequence[Passage], shelf: _Shelf) -> list[Passage]:
    """Put the best first and the second best last, where a model reads best.

    Passages that disagree stay together, the newest of them in front.
    """
    ids = {passage.id for passage in passages}
    groups: dict[str, list[Passage]] = {}
    for passage in passages:
        newest = shelf.newest.get(passage.id, passage.id)
        group = groups.setdefault(newest if newest in ids else passage.id, [])
        group.insert(0 if newest == passage.id else len(group), passage)
    ordered = list(groups.values())
    return [one for group in (*ordered[::2], *reversed(ordered[1::2])) for one in group]


def _plain(number: int, passage: Passage, documents: dict[str, Document]) -> Shown:
    document = documents[passage.document_id]
    age = edition(document)
    text = _UNSEEN.sub("", _COMMENT.sub("", passage.text))
    hidden = text != passage.text or bool(suspicious(passage.text))
    title = " ".join((document.title or document.id).split())[:LONGEST_TITLE]
    return Shown(number, passage, title, text, age.shown if age else "", hidden=hidden)
