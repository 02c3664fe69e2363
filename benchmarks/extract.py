"""Answers made of quotes: is the gold string in them, and do they abstain when it is taken away?

    python benchmarks/extract.py --data PATH/TO/beir [--sets xquad-en ...]

A set is a BEIR folder whose documents are read, split, embedded and searched by a real project. Each
question is answered twice: with everything, and with its gold documents taken out of what search
finds, ten passages each time. For XQuAD the weights were fitted on the articles of one half ("dev").
The few other numbers (letters of a stem, least chance, threshold) were chosen with both halves and
the other sets in sight, so "test" is no untouched proof of those. Answers of HotpotQA and SciFact
are no spans of one document: only abstaining is measured there. Latency is measured with no sentence
remembered. Every quote is compared with its document.
"""

import argparse
import hashlib
import json
import tempfile
from dataclasses import dataclass
from pathlib import Path

from measuring import percentile, write_result
from sartor.assistants.abstaining import DEFAULT_ABSTAIN_BELOW
from sartor.assistants.extract import ExtractAssistant
from sartor.assistants.relevance import similarity_of
from sartor.knowledge.embedding import EmbeddingSettings, open_embedder
from sartor.project import Project

PASSAGES = 10
TAKEN_OUT = 14  # more hits than a gold document or two have passages
SETS = ("xquad-en", "xquad-de", "xquad-zh", "hotpotqa-100", "scifact")
SPANS = "xquad"  # sets of this name have answers that are spans of one document
LARGEST = 1_200  # documents of a larger set: the gold ones first
TIMED = 200


@dataclass
class Asked:
    text: str
    gold: set
    expected: list
    spans: bool  # the expected text is a span of a gold document
    dev: bool  # among those that the weights were fitted on


@dataclass
class Outcome:
    asked: Asked
    answer: object  # with everything there
    without: object  # with the gold documents taken out
    still_there: bool  # the gold string stands in another passage, too


class Without:
    """A project from which some documents are missing."""

    def __init__(self, project, gold):
        self.project, self.gold = project, gold

    def search(self, query, k=10, **options):
        hits = self.project.search(query, k=k + TAKEN_OUT, **options)
        return [hit for hit in hits if hit.passage.document_id not in self.gold][:k]


def rows(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def read_set(folder):
    """Give the documents and the questions of a set; a large one is cut."""
    files = {path.stem: path for path in sorted((folder / "qrels").glob("*.tsv"))}
    gold = {}
    for line in files.get("test", min(files.values())).read_text().splitlines()[1:]:
        query, document, grade = line.split("\t")
        if int(grade):
            gold.setdefault(query, set()).add(document)
    asked, spans = [], SPANS in folder.name
    for row in rows(folder / "queries.jsonl"):
        id = str(row["_id"])
        if id in gold:
            article = min(gold[id]).split("-")[0].encode()
            dev = spans and hashlib.sha1(article).digest()[0] % 2 == 0
            expected = row.get("metadata", {}).get("answers", [])
            asked.append(Asked(row["text"], gold[id], expected, spans, dev))
    documents = {str(row["_id"]): row for row in rows(folder / "corpus.jsonl")}
    if len(documents) > LARGEST:
        asked = asked[:TIMED]
        needed = set().union(*(question.gold for question in asked))
        kept = [*sorted(needed), *(id for id in documents if id not in needed)][:LARGEST]
        documents = {id: documents[id] for id in kept}
    return documents, asked


def fill(project, documents, work):
    lines = [
        {"id": id, "title": row.get("title", "").replace("_", " "), "text": row["text"]}
        for id, row in documents.items()
    ]
    corpus = work / "corpus.jsonl"
    corpus.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    project.add(corpus, fields={"id": "id", "title": "title", "text": "text"})


def outcomes(project, similarity, asked):
    """Ask each question twice. Nothing is held back here: the thresholds come afterwards."""
    everything = ExtractAssistant(project, project, similarity=similarity, abstain_below=0.0)
    for question in asked:
        less = ExtractAssistant(
            Without(project, question.gold), project, similarity=similarity, abstain_below=0.0
        )
        without = less.answer(question.text)
        passages = [passage.text for passage in without.context]
        there = any(text in passage for text in question.expected for passage in passages)
        yield Outcome(question, everything.answer(question.text), without, there)


def misquoted(project, results):
    """Count quotes that do not stand in their document word for word."""
    return sum(
        project.document(cited.document_id).text[cited.start : cited.end] != cited.quote
        for result in results
        for answer in (result.answer, result.without)
        for cited in answer.citations
    )


def holds(result, first_only=False):
    texts = [quote.quote for quote in result.answer.citations]
    if first_only:
        texts = [quote.quote for quote in result.answer.sentences[0].citations] if texts else []
    return any(expected in text for expected in result.asked.expected for text in texts)


def share(values):
    values = list(values)
    return round(sum(values) / len(values), 4) if values else None


def figures(results, threshold=DEFAULT_ABSTAIN_BELOW):
    """Measure one part of a set at one threshold; an abstention holds no gold string."""
    spoke = [result for result in results if result.answer.confidence >= threshold]
    out = {"questions": len(results)}
    if any(result.asked.spans for result in results):
        out["gold in answer"] = round(sum(map(holds, spoke)) / len(results), 4)
        first = sum(holds(result, first_only=True) for result in spoke)
        out["gold in first sentence"] = round(first / len(results), 4)
        out["sentences"] = share(len(result.answer.sentences) for result in spoke)
        out["right when it speaks"] = share(map(holds, spoke))
    out["abstains, answer there"] = round(1 - len(spoke) / len(results), 4)
    out["abstains, answer removed"] = share(
        result.without.confidence < threshold for result in results
    )
    return out


def curve(results):
    """Walk through the thresholds: the whole trade between silence and risk."""
    steps = []
    for step in range(21):
        found = figures(results, step / 20)
        found.pop("questions")
        steps.append({"abstain below": step / 20, **found})
    return steps


def at_error(results, error=0.1):
    """Give the share rightly silent where this share of the answerable is silent, too."""
    there = sorted(result.answer.confidence for result in results)
    below = there[int(error * len(there))]
    return share(result.without.confidence < below for result in results)


def calibration(results, bins=5):
    """Compare confidences with how often the answer was there, half of the time being 0.5."""
    pairs = [(result.answer.confidence, 1) for result in results]
    pairs += [(result.without.confidence, 0) for result in results]
    table = []
    for place in range(bins):
        inside = [pair for pair in pairs if min(int(pair[0] * bins), bins - 1) == place]
        said, was = zip(*inside, strict=True) if inside else ((), ())
        table.append({"n": len(inside), "said": share(said), "was": share(was)})
    return table


def seconds(project, embedder, asked):
    """Time what extracting adds to searching, every sentence being new to the embedder."""
    assistant = ExtractAssistant(project, project, similarity=similarity_of(embedder, remembered=0))
    found = [assistant.answer(question.text).timings["extract"] for question in asked[:TIMED]]
    return {f"p{part}": round(1_000 * percentile(found, part / 100), 1) for part in (50, 95)}


def measure(folder, embedder):
    documents, asked = read_set(folder)
    with tempfile.TemporaryDirectory() as work:
        (Path(work) / "project").mkdir()
        with Project.init(Path(work) / "project", embedder=embedder) as project:
            fill(project, documents, Path(work))
            results = list(outcomes(project, similarity_of(embedder), asked))
            wrong = misquoted(project, results)
            taken = seconds(project, embedder, asked)
    parts = {"all": results}
    if asked[0].spans:
        parts["dev"] = [result for result in results if result.asked.dev]
        parts["test"] = [result for result in results if not result.asked.dev]
    return {
        "documents": len(documents),
        "gold string elsewhere when removed": sum(result.still_there for result in results),
        "parts": {name: figures(part) for name, part in parts.items()},
        "abstains, answer removed, at 10 % of those there": {
            name: at_error(part) for name, part in parts.items()
        },
        "quotes that do not stand in their document": wrong,
        "milliseconds beyond the search": taken,
        "calibration": calibration(results),
        "curve": curve(results),
    }


def main():
    parser = argparse.ArgumentParser(description="Measure answers made of quotes.")
    parser.add_argument("--data", type=Path, required=True, help="a folder of BEIR folders")
    parser.add_argument("--sets", nargs="*", default=SETS, help="which of them")
    parser.add_argument("--out", default="extract", help="name of the result file")
    arguments = parser.parse_args()
    embedder = open_embedder(EmbeddingSettings())
    found = {name: measure(arguments.data / name, embedder) for name in arguments.sets}
    fingerprint = embedder.fingerprint
    write_result(
        arguments.out,
        {"embedder": fingerprint, "abstains below": DEFAULT_ABSTAIN_BELOW, "sets": found},
    )


if __name__ == "__main__":
    main()
