"""Failures made where they belong, each with the stage that it is a failure of.

The stage is known from what was done, checked by plain string search in what the answer stores.
Nothing here is shared with the attribution that is to find it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from attribution_town import (
    FILLER,
    Plain,
    Without,
    Writer,
    expected_of,
    facts,
    markdown,
    page_of,
    pdf,
)
from sartor import Project
from sartor.assistants.extract import ExtractAssistant
from sartor.assistants.options import PromptedOptions
from sartor.assistants.prompted import PromptedAssistant
from sartor.assistants.rungs import RUNGS
from sartor.assistants.templates import Prompts
from sartor.checking import SupportChecker
from sartor.errors import Unreachable
from sartor.evaluation.asked import Asked
from sartor.evaluation.attributing import Remembered
from sartor.types import Answer, Evidence, Question

WAYS = ("span", "document", "none")  # how evidence is given
SPANS = ("span", "document")


@dataclass(frozen=True)
class Case:
    """A failure of known stage, as attribution gets to see it."""

    stage: str
    kind: str
    asked: Asked
    scores: dict
    corpus: object
    form: str = ""  # how the expected text was written down


class NoPrices:
    def cost(self, model, usage):
        return None


class Town:
    """A project with documents in it, and the assistants over it."""

    def __init__(self, folder, draw, embedder, **settings):
        self.draw, self.folder = draw, folder
        self.files = folder / "files"
        self.files.mkdir(parents=True)
        self.project = Project.init(folder / "project", embedder=embedder, **settings)
        self.facts = facts(draw)
        self.known = {}
        self.writer = Writer(self.known, draw)
        self.corpus = None
        self.form = ""

    def some(self, count):
        """Take facts that nobody has written down yet."""
        found = [next(self.facts) for _ in range(count)]
        self.known |= {fact.question: fact for fact in found}
        return found

    def written(self, count):
        """Take facts and write a document for each."""
        found = self.some(count)
        for fact in found:
            self.write(fact, markdown(fact, self.draw))
        return found

    def write(self, fact, text, *, kind=".md"):
        (self.files / f"{fact.name}{kind}").write_text(text)

    def read(self):
        self.project.add(self.files)
        self.look()

    def look(self):
        """See the documents as they are now."""
        self.corpus = Remembered(self.project._answering.library)

    def delete(self, facts):
        self.project.delete(*(f"{fact.name}.md" for fact in facts))
        self.look()

    def rag(self, *, retriever=None, **options):
        return PromptedAssistant(
            self.writer.model,
            rung=RUNGS["rag"],
            retriever=retriever or self.project,
            library=self.project,
            checker=SupportChecker(self.project),
            pricing=NoPrices(),
            prompts=Prompts(),
            options=PromptedOptions(rewrite=False, **{"passages": 5, **options}),
        )

    def plain(self, *, retriever=None, **options):
        return Plain(retriever or self.project, self.project, self.writer, **options)

    def either(self, number, **options):
        """Take turns: our chain, somebody else's."""
        return self.rag(**options) if number % 2 else self.plain(**options)

    def blind(self, fact, **options):
        return Without(self.project, fact.value, **options)

    def evidence(self, fact, way="span", kind=".md", page=None):
        """Point at a fact the way annotators do: a span, a page, a document, or not at all."""
        if way == "none":
            return ()
        if way != "span":
            return (Evidence(f"{fact.name}{kind}", page=page),)
        start = self.text(fact, kind).index(fact.sentence)
        return (Evidence(f"{fact.name}{kind}", start, start + len(fact.sentence)),)

    def text(self, fact, kind=".md"):
        """Give the text as the annotator saw it, whatever became of it in reading."""
        whole = self.files / f"{fact.name}.whole"
        return (whole if whole.exists() else self.files / f"{fact.name}{kind}").read_text()

    def ask(self, fact, system, evidence, *, fault="", labels=None, **more):
        """Ask a system for a fact and judge the answer by plain string search."""
        self.writer.fault = fault
        self.form, expected = expected_of(fact, self.draw, free=bool(evidence))
        question = Question(fact.name, fact.question, (expected,), evidence=evidence, **more)
        try:
            answer = system.answer(fact.question, labels=labels)
        except Unreachable as error:
            return Asked(question, None, f"Unreachable: {error}"), {"answers.correct": 0.0}
        right = fact.value in answer.text if question.answerable else answer.abstained
        return Asked(question, answer), {"answers.correct": float(right)}


def flat(text):
    return " ".join(text.split())


def read(asked, fact):
    """Tell whether the system read the fact."""
    return any(fact.value in flat(one.text) for one in asked.answer.context)


def found(asked, fact):
    return any(fact.value in flat(hit.passage.text) for hit in asked.answer.hits)


def wrong(made):
    return not made[1]["answers.correct"]


def foreign(made):
    """Leave of an answer what a file of recorded answers has: its text."""
    asked, scores = made
    bare = Answer(asked.answer.text, abstained=asked.answer.abstained)
    return replace(asked, answer=bare), scores


# --- the documents, some of them damaged ------------------------------------------------------


def prepare(town, each):
    """Write all documents, with what is to be missing in them already missing."""
    draw = town.draw
    often = {
        "packed": 3,
        "used": 4,
        "uncited": 4,
        "shape": 4,
    }  # search has to find these before they can fail
    names = ("gone", "sought", "packed", "unused", "used", "uncited", "shape", "pairs")
    groups = {name: town.written(often.get(name, 2) * each) for name in names}
    groups |= {name: town.written(each) for name in ("other", "twice", "crowded")}
    groups |= {name: town.some(each) for name in ("never", "lost", "short", "blank", "paged")}
    groups |= {"closed": town.some(each), "unanswerable": town.some(3 * each)}
    for fact in groups["twice"]:  # the same text in two documents: search folds them
        town.write(replace(fact, name=f"{fact.name}-copy"), town.text(fact))
    for number, fact in enumerate([*groups["lost"], *groups["short"]]):
        damage(town, fact, number, ends=number >= each)
    for number, fact in enumerate(groups["blank"]):  # the page is a picture, or lost the sentence
        around = [" ".join(draw.sample(FILLER, 5)) for _ in range(3)]
        around[1] = "" if number % 2 else around[1]
        (town.files / f"{fact.name}.pdf").write_bytes(pdf(around))
    for fact in groups["paged"]:
        before, after = (" ".join(draw.sample(FILLER, 5)) for _ in range(2))
        (town.files / f"{fact.name}.pdf").write_bytes(pdf([before, page_of(fact, draw), after]))
    for fact in groups["crowded"]:  # decoys repeat the question until it looks like theirs
        for number in range(4):
            text = f"# {fact.question}\n\n{fact.question} {fact.question} {draw.choice(FILLER)}\n"
            town.write(replace(fact, name=f"{fact.name}-decoy-{number}"), text)
    close(town, groups["closed"])
    town.read()
    town.delete([*groups["gone"], *groups["other"]])
    return groups


def damage(town, fact, number, *, ends):
    """Lose the value in reading, or everything from around it on."""
    whole = markdown(fact, town.draw)
    (town.files / f"{fact.name}.whole").write_text(whole)
    garbage = ["\ufffd" * len(fact.value), "", "~~~"][number % 3]
    stop = whole.index(fact.sentence) + town.draw.choice((0, 3, -40))
    town.write(fact, whole[:stop] if ends else whole.replace(fact.value, garbage))


def close(town, facts):
    """Write documents that the asker may not see."""
    folder = town.folder / "closed"
    folder.mkdir()
    for fact in facts:
        (folder / f"{fact.name}.md").write_text(markdown(fact, town.draw))
    town.project.add(folder, labels=["staff"])


# --- one function a stage: (kind, what was asked and how it was judged) ------------------------


def not_in_the_documents(town, groups):
    for number, fact in enumerate(groups["gone"]):
        way = WAYS[number % 3]
        made = town.ask(fact, town.either(number), town.evidence(fact, way))
        yield f"deleted, evidence: {way}", made
    for fact in groups["never"]:
        made = town.ask(fact, town.plain(), (Evidence("elsewhere.md"),))
        yield "never added, foreign system", foreign(made)
    for fact, first in zip(groups["gone"], groups["used"], strict=False):
        evidence = (*town.evidence(first, "document"), Evidence(f"{fact.name}.md"))
        yield "one of two hops", town.ask(fact, Seeing(town, first, fact), evidence)
    yield from pairs(town, groups["pairs"][::2], deleted=True)


def not_read(town, groups):
    for kind in ("lost", "short"):
        told = {"lost": "value lost", "short": "text ends early"}[kind]
        for number, fact in enumerate(groups[kind]):
            way = SPANS[number // 3 % 2]
            made = town.ask(fact, town.either(number), town.evidence(fact, way))
            yield f"{told}, evidence: {way}", made
    for number, fact in enumerate(groups["blank"]):
        evidence = town.evidence(fact, "page", kind=".pdf", page=2)
        kind = "page without text" if number % 2 else "page without the value"
        yield kind, town.ask(fact, town.either(number), evidence)


def not_retrieved(town, groups):
    for number, fact in enumerate(groups["sought"]):
        way, nothing = WAYS[number % 3], number % 5 == 4
        blind = town.blind(fact, nothing=nothing)
        chain = town.either(number or nothing, retriever=blind)
        chain = town.rag(retriever=blind) if nothing else chain
        kind = "search finds nothing" if nothing else "hits without it"
        yield f"{kind}, evidence: {way}", town.ask(fact, chain, town.evidence(fact, way))
    for fact in groups["paged"]:
        evidence = town.evidence(fact, "page", kind=".pdf", page=2)
        made = town.ask(fact, town.plain(retriever=town.blind(fact)), evidence)
        yield "hits without it, evidence: page", made
    for number, fact in enumerate(groups["crowded"]):
        made = town.ask(fact, town.plain(k=3), town.evidence(fact, WAYS[number % 3]))
        if not found(made[0], fact):
            yield "crowded out by decoys", made
    ids = {one.id.split("/")[-1]: one.id for one in town.project.documents()}
    for fact in groups["closed"]:
        evidence = (Evidence(ids[f"{fact.name}.md"]),)
        yield "not open to the asker", town.ask(fact, town.plain(), evidence, labels=())
    for fact, gone in zip(groups["sought"], groups["other"], strict=False):
        evidence = (*town.evidence(gone), *town.evidence(fact))
        made = town.ask(fact, town.plain(retriever=town.blind(fact)), evidence)
        yield "one of two alternatives deleted", made
    for number, (fact, first) in enumerate(zip(groups["unused"], groups["used"], strict=False)):
        evidence = (*town.evidence(first, "document"), *town.evidence(fact, SPANS[number % 2]))
        made = town.ask(fact, Seeing(town, first, fact), evidence)
        if read(made[0], first):
            yield "one of two hops", made
    yield from pairs(town, groups["pairs"][1::2], deleted=False)


def packed_out(town, groups):
    tight = ({"context_tokens": 20}, {"context_tokens": 60}, {"per_document": 1})
    for number, fact in enumerate(groups["packed"]):
        way = WAYS[number % 3]
        last = LastOfAll(town.project, fact)
        if number % 2:
            chain = town.rag(retriever=last, passages=8, **town.draw.choice(tight))
        else:
            chain = town.plain(retriever=last, room=town.draw.choice((1, 2)), k=8)
        made = town.ask(fact, chain, town.evidence(fact, way))
        if found(made[0], fact) and not read(made[0], fact):
            kind = "no room" if number % 2 else "left out without a reason"
            yield f"{kind}, evidence: {way}", made


def unused(town, groups):
    for number, fact in enumerate(groups["unused"]):
        way, fault = WAYS[number % 3], ("silent", "another passage", "vague")[number // 3 % 3]
        made = town.ask(fact, town.either(number), town.evidence(fact, way), fault=fault)
        if read(made[0], fact) and wrong(made):
            yield f"{fault}, evidence: {way}", made
    for number, fact in enumerate(groups["twice"]):
        evidence = town.evidence(fact, SPANS[number % 2])
        made = town.ask(fact, town.either(number), evidence, fault="silent")
        if read(made[0], fact):
            yield "a copy was read", made


def used_but_wrong(town, groups):
    for number, fact in enumerate(groups["used"]):
        way, fault = WAYS[number % 3], ("wrong value", "wrong value, uncited")[number // 3 % 2]
        made = town.ask(fact, town.either(number), town.evidence(fact, way), fault=fault)
        if read(made[0], fact) and wrong(made):
            yield f"{fault}, evidence: {way}", made


def uncited(town, groups):
    for number, fact in enumerate(groups["uncited"]):
        wrongly = bool(number % 2)
        chain = town.plain(cites=wrongly, cites_wrongly=wrongly)
        asked, scores = town.ask(fact, chain, town.evidence(fact, SPANS[number % 2]))
        if scores["answers.correct"] and len(asked.answer.context) > 1:
            measured = {"citations.recall": 0.0} if number // 2 % 2 else {}
            yield "cites something else" if wrongly else "cites nothing", (asked, scores | measured)


def wrong_format(town, groups):
    for fact in groups["shape"][::2]:
        asked, scores = town.ask(fact, town.rag(), town.evidence(fact))
        said = json.dumps({"answer": asked.answer.text})
        broken = (said[:-1], f"Here you are: {said}", said.replace('"answer"', '"reply"'))
        answer = replace(asked.answer, text=town.draw.choice(broken))
        if scores["answers.correct"]:
            yield "JSON", (replace(asked, answer=answer), scores | {"format.valid": 0.0})


def wrong_style(town, groups):
    for fact in groups["shape"][1::2]:
        asked, scores = town.ask(fact, town.rag(), town.evidence(fact))
        if scores["answers.correct"]:
            yield "not their voice", (asked, scores | {"style.match": 0.1, "format.valid": 1.0})


def should_have_abstained(town, groups):
    extract = ExtractAssistant(town.project, town.project)
    for number, fact in enumerate(groups["unanswerable"]):
        chain = (extract, town.rag(), town.plain())[number % 3]
        made = town.ask(fact, chain, (), fault="claim", answerable=False)
        if wrong(made):
            kind = ("extract", "rag", "plain")[number % 3]
            yield kind, foreign(made) if number % 4 == 0 else made


def no_answer(town, groups):
    for number, fact in enumerate(groups["sought"]):
        fault = ("raise", "empty")[number % 2]
        yield fault, town.ask(fact, town.plain(), town.evidence(fact), fault=fault)


def unknown(town, groups):
    for number, fact in enumerate(groups["used"]):
        way = WAYS[number % 3]
        question = Question(
            fact.name, fact.question, (fact.value,), evidence=town.evidence(fact, way)
        )
        town.form = "verbatim"
        asked = Asked(question, Answer(f"It is {fact.wrong}."))
        yield f"foreign, stores nothing, evidence: {way}", (asked, {"answers.correct": 0.0})


STAGES = {
    "not in the documents": not_in_the_documents,
    "not read": not_read,
    "not retrieved": not_retrieved,
    "packed out": packed_out,
    "in context, unused": unused,
    "used but wrong": used_but_wrong,
    "right but uncited": uncited,
    "right but wrong format": wrong_format,
    "right but wrong style": wrong_style,
    "should have abstained": should_have_abstained,
    "no answer": no_answer,
    "unknown": unknown,
}


def cases(town, each):
    """Inject failures of every stage but splitting into one town."""
    groups = prepare(town, each)
    for stage, inject in STAGES.items():
        for kind, (asked, scores) in inject(town, groups):
            if scores["answers.correct"] and not stage.startswith("right"):
                continue  # the fault did no harm: right by chance
            yield Case(stage, kind, asked, scores, town.corpus, town.form)


def cut_cases(town, each):
    """Let the splitter cut sentences in two, and keep those in which it cut the value."""
    candidates = town.some(16 * each)
    for fact in candidates:
        town.write(fact, page_of(fact, town.draw, around=9) + "\n", kind=".txt")
    town.read()
    for number, fact in enumerate(candidates):
        name = f"{fact.name}.txt"
        passages = town.corpus.passages_of(name)
        if any(fact.value in flat(one.text) for one in passages):
            continue
        way = SPANS[number // 4 % 2]
        chain = town.plain(k=town.draw.choice((1, 2, 4)))
        asked, scores = town.ask(fact, chain, town.evidence(fact, way, kind=".txt"))
        start = town.project.document(name).text.index(fact.value)
        end = start + len(fact.value)
        pieces = {one.id for one in passages if one.start < end and start < one.end}
        missing = pieces - {one.id for one in asked.answer.context}
        if missing and not scores["answers.correct"]:
            kind = f"{len(missing)} of {len(pieces)} pieces missing, evidence: {way}"
            yield Case("cut by splitting", kind, asked, scores, town.corpus, town.form)


# --- chains and questions that need more than one line ----------------------------------------


class Seeing:
    """A chain that searches for another question, and never finds what is asked for."""

    def __init__(self, town, other, fact):
        self.chain, self.question = town.plain(retriever=town.blind(fact)), other.question

    def answer(self, question, labels=None):
        return self.chain.answer(self.question, labels=labels)


class LastOfAll:
    """A search that puts what holds the fact behind everything else."""

    def __init__(self, retriever, fact):
        self.retriever, self.fact = retriever, fact

    def search(self, query, k=10, mode="hybrid", filters=(), labels=()):
        hits = self.retriever.search(query, k=k, labels=labels)
        return sorted(hits, key=lambda hit: self.fact.value in flat(hit.passage.text))


def pairs(town, facts, *, deleted):
    """Ask for two facts of two documents at once, of which the second is missing."""
    for number, (first, second) in enumerate(zip(facts[::2], facts[1::2], strict=True)):
        way = SPANS[number % 2]
        both = f"{first.value} and {second.value}"
        question = f"{first.question} {second.question}"
        evidence = (*town.evidence(first, way), *town.evidence(second, way))
        town.known[question], town.form, town.writer.fault = first, "both", ""
        if deleted:
            town.delete([second])
        answer = town.plain(retriever=town.blind(second)).answer(question)
        asked = Asked(Question(first.name, question, (both,), evidence=evidence), answer)
        yield f"needs two documents, evidence: {way}", (asked, {"answers.correct": 0.0})
