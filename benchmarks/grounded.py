"""Retrieval-aware tuning on the lab model: does it learn a form without unlearning to read?

    python benchmarks/grounded.py [--threads 1] [--questions 400] [--rounds 3] [--test 250]
                                  [--without-gold 0.3] [--replay 0.1] [--rate 1.5e-3] [--seeds 2]
                                  [--form answer|source] [--write NAME]

A small library of the lab's world is made twice: one to train on, one to test on, with names that
the first never mentions and that the lab model never saw. `ground_examples` makes the examples:
search really returns the passages around the right one, the checker proves each answer, the
target is JSON. Two adapters are trained: one on those, one on the same questions and targets
without passages ("classic", what many guides do). Base and adapters then answer the same test
questions with the passages that search returns, unanswerable ones among them. With several seeds
all of it is done so many times, with other names and other first weights, and the answers of all
runs are counted together.

Writes `benchmarks/results/grounded.json`: shares with 95 % intervals, perplexity of held-out prose
as a ratio with its interval, CPU seconds of training.
"""

import argparse
import json
import re
import tempfile
import time
from pathlib import Path
from random import Random

import torch

from measuring import write_result
from sartor.checking.checker import SupportChecker
from sartor.lab import model_folder
from sartor.lab.prompts import ABSTENTION, SYSTEM, question_text
from sartor.lab.world import Part, Shape, draw_missing, draw_scene
from sartor.protocols import Prompt
from sartor.testing.retriever import MemoryLibrary
from sartor.text.marks import marked
from sartor.tuning.base import open_base
from sartor.tuning.encoding import Encoder
from sartor.tuning.grounding import WITHOUT_GOLD, ground_examples
from sartor.tuning.guard import Writer
from sartor.tuning.guard.intervals import change, perplexity_ratio, summarise
from sartor.tuning.guard.likelihood import Row, surprise
from sartor.tuning.loop import Job, train
from sartor.tuning.methods import METHODS
from sartor.tuning.planning import read_shape
from sartor.tuning.recipes import recipe_for
from sartor.tuning.replay import general_texts, replay_examples
from sartor.types import Document, Evidence, Example, Message, Question

SCENE = 5  # passages that share things and relations, as pages of one department would
PASSAGES = (1, 4)  # shown in a training prompt
SHOWN = 3  # shown in a test prompt
UNANSWERABLE = 0.25  # of the questions
BATCH_TOKENS = 1_000
ANSWER_TOKENS = 72
CITED = re.compile(r"\[(\d+)\]")


# --- the world -----------------------------------------------------------------------------------


def make_library(seed, questions, taken=frozenset()):
    """Documents of one passage each, and questions about things that are not in `taken`."""
    draw, documents, asked, things = Random(seed), [], [], set()
    part, shape = Part(held_out=True), Shape(headed=0.0)
    while len(asked) < questions:
        scene = draw_scene(draw, SCENE, part, shape)
        missing = [draw_missing(draw, scene.facts, part) for _ in range(2)]
        here = {fact.thing.name for fact in (*scene.facts, *missing)}
        if here & (taken | things):
            continue
        things |= here
        ids = {}
        for passage in scene.passages:
            ids[passage.number] = f"note-{len(documents):03}.md"
            documents.append(Document(ids[passage.number], "notes", "", passage.text))
        texts = {document.id: document.text for document in documents[-SCENE:]}
        for fact in scene.facts:
            start = texts[ids[fact.passage]].find(fact.sentence)
            evidence = Evidence(ids[fact.passage], start, start + len(fact.sentence))
            text = fact.question(draw)
            number = f"q{len(asked):04}"
            asked.append(Question(number, text, expected=(fact.value,), evidence=(evidence,)))
        share = UNANSWERABLE / (1 - UNANSWERABLE)
        for fact in missing[: round(len(scene.facts) * share + draw.random() - 0.5)]:
            asked.append(Question(f"q{len(asked):04}", fact.question(draw), answerable=False))
    return MemoryLibrary(documents), asked[:questions], things


class LabPrompts:
    """The prompt of the lab's rag rung: each sentence with its number, then the question."""

    def prompt(self, question, passages):
        shown = "\n".join(marked(one.text, number) for number, one in enumerate(passages, 1))
        user = (shown + question_text(question)).lstrip()
        return Prompt((Message("system", SYSTEM), Message("user", user)), tuple(passages))


def answer_form(text, _numbers):
    """JSON with the quoted answer, the number of its passage within it."""
    return json.dumps({"answer": text}, ensure_ascii=False)


def source_form(text, numbers):
    """The same, and the number once more in a field of its own."""
    said = {"answer": text, "source": numbers[0] if numbers else None}
    return json.dumps(said, ensure_ascii=False)


FORMS = {"answer": answer_form, "source": source_form}


def classic_examples(questions, library, form):
    """The same questions and targets as anybody would write them down: without passages."""
    return [
        Example((*LabPrompts().prompt(one.text, ()).messages, Message("assistant", target)), one.id)
        for one in questions
        for target in [form(quoted(one, library) or ABSTENTION, [])]
    ]


def quoted(question, library):
    for piece in question.evidence:
        return library.document(piece.document).text[piece.start : piece.end]
    return ""


# --- one answer ----------------------------------------------------------------------------------


def read_answer(written):
    """Whether it has the house form, what it says, and the number it cites."""
    try:
        said = json.loads(written)
        answer = said["answer"]
        right = list(said) in (["answer"], ["answer", "source"]) and isinstance(answer, str)
        if right and (said.get("source") is None or isinstance(said["source"], int)):
            return True, answer, said.get("source") or cited(answer)
    except (ValueError, KeyError, TypeError):
        pass
    return False, written, cited(written)


def cited(text):
    found = CITED.search(text)
    return int(found[1]) if found else None


def says(value, text):
    return re.search(rf"(?<![\w.,]){re.escape(value)}(?!\w)", text, re.I) is not None


def scores_of(question, shown, written):
    """Every measure of one answer; None where it does not apply to the question."""
    form, text, number = read_answer(written)
    abstains = ABSTENTION.rstrip(".").lower() in text.lower()
    if not question.answerable:
        return {"format": form, "abstains": abstains}
    gold = question.evidence[0].document
    cited = shown[number - 1].document_id if number and 0 < number <= len(shown) else ""
    right = not abstains and says(question.expected[0], text)
    return {
        "format": form,
        "found": any(passage.document_id == gold for passage in shown),
        "right": right,
        "cited": not abstains and cited == gold,
        "cited where right": cited == gold if right else None,
        "abstains wrongly": abstains,
    }


def answer_all(network, encoder, library, questions):
    """Ask everything with the passages that search returns; the scores, question by question."""
    shown = [[hit.passage for hit in library.search(one.text, k=SHOWN)] for one in questions]
    prompts = [
        LabPrompts().prompt(one.text, passages).messages
        for one, passages in zip(questions, shown, strict=True)
    ]
    written = Writer(network, encoder, max_tokens=ANSWER_TOKENS, batch=32).write(prompts)
    pairs = zip(questions, shown, written, strict=True)
    return [scores_of(*one) for one in pairs], written[:3]


MEASURES = (
    "format", "found", "right", "cited", "cited where right", "abstains", "abstains wrongly",
)  # fmt: skip


def figures(scores, before=None):
    """Shares with intervals; with `before` also what changed on the same questions."""
    found = {}
    for measure in MEASURES:
        values = values_of(scores, measure)
        found[measure] = told(summarise(measure, values))
        if before:
            found[measure]["change"] = told(change(measure, values_of(before, measure), values))
    return found


def values_of(scores, measure):
    return [None if one.get(measure) is None else float(one[measure]) for one in scores]


def told(measurement):
    rounded = {key: round(getattr(measurement, key), 4) for key in ("mean", "low", "high")}
    return {**rounded, "n": measurement.n}


def losses(network, encoder):
    rows = [Row(encoder.text(text).ids) for text in general_texts("held out")]
    size = len(encoder.tokenizer)
    return surprise(network, rows, vocabulary=size), [len(row.tokens) - 1 for row in rows]


# --- training ------------------------------------------------------------------------------------


def tuned(examples, args, folder, seed):
    """Open the base anew, mix in replay, train; what came of it, and its CPU seconds."""
    base = open_base(model_folder(), threads=args.threads)
    encoder = Encoder(base.tokenizer, window=base.window)
    method = METHODS["lora"]

    def count(text):
        return len(base.tokenizer(text, add_special_tokens=False)["input_ids"])

    encoded = [encoder.encode(example) for example in examples]
    tokens = sum(len(one.ids) for one in encoded)
    writer = Writer(base.network, encoder, max_tokens=ANSWER_TOKENS, batch=32)
    mixed = replay_examples(write=writer.write, tokens=round(args.replay * tokens), count=count)
    replay = [encoder.encode(example) for example in mixed.examples]
    replay += [encoder.text(text) for text in mixed.texts]
    recipe = recipe_for(
        "ours",
        "lora",
        read_shape(model_folder()),
        reads=any(one.rests_on for one in examples),
        epochs=1,
        learning_rate=args.rate,
        batch_tokens=BATCH_TOKENS,
        dropout=0.0,
    )
    network = method.attach(base.network, recipe, seed=seed)
    cpu = time.process_time()
    trained = train(
        Job(
            network=network,
            encoder=encoder,
            recipe=recipe,
            train=[*encoded, *replay],
            dev=(),
            folder=folder,
            method=method,
            precision=base.precision,
            device=base.device,
            seed=seed,
        )
    )
    facts = {
        "examples": len(examples),
        "tokens": tokens,
        "replay tokens": mixed.tokens,
        "steps": trained.steps,
        "learned share": round(trained.supervised_share, 4),
        "loss of the last steps": round(sum(s.loss for s in trained.losses[-10:]) / 10, 4),
        "cpu seconds": round(time.process_time() - cpu, 1),
        "seconds": round(trained.seconds, 1),
    }
    return trained.network, encoder, facts


def main():
    args = arguments()
    torch.set_num_threads(args.threads)
    runs = [run(seed, args) for seed in range(args.seeds)]
    untuned = [scores for one in runs for scores in one["untuned"]["scores"]]
    result = {"untuned": {**figures(untuned), "samples": runs[0]["untuned"]["samples"]}}
    for name in ("retrieval-aware", "classic"):
        after = [scores for one in runs for scores in one[name]["scores"]]
        result[name] = {
            **figures(after, untuned),
            **{key: [one[name][key] for one in runs] for key in ("perplexity", "training")},
            "each run": [short(one[name]["scores"], one["untuned"]["scores"]) for one in runs],
            "samples": runs[0][name]["samples"],
        }
    said = ("questions", "test", "without_gold", "replay", "rate", "rounds", "form", "seeds")
    facts = {name.replace("_", " "): getattr(args, name) for name in said}
    write_result(args.write, {**facts, **result})


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--questions", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--test", type=int, default=250)
    parser.add_argument("--without-gold", type=float, default=WITHOUT_GOLD)
    parser.add_argument("--replay", type=float, default=0.1, help="for each token of the examples")
    parser.add_argument("--rate", type=float, default=1.5e-3)
    parser.add_argument("--seeds", type=int, default=2)
    parser.add_argument("--form", choices=FORMS, default="answer")
    parser.add_argument("--write", default="grounded", help="name of the result file")
    return parser.parse_args()


def run(seed, args):
    """Make a world of names, tune twice, and give every score before and after."""
    library, questions, things = make_library(10 * seed + 1, args.questions)
    test_library, test, _ = make_library(10 * seed + 2, args.test, taken=things)
    base = open_base(model_folder(), threads=args.threads)
    encoder = Encoder(base.tokenizer, window=base.window)
    before, samples = answer_all(base.network, encoder, test_library, test)
    prose, tokens = losses(base.network, encoder)
    found = {"untuned": {"scores": before, "samples": samples}}
    for name, examples in made(library, questions, seed, args).items():
        with tempfile.TemporaryDirectory() as folder:
            network, encoder, facts = tuned(examples, args, Path(folder), seed)
        after, samples = answer_all(network, encoder, test_library, test)
        ratio = perplexity_ratio("perplexity", prose, losses(network, encoder)[0], tokens)
        found[name] = {
            "scores": after, "samples": samples, "perplexity": told(ratio), "training": facts,
        }  # fmt: skip
        print(seed, name, short(after, before), flush=True)
    return found


def made(library, questions, seed, args):
    """Make the examples with passages, and the same questions as anybody would write them down."""
    grounded = ground_examples(
        [(question, "") for question in questions],
        retriever=library,
        library=library,
        checker=SupportChecker(library),
        grounding=LabPrompts(),
        abstention=ABSTENTION,
        passages=PASSAGES,
        without_gold=args.without_gold,
        rounds=args.rounds,
        form=FORMS[args.form],
        seed=seed,
    )
    classic = classic_examples(questions, library, FORMS[args.form])
    return {
        "retrieval-aware": list(grounded.examples),
        "classic": [one for one in classic for _ in range(args.rounds)],
    }


def short(after, before):
    """Give the means alone: before, after."""
    was, now = figures(before), figures(after)
    return {name: (was[name]["mean"], now[name]["mean"]) for name in MEASURES}


if __name__ == "__main__":
    main()
