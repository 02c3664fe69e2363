"""Candidate questions out of documents, without a model and with one."""

# ruff: noqa: RUF001 - the stops of Chinese

import json
from collections import Counter

import pytest

from sartor.checking import SupportChecker
from sartor.evaluation.questions.making import make, write
from sartor.evaluation.questions.making.gathering import candidates
from sartor.knowledge.reading.markdown import MarkdownReader
from sartor.protocols import ReadOptions
from sartor.testing.embedder import HashingEmbedder
from sartor.testing.model import ScriptedModel
from sartor.testing.retriever import MemoryLibrary
from sartor.types import Document

HANDBOOK = """# Returns

Unused items may be returned within 30 days of delivery. Delivery of furniture costs 39 euros.
This does not hold for lamps. It takes 5 days.

The Harbour Museum was founded in 1889. Ada Lovelace wrote the first program for the machine.
The Museum of Tides (MOT) was designed by Ines Halvorsen. Frames are **made of** steel.

To reset the counter, press both buttons for two seconds.

## Stores

| store | manager | parking spaces | opening hours |
| --- | --- | --- | --- |
| Old Harbour | Marta Oyelaran | 140 | 10:00-20:00 |
| Northgate | Ines Halvorsen | 410 | - |
"""


def documents(tmp_path, **texts):
    found = []
    for name, text in texts.items():
        path = tmp_path / f"{name}.md"
        path.write_text(text, encoding="utf-8")
        (reading,) = MarkdownReader().read(path, ReadOptions())
        document = Document(path.name, "s", reading.title, reading.text, language=reading.language)
        found.append((document, reading.blocks))
    return found


def asked(text, language="en"):
    document = Document("d", "s", "", text, language=language)
    return {row.text: row.expected for row in candidates(document, ())}


ASKED = """
Unused items may be returned within 30 days of delivery.
    Within how many days of delivery may unused items be returned?
    30 days
Delivery of furniture costs 39 euros.
    How much does delivery of furniture cost?
    39 euros
The notice period is three months.
    What is the notice period?
    three months
The Harbour Museum was founded in 1889.
    When was the Harbour Museum founded?
    1889
In 1889, the Harbour Museum opened in Kestrelby.
    When did the Harbour Museum open in Kestrelby?
    1889
The Tide Clock was designed by Ines Halvorsen.
    Who was the Tide Clock designed by?
    Ines Halvorsen
Ada Lovelace wrote the first program for the machine.
    Who wrote the first program for the machine?
    Ada Lovelace
An allowance is a sum that is paid without receipts.
    What is an allowance?
    a sum that is paid without receipts
The Museum of Tides (MOT) closes early.
    What does MOT stand for?
    Museum of Tides
There are 12 rooms in the east wing.
    How many rooms are there in the east wing?
    12 rooms
To reset the counter, press both buttons for two seconds.
    How do you reset the counter?
    press both buttons for two seconds
The spare keys are kept in the blue cabinet.
    Where are the spare keys kept?
    in the blue cabinet
The cable ferry is 24 metres long.
    How long is the cable ferry?
    24 metres
Travel requests require a reason, a date and a signature.
    What do travel requests require?
    a reason, a date and a signature
"""
TRIPLES = [line.strip() for line in ASKED.strip().splitlines()]


@pytest.mark.parametrize(
    ("sentence", "question", "expected"),
    list(zip(TRIPLES[::3], TRIPLES[1::3], TRIPLES[2::3], strict=True)),
)
def test_a_sentence_becomes_the_question_it_answers(sentence, question, expected):
    assert asked(sentence) == {question: expected}


@pytest.mark.parametrize(
    "sentence",
    [
        "It takes 5 days.",
        "This period is 30 days.",
        "The first was built in 1889.",
        "The team scored 24 points.",
        "Refunds are not paid within 14 days.",
        "Parcels arrive there within 2 working days of that.",
        "Does the warranty last 5 years?",
    ],
)
def test_what_only_its_neighbours_explain_is_not_asked(sentence):
    assert asked(sentence) == {}


def test_tables_are_asked_for_cell_by_cell(tmp_path):
    ((document, blocks),) = documents(tmp_path, stores=HANDBOOK)
    rows = {row.text: row for row in candidates(document, blocks) if row.kind == "table"}
    assert {text: row.expected for text, row in rows.items()} == {
        "Who is the manager of Old Harbour under “Stores”?": "Marta Oyelaran",
        "How many parking spaces does Old Harbour have?": "140",
        "What are the opening hours for Old Harbour under “Stores”?": "10:00-20:00",
        "Who is the manager of Northgate under “Stores”?": "Ines Halvorsen",
        "How many parking spaces does Northgate have?": "410",
    }


def test_a_sentence_of_another_language_gets_a_gap():
    assert asked("Die Probezeit endet nach sechs Wochen im Jahr 2021.", "de") == {
        "Die Probezeit endet nach sechs Wochen im Jahr ____.": "2021"
    }
    assert asked("该博物馆成立于1889年，位于港口旁边。", "zh") == {
        "该博物馆成立于____年，位于港口旁边。": "1889"
    }


def test_what_is_expected_stands_in_the_span_and_all_are_marked(tmp_path):
    rows = documents(tmp_path, a=HANDBOOK, b="# Frames\n\nOak frames carry a 5 kg lamp.\n")
    corpus = MemoryLibrary(document for document, _ in rows)
    blocks = {document.id: blocks for document, blocks in rows}
    made = make(corpus, blocks.__getitem__, 30, seed=1)
    for question in made.questions:
        assert question.tags[0] == "synthetic"
        assert question.tags[-1] == "unreviewed"
        for piece in question.evidence:
            span = corpus.document(piece.document).text[piece.start : piece.end]
            assert question.expected[0] in span
    assert len({question.text for question in made.questions}) == len(made.questions)
    assert make(corpus, blocks.__getitem__, 30, seed=1) == made
    kinds = Counter(question.tags[1] for question in made.questions)
    assert kinds["unanswerable"] >= 1
    without = [question for question in made.questions if not question.answerable]
    assert all(not question.expected and not question.evidence for question in without)


def test_a_fact_that_two_documents_state_differently_is_not_asked(tmp_path):
    rows = documents(
        tmp_path,
        old="The notice period is three months.\n",
        new="The notice period is four months.\n",
    )
    corpus = MemoryLibrary(document for document, _ in rows)
    made = make(corpus, lambda _id: (), 10)
    assert made.questions == ()
    assert made.rejected == {"asked twice, or answered in two ways": 2}


def test_a_fact_that_another_document_overtakes_is_not_asked():
    said = {
        "2023": "The notice period for a lease is three months.",
        "2024": "The notice period for a lease is four months.",
        "other": "Delivery of furniture costs 39 euros.",
    }
    corpus = MemoryLibrary(Document(id, "s", "", text, language="en") for id, text in said.items())
    compared = set()

    def overtakes(document, text, other, sentence):
        assert (text, sentence) == (said[document.id], said[other.id])
        compared.add((document.id, other.id))
        return document.id > other.id

    made = make(corpus, lambda _id: (), 10, overtakes=overtakes)
    assert {piece.document for one in made.questions for piece in one.evidence} == {"2024", "other"}
    assert made.rejected == {"another document says otherwise": 1}
    assert compared == {("2024", "2023"), ("2023", "2024")}


PASSAGE = (
    "The Harbour Museum was founded in 1889 by the fishermen of Kestrelby. It is open every day but"
    " Monday, and children under 12 pay nothing for the tour of the old lighthouse."
)


def reply(question, answer, quote):
    return json.dumps({"question": question, "answer": answer, "quote": quote})


QUOTE = "The Harbour Museum was founded in 1889 by the fishermen of Kestrelby."


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (reply("When was it founded?", "1889", "It was founded in 1889."), "quote is not in"),
        (reply("When was the museum founded?", "1890", QUOTE), "answer is not in the quote"),
        (reply("What does the text say of 1889?", "fishermen", QUOTE), "about the text"),
        (reply("Was it in 1889?", "1889", QUOTE), "gives its answer away"),
        (reply("When was the bakery in Paris founded?", "1889", QUOTE), "checker does not find"),
    ],
)
def test_what_a_model_writes_is_counted_where_it_is_not_believed(told, reason):
    made = written(ScriptedModel(told))
    assert made.questions == ()
    ((why, count),) = made.rejected.items()
    assert reason in why
    assert count == 1


def test_what_a_model_writes_counts_once_the_checker_agrees():
    (question,) = written(
        ScriptedModel(reply("When was the Harbour Museum founded?", "1889", QUOTE))
    ).questions
    assert question.expected == ("1889",)
    assert (question.evidence[0].start, question.evidence[0].end) == (0, len(QUOTE))
    assert question.tags == ("synthetic", "written", "unreviewed")


def written(model):
    corpus = MemoryLibrary([Document("museum.md", "s", "", PASSAGE)])
    checker = SupportChecker(corpus, HashingEmbedder(), None)
    return write(corpus, model, checker, 1)
