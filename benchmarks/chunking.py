"""Splitting, measured as the published chunking study does: what five passages bring of the answer.

    python benchmarks/chunking.py DATA [--sizes 150 200] [--out benchmarks/results/chunking.json]

DATA is the folder of the chunking evaluation set (corpora/*.md, questions_df.csv: questions with
the exact character spans that answer them). Every system cuts the same text, is measured in tokens
of the same embedder, and retrieves five passages a question with it. For each question:

    recall     share of the answer's characters that the passages hold
    precision  share of the passages' characters that are answer
    iou        answer held, over passages and answer together

Systems are compared question by question; intervals are 95 % of a paired bootstrap. The two recipes
of the study are written again here, from their descriptions.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from sartor.knowledge.embedding import EmbeddingSettings, open_embedder
from sartor.knowledge.fusion import Ranking, fuse
from sartor.knowledge.reading.markdown import scan
from sartor.knowledge.splitting import DEFAULT_SIZE, splitter
from sartor.knowledge.terms import query_terms, terms
from sartor.protocols import Embedder, Scored
from sartor.text.spans import merged
from sartor.types import Reading

RETRIEVED = 5
MOST_RETRIEVED = 30
DEPTH = 100
RESAMPLES = 10_000
SEED = 7
SEPARATORS = ("\n\n", "\n", ".", "?", "!", " ", "")
MEASURES = ("recall", "precision", "iou")
COUNTS = ("chunks", "mean_tokens")
OURS = "sartor"
COMPARISONS = {
    "paired": "Difference for each question, five passages each (95 % interval):",
    "paired_at_equal_text": "The same, with as many of our passages as hold no more text:",
}

Range = tuple[int, int]
Cutter = Callable[[str, Embedder], list[Range]]


@dataclass(frozen=True, slots=True)
class Asked:
    corpus: str
    question: str
    answers: tuple[Range, ...]


@dataclass(frozen=True, slots=True)
class Chunk:
    corpus: str
    start: int
    end: int


# --- the systems --------------------------------------------------------------------------------


def ours(strategy: str, size: int, overlap: int = 0) -> Cutter:
    """Cut as `sartor add` does a Markdown file."""

    def cut(text: str, embedder: Embedder) -> list[Range]:
        reading = Reading(text, tuple(scan(text)))
        spans = splitter(strategy, size=size, overlap=overlap).split(reading, embedder)
        return [(span.start, span.end) for span in spans]

    return cut


def token_windows(size: int, overlap: int) -> Cutter:
    """Cut windows of `size` tokens wherever they end."""

    def cut(text: str, embedder: Embedder) -> list[Range]:
        tokens = embedder.token_spans([text])[0]
        starts = range(0, max(1, len(tokens) - overlap), size - overlap)
        return [(tokens[at][0], tokens[min(at + size, len(tokens)) - 1][1]) for at in starts]

    return cut


def recursive_characters(size: int) -> Cutter:
    """Cut at the coarsest separator, go on inside what is too long, pack up to `size` tokens."""

    def cut(text: str, embedder: Embedder) -> list[Range]:
        tokens = np.array([start for start, _ in embedder.token_spans([text])[0]])

        def length(start: int, end: int) -> int:
            return int(np.searchsorted(tokens, end) - np.searchsorted(tokens, start))

        return _stripped(text, _recursive(text, (0, len(text)), SEPARATORS, size, length))

    return cut


def _recursive(
    text: str, span: Range, separators: Sequence[str], size: int, length: Callable[[int, int], int]
) -> Iterator[Range]:
    first = next(place for place, sep in enumerate(separators) if sep in text[slice(*span)])
    packed: Range | None = None
    for start, end in _apart(text, span, separators[first]):
        if length(start, end) > size:
            if packed:
                yield packed
            packed = None
            yield from _recursive(text, (start, end), separators[first + 1 :], size, length)
        elif packed and length(packed[0], end) <= size:
            packed = (packed[0], end)
        else:
            if packed:
                yield packed
            packed = (start, end)
    if packed:
        yield packed


def _apart(text: str, span: Range, separator: str) -> Iterator[Range]:
    """Part a span at each separator, which stays with what follows it."""
    if not separator:
        yield from ((at, at + 1) for at in range(*span))
        return
    start, end = span
    for found in re.finditer(re.escape(separator), text[start:end]):
        if found.start():
            yield start, span[0] + found.start()
        start = span[0] + found.start()
    yield start, end


def _stripped(text: str, spans: Iterator[Range]) -> list[Range]:
    kept = []
    for start, end in spans:
        piece = text[start:end]
        if piece.strip():
            kept.append((start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())))
    return kept


PEERS = {
    "recursive characters 200/0": recursive_characters(200),
    "token windows 250/125": token_windows(250, 125),
}


# --- retrieving ---------------------------------------------------------------------------------


class Shelf:
    """The chunks of all corpora, searched by vector or by vector and words."""

    def __init__(self, corpora: dict[str, str], cut: Cutter, embedder: Embedder) -> None:
        self.chunks = [
            Chunk(name, *span) for name, text in corpora.items() for span in cut(text, embedder)
        ]
        texts = [corpora[chunk.corpus][chunk.start : chunk.end] for chunk in self.chunks]
        windows = embedder.embed_passages(texts)
        self._owner = np.repeat(np.arange(len(texts)), [len(rows) for rows in windows])
        self._vectors = np.concatenate(windows)
        self._words = [Counter(terms(text, "en")) for text in texts]
        self._lengths = [sum(words.values()) for words in self._words]
        self._holders = Counter(word for words in self._words for word in words)
        self.mean_tokens = sum(map(len, embedder.token_spans(texts))) / len(texts)

    def dense(self, vector: np.ndarray) -> list[Scored]:
        scores = np.full(len(self.chunks), -1.0)
        np.maximum.at(scores, self._owner, self._vectors @ vector)
        return _best(scores)

    def hybrid(self, question: str, vector: np.ndarray) -> list[Scored]:
        dense, words = self.dense(vector), self._bm25(question)
        legs = [Ranking("dense", tuple(dense), dense[-1].score)]
        if words:
            legs.append(Ranking("bm25", tuple(words), 0.0))
        return fuse(legs)

    def _bm25(self, question: str, k1: float = 1.2, b: float = 0.75) -> list[Scored]:
        scores = np.zeros(len(self.chunks))
        mean = sum(self._lengths) / len(self._lengths)
        for term in query_terms(question, ["en"]):
            held = self._holders[term]
            idf = math.log(1 + (len(self.chunks) - held + 0.5) / (held + 0.5))
            for place, words in enumerate(self._words):
                if count := words[term]:
                    norm = k1 * (1 - b + b * self._lengths[place] / mean)
                    scores[place] += idf * count * (k1 + 1) / (count + norm)
        return [hit for hit in _best(scores) if hit.score > 0]


def _best(scores: np.ndarray) -> list[Scored]:
    order = np.lexsort((np.arange(len(scores)), -scores))[:DEPTH]
    return [Scored(int(place), float(scores[place])) for place in order]


# --- measuring ----------------------------------------------------------------------------------


def measure(asked: Asked, chunks: Sequence[Chunk]) -> tuple[float, float, float]:
    """Give recall, precision and IoU of what was retrieved for one question."""
    found = [(chunk.start, chunk.end) for chunk in chunks if chunk.corpus == asked.corpus]
    wanted = merged(asked.answers)
    held = sum(_common(answer, span) for answer in wanted for span in merged(found))
    retrieved = sum(chunk.end - chunk.start for chunk in chunks)
    answer = sum(end - start for start, end in wanted)
    return held / answer, held / retrieved, held / (retrieved + answer - held)


def _common(left: Range, right: Range) -> int:
    return max(0, min(left[1], right[1]) - max(left[0], right[0]))


def paired(ours: np.ndarray, theirs: np.ndarray) -> dict[str, float]:
    """Compare two systems question by question: mean difference, its interval, sign-flip p."""
    difference = ours - theirs
    random = np.random.default_rng(SEED)
    picks = random.integers(0, len(difference), (RESAMPLES, len(difference)))
    low, high = np.percentile(difference[picks].mean(axis=1), [2.5, 97.5])
    flips = random.choice([-1.0, 1.0], (RESAMPLES, len(difference)))
    as_far = np.abs((flips * difference).mean(axis=1)) >= abs(difference.mean()) - 1e-12
    return {
        "mean": round(float(difference.mean()), 4),
        "low": round(float(low), 4),
        "high": round(float(high), 4),
        "p": round(float((as_far.sum() + 1) / (RESAMPLES + 1)), 4),
    }


def load(data: Path) -> tuple[dict[str, str], list[Asked]]:
    corpora = {path.stem: path.read_text("utf-8") for path in sorted(data.glob("corpora/*.md"))}
    with (data / "questions_df.csv").open(encoding="utf-8", newline="") as rows:
        asked = [
            Asked(row["corpus_id"], row["question"], _answers(row["references"]))
            for row in csv.DictReader(rows)
            if row["corpus_id"] in corpora
        ]
    return corpora, asked


def _answers(references: str) -> tuple[Range, ...]:
    return tuple((found["start_index"], found["end_index"]) for found in json.loads(references))


# --- the run ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Result:
    """What one system and leg brought: the best chunks for each question, best first."""

    chunks: int
    mean_tokens: float
    found: list[list[Chunk]]

    def rows(self, asked: Sequence[Asked], k: int = RETRIEVED) -> np.ndarray:
        pairs = zip(asked, self.found, strict=True)
        return np.array([measure(question, found[:k]) for question, found in pairs])

    def characters(self, k: int = RETRIEVED) -> float:
        return float(np.mean([sum(c.end - c.start for c in found[:k]) for found in self.found]))

    def k_within(self, characters: float) -> int:
        """Say how many passages bring at most so many characters on average."""
        return max(
            k for k in range(1, MOST_RETRIEVED) if k == 1 or self.characters(k) <= characters
        )


def systems(sizes: Sequence[int]) -> dict[str, Cutter]:
    return {
        **PEERS,
        **{f"{OURS} structure {size}/0": ours("structure", size) for size in sizes},
    }


def run(
    corpora: dict[str, str], asked: Sequence[Asked], sizes: Sequence[int], embedder: Embedder
) -> dict[str, Result]:
    vectors = [embedder.embed_query(question.question) for question in asked]
    results = {}
    for name, cut in systems(sizes).items():
        shelf = Shelf(corpora, cut, embedder)
        for leg in ("dense", "hybrid"):
            found = []
            for question, vector in zip(asked, vectors, strict=True):
                dense = leg == "dense"
                hits = shelf.dense(vector) if dense else shelf.hybrid(question.question, vector)
                found.append([shelf.chunks[hit.key] for hit in hits[:MOST_RETRIEVED]])
            results[f"{name}, {leg}"] = Result(len(shelf.chunks), shelf.mean_tokens, found)
        print(f"done: {name}", file=sys.stderr)
    return results


def report(results: dict[str, Result], asked: Sequence[Asked]) -> dict[str, Any]:
    """Put means and paired differences together, for all questions and for each corpus."""
    groups = {"all": np.ones(len(asked), dtype=bool)}
    for name in sorted({question.corpus for question in asked}):
        groups[name] = np.array([question.corpus == name for question in asked])
    paired_with, at_equal_text = {}, {}
    for name, mine in results.items():
        for peer, theirs in results.items():
            if not name.startswith(OURS) or peer.startswith(OURS) or not _one_leg(name, peer):
                continue
            k = mine.k_within(theirs.characters())
            rows = theirs.rows(asked)
            paired_with[f"{name} minus {peer}"] = _differences(mine.rows(asked), rows, groups)
            at_equal_text[f"{name}, {k} passages, minus {peer}"] = {
                "characters": [round(mine.characters(k)), round(theirs.characters())],
                **_differences(mine.rows(asked, k), rows, groups),
            }
    return {
        "systems": {name: _means(result, asked, groups) for name, result in results.items()},
        "paired": paired_with,
        "paired_at_equal_text": at_equal_text,
    }


def _one_leg(name: str, peer: str) -> bool:
    return name.rsplit(", ", 1)[1] == peer.rsplit(", ", 1)[1]


def _differences(
    mine: np.ndarray, theirs: np.ndarray, groups: dict[str, np.ndarray]
) -> dict[str, Any]:
    return {
        group: {
            measure: paired(mine[chosen, at], theirs[chosen, at])
            for at, measure in enumerate(MEASURES)
        }
        for group, chosen in groups.items()
    }


def _means(result: Result, asked: Sequence[Asked], groups: dict[str, np.ndarray]) -> dict[str, Any]:
    rows = result.rows(asked)
    means = {
        group: dict(zip(MEASURES, rows[chosen].mean(axis=0).round(4).tolist(), strict=True))
        for group, chosen in groups.items()
    }
    return {"chunks": result.chunks, "mean_tokens": round(result.mean_tokens, 1), **means}


def tables(found: dict[str, Any]) -> str:
    """Write means and differences as Markdown, in percent: recall / precision / IoU."""
    parts = ["Five passages for each question, recall / precision / IoU in percent:\n"]
    groups = [key for key in next(iter(found["systems"].values())) if key not in COUNTS]
    parts += ["| system | chunks | " + " | ".join(groups) + " |", "|---" * (len(groups) + 2) + "|"]
    for name, row in found["systems"].items():
        cells = [" / ".join(f"{100 * row[group][it]:.1f}" for it in MEASURES) for group in groups]
        parts.append(f"| {name} | {row['chunks']} | {' | '.join(cells)} |")
    for key, heading in COMPARISONS.items():
        parts += [f"\n{heading}\n", "| pair | recall | precision | IoU |", "|---|---|---|---|"]
        for pair, row in found[key].items():
            parts.append(f"| {pair} | {' | '.join(_interval(row['all'][it]) for it in MEASURES)} |")
    return "\n".join(parts) + "\n"


def _interval(value: dict[str, float]) -> str:
    mean, low, high = (100 * value[key] for key in ("mean", "low", "high"))
    return f"{mean:+.1f} ({low:+.1f} to {high:+.1f})"


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    options.add_argument("data", type=Path, help="the folder of the chunking evaluation set")
    options.add_argument("--sizes", type=int, nargs="+", default=[DEFAULT_SIZE])
    options.add_argument("--model", type=Path, help="a MiniLM folder; default: the installed one")
    options.add_argument("--out", type=Path, help="where to write the result as JSON (and .md)")
    given = options.parse_args()
    corpora, asked = load(given.data)
    embedder = open_embedder(EmbeddingSettings(path=given.model))
    try:
        found = report(run(corpora, asked, given.sizes, embedder), asked)
        found = {"questions": len(asked), "embedder": embedder.fingerprint, **found}
    finally:
        embedder.close()
    print(tables(found))
    if given.out:
        given.out.parent.mkdir(parents=True, exist_ok=True)
        given.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
        given.out.with_suffix(".md").write_text(tables(found), encoding="utf-8")


if __name__ == "__main__":
    main()
