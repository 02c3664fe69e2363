"""Sources in, a report out: read and commit all of them, then embed, then check the result.

The order is the point: everything is searchable by BM25 before the first vector is computed.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from sartor import __version__
from sartor.config import Settings
from sartor.evaluation.statistics import measurement
from sartor.knowledge.ledger import Ledger
from sartor.knowledge.planning import plan_files
from sartor.knowledge.reading import VERSION as READING_VERSION
from sartor.knowledge.reading.limits import Limits
from sartor.knowledge.reading.pool import ReadingPool
from sartor.knowledge.reading.walk import files
from sartor.knowledge.splitting import splitter
from sartor.knowledge.sync import Recipe, fingerprint_of, sync_source
from sartor.protocols import Embedder, Estimates, Progress, ReadOptions, Splitter
from sartor.text.sentences import sentences
from sartor.types import Hit, Measurement, Passage, Source, SyncReport, Trouble

SAMPLE = 20
SELF_RETRIEVAL = "retrieval.self"

Search = Callable[[str], Sequence[Hit]]


def read_and_commit(
    sources: Iterable[Source],
    *,
    ledger: Ledger,
    embedder: Embedder,
    settings: Settings,
    progress: Progress,
) -> SyncReport:
    """Make the ledger equal to the sources; one pool of reading processes serves them all."""
    reading = settings.reading
    limits = Limits(seconds=reading.timeout, memory=reading.memory << 20)
    with ReadingPool(reading.workers or None, limits) as pool:
        reports = [
            sync_source(
                source, ledger, _recipe(source, pool, embedder, settings), progress=progress
            )
            for source in sources
        ]
    return _joined(reports)


def preview(
    sources: Iterable[Source], *, ledger: Ledger, embedder: Embedder, settings: Settings
) -> SyncReport:
    """Look at the files of the sources and say what a sync would read, move and remove."""
    reports = []
    for source in sources:
        found = files(Path(source.location), source.include, source.exclude)
        known = ledger.files(source.name)
        plan = plan_files(found.files, known, _fingerprint(source, settings))
        paths = [file.relative for file in plan.read]
        reports.append(
            SyncReport(
                added=tuple(path for path in paths if path not in known),
                changed=tuple(path for path in paths if path in known),
                moved=tuple(plan.moved.values()),
                deleted=tuple(plan.gone),
                unchanged=len(plan.known),
                failed=_of(source, [*plan.troubles, *found.failed]),
                skipped=_of(source, found.skipped),
            )
        )
    return replace(_joined(reports), waiting=ledger.waiting(embedder.fingerprint))


def estimate(report: SyncReport, ledger: Ledger, embedder: Embedder) -> SyncReport:
    """Add what embedding the waiting passages will use, if the embedder can tell."""
    if not isinstance(embedder, Estimates):
        return report
    found = embedder.estimate([row.text for row in ledger.unembedded(embedder.fingerprint)])
    return replace(report, estimated_tokens=found.tokens, estimated_cost=found.price)


def self_retrieval(ids: Sequence[str], ledger: Ledger, search: Search) -> Measurement | None:
    """Ask for sentences out of passages just added: what share comes back in the first ten?

    None when there was nothing to ask. A low share means that something is wrong with what was
    read, long before a question goes unanswered.
    """
    asked = []
    for passage in _sample(ids, ledger):
        found = {hit.passage.id for hit in search(_sentence(passage))}
        twins = {twin for hit in search(_sentence(passage)) for twin in hit.folded}
        asked.append(float(passage.id in found | twins))
    return measurement(SELF_RETRIEVAL, asked) if asked else None


def _sample(ids: Sequence[str], ledger: Ledger) -> Iterator[Passage]:
    """Take one passage each out of documents spread evenly over those that are new."""
    step = max(1, len(ids) // SAMPLE)
    for id in ids[::step][:SAMPLE]:
        passages = list(ledger.passages_of(id).values())
        if passages:
            yield passages[len(passages) // 2]


def _sentence(passage: Passage) -> str:
    """Pick the longest sentence, cut to what a query may be."""
    spans = sentences(passage.text) or [(0, len(passage.text))]
    start, end = max(spans, key=lambda span: span[1] - span[0])
    return passage.text[start:end][:500]


def _recipe(source: Source, pool: ReadingPool, embedder: Embedder, settings: Settings) -> Recipe:
    """Put together how the files of a source are read and split."""
    reading = settings.reading
    options = ReadOptions(
        fields=source.fields,
        password=_password(settings),
        max_pages=reading.max_pages,
        max_characters=reading.max_characters,
    )
    return Recipe(
        read=partial(pool.read, options=options),
        splitter=_splitter(settings),
        counter=embedder,
        window=embedder.window,
        fingerprint=_fingerprint(source, settings),
        commit_documents=settings.storage.commit_documents,
        commit_seconds=settings.storage.commit_seconds,
    )


def _splitter(settings: Settings) -> Splitter:
    chosen = settings.splitting
    return splitter(chosen.strategy, size=chosen.size, overlap=chosen.overlap)


def _password(settings: Settings) -> str | None:
    return os.environ.get(settings.reading.password_env) or None


def _fingerprint(source: Source, settings: Settings) -> str:
    """Name everything besides its bytes that decides what becomes of a file."""
    reading = settings.reading
    return fingerprint_of(
        __version__,
        READING_VERSION,
        _splitter(settings).version,
        sorted(source.fields.items()),
        source.labels,
        source.collection,
        bool(_password(settings)),
        (reading.max_pages, reading.max_characters, reading.timeout, reading.memory),
    )


def _of(source: Source, troubles: Sequence[Trouble]) -> tuple[Trouble, ...]:
    return tuple(replace(trouble, source=source.name) for trouble in troubles)


def _joined(reports: Sequence[SyncReport]) -> SyncReport:
    """Add up the reports of several sources."""
    total = SyncReport()
    for report in reports:
        total = replace(
            total,
            added=total.added + report.added,
            changed=total.changed + report.changed,
            moved=total.moved + report.moved,
            deleted=total.deleted + report.deleted,
            failed=total.failed + report.failed,
            skipped=total.skipped + report.skipped,
            documents=total.documents + report.documents,
            unchanged=total.unchanged + report.unchanged,
            passages=total.passages + report.passages,
            seconds=total.seconds + report.seconds,
        )
    return total
