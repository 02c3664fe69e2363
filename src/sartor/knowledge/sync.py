"""Make the ledger equal to a source: what is new, edited, moved or gone.

In go a source, the ledger and the tools that read and split; out comes a report. Committing and
embedding are two steps: text is searchable by BM25 once it is committed, vectors follow
(`embed_waiting`). Both may be interrupted anywhere and simply run again. Knows no index.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import islice
from pathlib import Path, PurePosixPath
from typing import Any

from sartor.knowledge.ledger import (
    Change,
    DeleteDocument,
    FileRecord,
    ForgetFile,
    Ledger,
    MoveFile,
    NewPassage,
    PutDocument,
    RecordFile,
)
from sartor.knowledge.planning import Plan, plan_files
from sartor.knowledge.reading.walk import FoundFile, files
from sartor.knowledge.splitting import header
from sartor.protocols import Embedder, Progress, Splitter, TokenCounter
from sartor.types import (
    Document,
    DocumentReport,
    Reading,
    Source,
    SyncReport,
    Trouble,
)

# Vectors are stored after so many passages: what an interruption can cost, a few seconds of work.
EMBEDDED_TOGETHER = 128
# Texts held while they wait to be embedded; sorted by length among themselves.
WAITING_TOGETHER = 20_000

WITHDRAWN = "deleted by hand; `sartor add` of its source brings it back"

ReadFiles = Callable[[Iterable[FoundFile]], Iterator[tuple[FoundFile, Reading | Trouble]]]


def silent(_stage: str, _done: int, _total: int) -> None:
    """Show no progress."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How files of one source become passages.

    `fingerprint` names everything that decides the result: while it and a file's content stay
    the same, the file is not opened again.
    """

    read: ReadFiles
    splitter: Splitter
    counter: TokenCounter
    window: int
    fingerprint: str
    commit_documents: int = 200
    commit_seconds: float = 1.0


def sync_source(
    source: Source, ledger: Ledger, recipe: Recipe, *, progress: Progress = silent
) -> SyncReport:
    """Read what changed in a source and commit it; say what became of every file."""
    started = time.monotonic()
    found = files(Path(source.location), source.include, source.exclude)
    plan = plan_files(found.files, ledger.files(source.name), recipe.fingerprint)
    run = _Run(source, ledger, recipe, plan)
    run.settle()
    for number, (file, result) in enumerate(recipe.read(plan.read), 1):
        run.take(file, result)
        progress("reading", number, max(number, len(plan.read)))
    run.finish()
    return replace(
        run.report(),
        skipped=_of(source, [*found.skipped, *run.skipped]),
        failed=_of(source, [*plan.troubles, *found.failed, *run.failed]),
        seconds=time.monotonic() - started,
    )


def embed_waiting(ledger: Ledger, embedder: Embedder, *, progress: Progress = silent) -> int:
    """Embed every committed passage that has no vectors yet; return how many texts that was."""
    done, total = 0, ledger.waiting(embedder.fingerprint)
    if total:
        progress("embedding", done, total)
    texts = ledger.unembedded(embedder.fingerprint)
    while waiting := list(islice(texts, WAITING_TOGETHER)):
        waiting.sort(key=lambda row: (len(row.text), row.hash))
        for start in range(0, len(waiting), EMBEDDED_TOGETHER):
            group = waiting[start : start + EMBEDDED_TOGETHER]
            vectors = embedder.embed_passages([row.text for row in group])
            ledger.put_vectors(
                embedder.fingerprint,
                {row.hash: found for row, found in zip(group, vectors, strict=True)},
            )
            done += len(group)
            progress("embedding", done, max(done, total))
    return done


def fingerprint_of(*parts: Any) -> str:  # noqa: ANN401
    """Name a recipe by everything that goes into it."""
    return blake2b(repr(parts).encode(), digest_size=12).hexdigest()


def _of(source: Source, troubles: Sequence[Trouble]) -> tuple[Trouble, ...]:
    return tuple(replace(trouble, source=source.name) for trouble in troubles)


# --- carrying out -----------------------------------------------------------------------------


class _Run:
    """One sync of one source: gathers changes, commits them in groups, keeps the account."""

    def __init__(self, source: Source, ledger: Ledger, recipe: Recipe, plan: Plan) -> None:
        self.failed: list[Trouble] = []
        self.skipped: list[Trouble] = []
        self._source, self._ledger, self._recipe, self._plan = source, ledger, recipe, plan
        self._is_withdrawn = ledger.is_withdrawn(source.name)
        self._home: dict[str, str] = {}  # local id -> the file it came from
        self._by_file: dict[str, dict[str, str]] = {}  # file -> local id -> public id
        self._by_content: dict[str, str] = {}
        for summary in ledger.documents():
            self._by_content.setdefault(summary.content_hash, summary.id)
            if summary.source == source.name:
                self._home[summary.local] = summary.file
                self._by_file.setdefault(summary.file, {})[summary.local] = summary.id
        self._changes: list[Change] = []
        self._drafts: list[DocumentReport] = []
        self._since = time.monotonic()
        self._file: FoundFile | None = None
        self._locals: set[str] = set()
        self._reasons: list[str] = []
        self._outcome: dict[str, list[str]] = {}
        self._documents: list[DocumentReport] = []
        self._passages = 0

    def settle(self) -> None:
        """Carry out what needs no reading: moves, vanished files, and old failures again."""
        for record in self._plan.known:
            self._outcome.setdefault("unchanged", []).extend(self._by_file.get(record.path, {}))
            self.failed += _remembered(record)
        for old, new in self._plan.moved.items():
            self._changes.append(MoveFile(self._source.name, old, new))
        for path in self._plan.gone:
            self._changes.append(ForgetFile(self._source.name, path))
        self._commit()

    def take(self, file: FoundFile, result: Reading | Trouble) -> None:
        """Take one result of reading; the results of a file come one after another."""
        if self._file is None or file.relative != self._file.relative:
            self._close_file()
            self._file = file
        if isinstance(result, Trouble):
            self._refuse(result.item, result.reason)
        else:
            self._put(file, result)
        enough = len(self._drafts) >= self._recipe.commit_documents
        if enough or time.monotonic() - self._since > self._recipe.commit_seconds:
            self._commit()

    def finish(self) -> None:
        """Close the last file and commit the rest."""
        self._close_file()
        self._commit()

    def report(self) -> SyncReport:
        """Sum up."""
        outcome = self._outcome
        return SyncReport(
            added=tuple(outcome.get("added", ())),
            changed=tuple(outcome.get("changed", ())),
            moved=tuple(outcome.get("moved", ())),
            deleted=tuple(outcome.get("deleted", ())),
            unchanged=len(outcome.get("unchanged", ())),
            documents=tuple(self._documents),
            passages=self._passages,
        )

    def _put(self, file: FoundFile, reading: Reading) -> None:
        local = reading.key or file.relative
        elsewhere = self._home.get(local, file.relative)
        if elsewhere != file.relative and elsewhere not in self._plan.gone:
            self._refuse(local, f"its id already belongs to a document of {elsewhere}")
            return
        if self._is_withdrawn(local):
            self.skipped.append(Trouble("", local, WITHDRAWN))
            return
        self._home[local] = file.relative
        self._locals.add(local)
        document, passages = self._split(file, local, reading)
        longer = self._longer_than_window(reading.text, passages)
        twin = self._by_content.setdefault(document.content_hash, local)
        self._changes.append(PutDocument(document, passages, reading.blocks, file.relative))
        self._drafts.append(
            DocumentReport(
                id=local,
                passages=len(passages),
                language=reading.language,
                pages=len(reading.pages),
                tables=reading.tables,
                longer_than_embedder=longer,
                duplicate_of="" if twin == local else twin,
                notes=reading.notes,
            )
        )

    def _split(
        self, file: FoundFile, local: str, reading: Reading
    ) -> tuple[Document, tuple[NewPassage, ...]]:
        title = reading.title or ("" if reading.key else _title(file.relative))
        document = Document(
            id=local,
            source=self._source.name,
            title=title,
            text=reading.text,
            pages=reading.pages,
            metadata=reading.metadata,
            labels=self._source.labels,
            content_hash=blake2b(reading.text.encode("utf-8", "surrogatepass")).hexdigest(),
            language=reading.language,
            collection=self._source.collection,
        )
        spans = self._recipe.splitter.split(reading, self._recipe.counter)
        return document, tuple(NewPassage(span, header(title, span.headings)) for span in spans)

    def _longer_than_window(self, text: str, passages: Sequence[NewPassage]) -> int:
        """Count passages that the embedder sees in several windows; none is cut off."""
        window = self._recipe.window
        suspects = [p.span for p in passages if p.span.end - p.span.start > window]
        if not suspects:
            return 0
        tokens = self._recipe.counter.token_spans([text[s.start : s.end] for s in suspects])
        return sum(len(spans) > window for spans in tokens)

    def _refuse(self, item: str, reason: str) -> None:
        assert self._file is not None  # noqa: S101  # a trouble always belongs to a file
        self._reasons.append(reason if item == self._file.relative else f"{item}: {reason}")
        self.failed.append(Trouble("", item, reason))

    def _close_file(self) -> None:
        """Note what became of a file, and drop the rows that are no longer in it.

        A file that could not be read at all keeps its last readable version.
        """
        file = self._file
        if file is None:
            return
        failed = bool(self._reasons) and not self._locals
        if not failed:
            before = self._by_file.get(file.relative, {})
            self._changes += [
                DeleteDocument(id) for local, id in before.items() if local not in self._locals
            ]
        record = FileRecord(
            source=self._source.name,
            path=file.relative,
            content_hash=self._plan.hashes[file.relative],
            size=file.size,
            reader=self._recipe.fingerprint,
            outcome="failed" if failed else "read",
            reason="\n".join(self._reasons),
        )
        self._changes.append(RecordFile(record))
        self._file, self._locals, self._reasons = None, set(), []

    def _commit(self) -> None:
        """Write what was gathered in one transaction and account for it."""
        self._since = time.monotonic()
        if not self._changes:
            return
        committed = self._ledger.commit(self._changes)
        drafts = iter(self._drafts)
        for change in committed.documents:
            self._outcome.setdefault(change.what, []).append(change.id)
            if change.what in ("added", "changed", "unchanged"):
                draft = next(drafts)
                if change.what != "unchanged":
                    self._documents.append(replace(draft, id=change.id))
            self._passages += change.new
        self._changes, self._drafts = [], []


def _remembered(record: FileRecord) -> list[Trouble]:
    """Report again what was wrong with an unchanged file; rows were noted as "item: reason"."""
    troubles = []
    for line in record.reason.splitlines():
        item, colon, reason = line.partition(": ")
        row = bool(colon) and item.startswith(record.path)
        troubles.append(Trouble("", item, reason) if row else Trouble("", record.path, line))
    return troubles


def _title(relative: str) -> str:
    """Make a title of a file name: "policies/sick-leave.txt" -> "sick leave"."""
    return PurePosixPath(relative).stem.replace("_", " ").replace("-", " ").strip()
