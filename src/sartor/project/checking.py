"""A text and its sources, or a text and a project -> sentences with their support.

`check` is the public call that needs no project. Sources are texts, or paths of files that the
readers know.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from sartor.errors import InputError, ReadingError
from sartor.text.sentences import sentences as sentence_spans
from sartor.types import Document, Passage, Reading, Sentence, Trouble

if TYPE_CHECKING:
    from sartor.protocols import Checker, Embedder, Judge, Retriever

PASSAGES_FOR_A_SENTENCE = 5

OnTrouble = Callable[[Trouble], None]


def check(
    text: str,
    sources: Sequence[str | Path],
    *,
    question: str = "",
    judge: Judge | None = None,
    on_trouble: OnTrouble | None = None,
) -> list[Sentence]:
    """Say for each sentence of a text which exact words of the sources support it, if any.

    A file that cannot be read is left out, and `on_trouble` told; nothing to read is an error.
    Nothing leaves the machine and nothing is downloaded: meaning is compared by the small model
    that comes with Sartor where it is installed, by words alone where it is not.
    """
    return check_against(
        text,
        sources,
        question=question,
        embedder=_embedder(),
        judge=judge,
        on_trouble=on_trouble,
    )


def check_against(
    text: str,
    sources: Sequence[str | Path],
    *,
    question: str = "",
    embedder: Embedder | None = None,
    judge: Judge | None = None,
    on_trouble: OnTrouble | None = None,
) -> list[Sentence]:
    """Check a text against texts and files."""
    from sartor.checking import check as check_documents

    if isinstance(sources, str | Path):
        raise InputError(
            f"sources is one {type(sources).__name__}; expected a list of texts and paths",
            "check(text, [source])",
        )
    troubles: list[Trouble] = []
    found = [document for source in sources for document in _documents(source, troubles)]
    if troubles and not found:
        raise InputError(f"nothing could be read: {'; '.join(map(_told, troubles))}")
    if on_trouble:
        for trouble in troubles:
            on_trouble(trouble)
    return check_documents(text, found, question=question, embedder=embedder, judge=judge)


def check_by_searching(
    text: str, retriever: Retriever, checker: Checker, *, labels: Sequence[str] | None
) -> list[Sentence]:
    """Check a text against what a search for each of its sentences finds."""
    passages: dict[str, Passage] = {}
    for start, end in sentence_spans(text):
        hits = retriever.search(text[start:end], k=PASSAGES_FOR_A_SENTENCE, labels=labels)
        passages |= {hit.passage.id: hit.passage for hit in hits}
    return checker.check(text, list(passages.values()))


def text_of(path: Path) -> str:
    """Read a file as the text to be checked: a PDF or DOCX by its reader, others as they are."""
    from sartor.knowledge.reading.decoding import decode
    from sartor.knowledge.reading.kinds import MARKDOWN, PLAIN, known_kinds

    try:
        kind = known_kinds().get(path.suffix.lower())
        if kind in (None, PLAIN, MARKDOWN):
            return decode(path.read_bytes()).text
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from None
    except ReadingError as error:
        raise InputError(f"{path} cannot be read: {error.args[0]}", error.hint) from None
    troubles: list[Trouble] = []
    found = [document.text for document in _in_files(path, troubles)]
    if not found:
        raise InputError(f"{path} cannot be read: {troubles[0].reason}")
    return "\n\n".join(found)


def _documents(source: str | Path, troubles: list[Trouble]) -> Iterator[str | Document]:
    """Give a text as it is, a file as the documents that are in it."""
    if isinstance(source, Path):
        yield from _in_files(source, troubles)
    else:
        yield source


def _in_files(location: Path, troubles: list[Trouble]) -> Iterator[Document]:
    from sartor.knowledge.reading.pool import read_files
    from sartor.knowledge.reading.walk import files

    found = files(location)
    troubles += [*found.failed, *found.skipped]
    if not found.files and not troubles:
        troubles.append(Trouble("", str(location), "there is no file in it"))
    for file, reading in read_files(found.files):
        if isinstance(reading, Trouble):
            troubles.append(reading)
        else:
            yield _document(file.relative, reading)


def _told(trouble: Trouble) -> str:
    return f"{trouble.item}: {trouble.reason}"


def _document(name: str, reading: Reading) -> Document:
    return Document(
        id=f"{name}#{reading.key}" if reading.key else name,
        source=name,
        title=reading.title,
        text=reading.text,
        pages=reading.pages,
        metadata=reading.metadata,
        language=reading.language,
    )


@lru_cache(maxsize=1)
def _embedder() -> Embedder | None:
    """Open the embedder that is installed; none where its weights would have to be fetched."""
    from sartor.knowledge.embedding import EmbeddingSettings, open_local
    from sartor.knowledge.embedding.opening import MINILM_PACKAGE

    if importlib.util.find_spec(MINILM_PACKAGE) is None:
        return None
    return open_local(EmbeddingSettings())
