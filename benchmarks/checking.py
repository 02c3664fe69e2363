"""Support checking without a language model, on four kinds of claims.

    python benchmarks/checking.py --data PATH/TO/data [--fit]

changes: sentences of XQuAD paragraphs with one detail swapped, and rewritten with the same meaning.
scifact: claims beside their gold abstract and beside the highest-ranked other one (BM25).
halueval: right and hallucinated answers as full sentences of similar length, beside two baselines.
ares: human labels of faithfulness. Parameters come from the even half of each set (`--fit` prints
them anew, nothing is written); what is reported is the odd half. ARES is reported whole.
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import random
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np

from measuring import percentile, write_result
from sartor.checking import SupportChecker, check, comparing
from sartor.checking.beside import Posed
from sartor.checking.checker import given_by
from sartor.checking.comparing import compare
from sartor.checking.evidence import Evidence
from sartor.checking.facts import facts
from sartor.checking.meaning import Meaning
from sartor.checking.plain import Sources
from sartor.checking.weights import FEATURES
from sartor.knowledge.embedding import EmbeddingSettings, open_embedder
from sartor.knowledge.terms import terms
from sartor.text.question_answer import statement
from sartor.text.sentences import sentences
from sartor.types import Document, Passage

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "checking"))
from changes import cases

COVERAGE_WEIGHT = 0.5  # fixed: a window that holds more words must never count for less
ANY = 100.0  # cosines far enough apart to turn any verdict
FULL_SENTENCE = 6  # words from which an answer of HaluEval is left as it is
SIMILAR = 1.67  # ratio of lengths up to which two answers are of similar length
quotes = Counter()


def rows(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def checked(text, source, embedder=None, question=""):
    """Check one text against one source, and count quotes that are not there."""
    document = Document("source", "source", "source", source)
    found = check(text, [document], embedder=embedder, question=question)
    for sentence in found:
        for citation in sentence.citations:
            quotes["all"] += 1
            quotes["wrong"] += source[citation.start : citation.end] != citation.quote
    return found


def supported(found):
    said = [sentence for sentence in found if sentence.support != "unchecked"]
    return bool(said) and all(sentence.support == "supported" for sentence in said)


def verdict(found):
    """Sum up the verdicts on the sentences of one text: the gravest one."""
    said = {sentence.support for sentence in found}
    graver = ("contradicted", "unsupported", "partly", "supported", "unchecked")
    return next((support for support in graver if support in said), "unchecked")


def shares(verdicts):
    """Say how often each verdict is given."""
    return {name: round(n / len(verdicts), 3) for name, n in Counter(verdicts).most_common()}


def confidence(found):
    return min((s.confidence for s in found if s.confidence is not None), default=0.0)


def balanced(outcomes):
    """Average the share of right verdicts over both classes: [(truth, verdict)]."""
    share = {
        truth: np.mean([verdict == truth for real, verdict in outcomes if real == truth])
        for truth in (True, False)
    }
    return {
        "balanced accuracy": round(float(np.mean(list(share.values()))), 3),
        "supported ones found": round(float(share[True]), 3),
        "others refused": round(float(share[False]), 3),
        "n": len(outcomes),
    }


def auc(pairs):
    """Probability that a true one scores above a false one: [(truth, score)]."""
    true, false = ([s for t, s in pairs if t is kind] for kind in (True, False))
    false = np.sort(false)
    below = np.searchsorted(false, true, "left") + np.searchsorted(false, true, "right")
    return round(float(below.mean() / 2 / len(false)), 3)


def calibration(pairs):
    """Expected calibration error in ten bins, and the bins: (mean confidence, share true, n)."""
    bins = defaultdict(list)
    for truth, score in pairs:
        bins[min(9, int(score * 10))].append((score, truth))
    table = [
        (
            round(float(np.mean([s for s, _ in b])), 2),
            round(float(np.mean([t for _, t in b])), 2),
            len(b),
        )
        for _, b in sorted(bins.items())
    ]
    error = sum(abs(mean - share) * n for mean, share, n in table) / len(pairs)
    return {"expected calibration error": round(error, 3), "bins": table}


def best_split(pairs):
    """Return the threshold and the sign that separate development pairs best."""
    best = (0.0, 0.0, 1)
    for sign in (1, -1):
        for threshold in sorted({sign * score for _, score in pairs}):
            found = balanced([(t, sign * s >= threshold) for t, s in pairs])["balanced accuracy"]
            best = max(best, (found, threshold, sign))
    return best[1:]


def summary(outcomes):
    """Summarise [(truth, sentences)]: verdicts, ranking, calibration."""
    scored = [(truth, confidence(found)) for truth, found in outcomes]
    return {
        **balanced([(truth, supported(found)) for truth, found in outcomes]),
        "verdicts on supported ones": shares([verdict(found) for t, found in outcomes if t]),
        "verdicts on others": shares([verdict(found) for t, found in outcomes if not t]),
        "auc": auc(scored),
        **calibration(scored),
    }


# --- changed sentences ------------------------------------------------------------------------


def changes(data, embedder):
    """Swap details in sentences that count as supported, and rewrite them."""
    paragraphs = [row["text"] for row in rows(data / "beir/xquad-en/corpus.jsonl")][1::2]
    right, total, swapped = Counter(), Counter(), []
    known = {}
    for case in cases(paragraphs):
        if case.original not in known:
            known[case.original] = supported(checked(case.original, case.source, embedder))
            total["originals"] += 1
            right["originals"] += known[case.original]
        if known[case.original]:
            kind = ("same: " if case.same else "swapped: ") + case.kind
            found = checked(case.changed, case.source, embedder)
            if not case.same:
                swapped.append(verdict(found))
            for name in (kind, kind.split(":")[0]):
                total[name] += 1
                right[name] += supported(found) == case.same
    report = {n: {"right": round(right[n] / total[n], 3), "n": total[n]} for n in sorted(total)}
    return {**report, "verdicts on swapped ones": shares(swapped)}


# --- SciFact ----------------------------------------------------------------------------------


def bm25(documents):
    """Return a function that ranks documents for a query."""
    postings, lengths = defaultdict(list), []
    for number, document in enumerate(documents):
        counts = Counter(terms(document, "en"))
        lengths.append(sum(counts.values()))
        for term, count in counts.items():
            postings[term].append((number, count))
    mean = sum(lengths) / len(lengths)

    def rank(query):
        scores = defaultdict(float)
        for term in set(terms(query, "en")):
            found = postings.get(term, [])
            rarity = math.log(1 + (len(documents) - len(found) + 0.5) / (len(found) + 0.5))
            for number, count in found:
                scores[number] += (
                    rarity * count * 2.2 / (count + 1.2 * (0.25 + 0.75 * lengths[number] / mean))
                )
        return sorted(scores, key=lambda number: (-scores[number], number))

    return rank


def scifact_pairs(data):
    """Yield (claim id, claim, abstract, label, rationale): gold abstracts and the best other one."""
    corpus = rows(data / "beir/scifact/corpus.jsonl")
    texts = {str(row["_id"]): row["text"] for row in corpus}
    rank = bm25([f"{row['title']} {row['text']}" for row in corpus])
    for row in rows(data / "scifact_claims/train.jsonl"):
        gold = defaultdict(list)
        for entry in row["evidence"]:
            gold[str(entry["doc_id"])].append(entry)
        known = {*map(str, row["cited_doc_ids"]), *gold}
        best = next(
            corpus[n]["text"] for n in rank(row["claim"]) if str(corpus[n]["_id"]) not in known
        )
        for id, entries in gold.items():
            rationale = {number for entry in entries for number in entry["sentences"]}
            if id in texts:
                yield row["id"], row["claim"], texts[id], entries[0]["label"], rationale
                yield row["id"], row["claim"], best, "OTHER", set()


def rationale_hit(claim, abstract, rationale, embedder):
    """Tell whether the evidence nearest to a claim holds a sentence of the rationale."""
    evidence = evidence_of(abstract)
    window = nearest(claim, evidence, embedder).window
    if window is None:
        return False
    _, start, end = evidence.place(window)
    spans = enumerate(sentences(abstract))
    return any(
        number in rationale and start < last and first < end for number, (first, last) in spans
    )


def scifact(data, embedder):
    pairs = [pair for pair in scifact_pairs(data) if pair[0] % 2]
    found = {(claim, text): checked(claim, text, embedder) for _, claim, text, _, _ in pairs}
    outcomes = [
        (label == "SUPPORT", found[claim, text])
        for _, claim, text, label, _ in pairs
        if label != "CONTRADICT"
    ]
    against = [
        (label == "SUPPORT", found[claim, text])
        for _, claim, text, label, _ in pairs
        if label != "OTHER"
    ]
    hits = [
        rationale_hit(claim, text, rationale, embedder)
        for _, claim, text, _, rationale in pairs
        if rationale
    ]
    return {
        "gold against highest-ranked other": summary(outcomes),
        "rationale hit@1": round(float(np.mean(hits)), 3),
        "supporting against contradicting gold": summary(against),
    }


# --- HaluEval and ARES ------------------------------------------------------------------------


def sentence_of(question, answer):
    return answer if len(answer.split()) >= FULL_SENTENCE else statement(question, answer)


def halueval_pairs(data):
    """Yield (number, question, knowledge, {truth: sentence}) where both are of similar length."""
    for number, row in enumerate(rows(data / "faithfulness/halueval/qa_500.jsonl")):
        said = {
            truth: sentence_of(row["question"], row[f"{name}_answer"])
            for truth, name in ((True, "right"), (False, "hallucinated"))
        }
        yield number, row["question"], row["knowledge"], said


def similar(said):
    short, long = sorted(len(sentence.split()) for sentence in said.values())
    return long <= SIMILAR * short


def overlap(sentence, knowledge):
    mine, theirs = (set(text.lower().split()) for text in (sentence, knowledge))
    return len(mine & theirs) / len(mine)


def halueval(data, embedder):
    pairs = list(halueval_pairs(data))
    report = {}
    for name, kept in (("similar length", similar), ("all", lambda said: True)):
        chosen = [pair for pair in pairs if kept(pair[3])]
        report[name] = _halueval(chosen, embedder)
    return report


def _halueval(pairs, embedder):
    report = {}
    for name, asks in (("with its question", True), ("without its question", False)):
        outcomes = [
            (truth, checked(sentence, knowledge, embedder, question if asks else ""))
            for number, question, knowledge, said in pairs
            if number % 2
            for truth, sentence in said.items()
        ]
        report[name] = summary(outcomes)
    baselines = {"length only": lambda s, _: float(len(s.split())), "word overlap only": overlap}
    for name, score in baselines.items():
        halves = [
            [(t, score(s, k)) for n, _, k, said in pairs if n % 2 == half for t, s in said.items()]
            for half in (0, 1)
        ]
        threshold, sign = best_split(halves[0])
        report[name] = balanced([(t, sign * s >= threshold) for t, s in halves[1]])
    return report


def ares(data, embedder):
    path = data / "faithfulness/ares_judge/LLM_Judge_Test_Set_Human_Annotations.tsv"
    csv.field_size_limit(10**9)
    outcomes, shares = [], []
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t"):
            found = checked(row["Answer"], row["Document"], embedder, row["Question"])
            said = [sentence for sentence in found if sentence.support != "unchecked"]
            share = np.mean([s.support == "supported" for s in said]) if said else 0.0
            truth = row["Answer_Faithfulness_Label"] == "1"
            outcomes.append((truth, share >= 0.5))
            shares.append((truth, float(share)))
    return {**balanced(outcomes), "auc of the share of supported sentences": auc(shares)}


# --- fitting and speed ------------------------------------------------------------------------


def evidence_of(source):
    return Evidence([Passage("source", "source", source, 0, len(source))], "en")


def nearest(claim, evidence, embedder, question=""):
    posed = Posed(facts(claim, "en"), given_by(question, "en"))
    return compare([posed], evidence, meaning_of(embedder))[0]


def meaning_of(embedder):
    if embedder is None:
        return None
    if not hasattr(embedder, "remembered"):
        embedder.remembered = Meaning(embedder)
    return embedder.remembered


def development(data, embedder):
    """Yield (set, truth, signals) of the even halves."""
    for id, claim, text, label, _ in scifact_pairs(data):
        if id % 2 == 0 and label != "CONTRADICT":
            yield "scifact", label == "SUPPORT", nearest(claim, evidence_of(text), embedder).signals
    for number, question, knowledge, said in halueval_pairs(data):
        for truth, sentence in said.items():
            if number % 2 == 0:
                for asked in (question, ""):
                    yield (
                        f"halueval{bool(asked)}",
                        truth,
                        nearest(sentence, evidence_of(knowledge), embedder, asked).signals,
                    )
    paragraphs = [row["text"] for row in rows(data / "beir/xquad-en/corpus.jsonl")][::2]
    made = list(cases(paragraphs))
    kept = [case for case in made if case.same]
    for case in kept + random.Random(0).sample([c for c in made if not c.same], len(kept)):
        yield (
            "changes",
            case.same,
            nearest(case.changed, evidence_of(case.source), embedder).signals,
        )


def fit(data, embedder):
    """Fit the logistic weights: each set and each verdict counts alike, SciFact double.

    The embedder is asked about every claim here, as if any could turn its verdict.
    """
    comparing.UNLIKE, comparing.LIKE = -ANY, ANY
    sets, truths, signals = zip(*development(data, embedder), strict=True)
    table = np.array([[getattr(one, name) for name in FEATURES] for one in signals])
    used = [
        place for place, name in enumerate(FEATURES) if name != "coverage" and table[:, place].any()
    ]
    truth, sizes = np.array(truths, float), Counter(zip(sets, truths, strict=True))
    worth = np.array(
        [
            (2 if s == "scifact" else 1) * 300 / sizes[s, t]
            for s, t in zip(sets, truths, strict=True)
        ]
    )
    given = COVERAGE_WEIGHT * table[:, FEATURES.index("coverage")]
    matrix = np.c_[np.ones(len(table)), table[:, used]]
    weights = np.zeros(matrix.shape[1])
    for _ in range(50):
        likely = 1 / (1 + np.exp(-matrix @ weights - given))
        slope = matrix.T @ (worth * (likely - truth)) + np.r_[0, weights[1:]]
        curve = (matrix.T * (worth * likely * (1 - likely))) @ matrix + np.eye(len(weights))
        weights -= np.linalg.solve(curve, slope)
    found = {"base": weights[0], "coverage": COVERAGE_WEIGHT}
    found |= {FEATURES[place]: value for place, value in zip(used, weights[1:], strict=True)}
    return {name: round(float(value), 2) for name, value in found.items()}


def answers(data):
    """Yield (kind, answer of five sentences, ten sources of up to 150 words), each time others."""
    texts = [row["text"] for row in rows(data / "beir/xquad-en/corpus.jsonl")]
    texts = [" ".join(text.split()[:150]) for text in texts if len(text.split()) >= 120]
    pairs, draw = list(scifact_pairs(data)), random.Random(0)
    for _ in range(40):
        sources = draw.sample(texts, 10)
        spans = [text[a:b] for text in sources for a, b in sentences(text)]
        made = [case.changed for case in cases(sources[:4])]
        for kind, pool in (("quoted", spans), ("changed", made)):
            yield kind, " ".join(draw.sample(pool, min(5, len(pool)))), sources
        chosen = draw.sample(pairs, 10)
        abstracts = [" ".join(text.split()[:150]) for _, _, text, _, _ in chosen]
        yield "reworded", " ".join(claim for _, claim, *_ in chosen[:5]), abstracts


def speed(data, embedder):
    """Time five sentences against ten passages of some 200 tokens.

    One check before the clock starts reads the word lists and warms the embedder up.
    """
    checked("Money is paid back to the card within days.", "Refunds take 14 days.", embedder)
    embedder.embed_passages(["Refunds are paid within 14 days."])
    kinds = defaultdict(list)
    for kind, answer, sources in answers(data):
        library = Sources([Document(f"d{n}", "s", "t", text) for n, text in enumerate(sources)])
        checker = SupportChecker(library, embedder)
        for turn in ("first time", "again"):
            started = time.perf_counter()
            checker.check(answer, library.passages)
            kinds[f"{kind}, {turn}"].append(time.perf_counter() - started)
    return {
        kind: {
            "p50 ms": round(1000 * percentile(t, 0.5), 1),
            "p95 ms": round(1000 * percentile(t, 0.95), 1),
        }
        for kind, t in kinds.items()
    }


def main():
    parser = argparse.ArgumentParser(description="Measure support checking.")
    parser.add_argument(
        "--data", type=Path, required=True, help="the folder with beir, scifact_claims, ..."
    )
    parser.add_argument("--fit", action="store_true", help="print newly fitted weights and stop")
    arguments = parser.parse_args()
    embedder = open_embedder(EmbeddingSettings(threads=1))
    if arguments.fit:
        for name, one in (("WITH_MEANING", embedder), ("WITHOUT_MEANING", None)):
            print(name, json.dumps(fit(arguments.data, one)))
        return
    figures = {"embedder": embedder.fingerprint, "speed": speed(arguments.data, embedder)}
    for name, one in (("with embedder", embedder), ("without embedder", None)):
        figures[name] = {
            "changes": changes(arguments.data, one),
            "scifact": scifact(arguments.data, one),
            "halueval": halueval(arguments.data, one),
            "ares": ares(arguments.data, one),
        }
    figures["quotes"] = {"checked": quotes["all"], "not in their document": quotes["wrong"]}
    embedder.close()
    write_result("checking", figures)


if __name__ == "__main__":
    main()
