"""Questions in the forms people have them in: BEIR folders, reading sets, tables."""

import json

import pytest

from sartor.errors import InputError
from sartor.evaluation.questions import read_questions
from sartor.evaluation.questions.reading import open_questions
from sartor.evaluation.questions.rows import line_of, parse_row
from sartor.testing.retriever import MemoryLibrary
from sartor.types import Document, Evidence, Message, Question

CONTEXT = "The bridge was built in 1889. It is 120 metres long."


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def lines(*rows):
    return "".join(json.dumps(row) + "\n" for row in rows)


@pytest.fixture
def beir(tmp_path):
    folder = tmp_path / "set"
    query = {"_id": "q1", "text": "When?", "metadata": {"answers": ["1889"], "answer_start": [24]}}
    other = {"_id": "q2", "text": "Which?"}
    unjudged = {"_id": "q3", "text": "Nobody judged this"}
    write(folder / "queries.jsonl", lines(query, other, unjudged))
    write(folder / "corpus.jsonl", lines({"_id": "d1", "title": "", "text": CONTEXT}))
    header = "query-id\tcorpus-id\tscore\n"
    write(folder / "qrels/test.tsv", header + "q1\td1\t1\nq2\td1\t2\nq2\td2\t1\nq2\td3\t0\n")
    write(folder / "qrels/train.tsv", header + "q3\td1\t1\n")
    return folder


def test_a_question_survives_being_written_and_read():
    question = Question(
        "q", "Warum?", ("a", "b"), "contains",
        evidence=(Evidence("d", 1, 2, grade=2), Evidence("e", page=3)),
        history=(Message("user", "Hallo"),), schema={"type": "object"}, tags=("x",),
    )  # fmt: skip
    assert parse_row(line_of(question), "1") == question
    silent = Question("s", "Who?", answerable=False)
    assert parse_row(line_of(silent), "1") == silent


def test_a_beir_folder_gives_graded_documents_and_exact_spans(beir):
    first, second = read_questions(beir)
    assert first.expected == ("1889",)
    assert first.evidence == (Evidence("d1", 24, 28),)
    assert second.evidence == (Evidence("d1", grade=2), Evidence("d2"))
    assert read_questions(beir / "queries.jsonl") == [first, second]
    assert [question.id for question in read_questions(beir, split="train")] == ["q3"]


def test_a_span_that_the_corpus_does_not_show_is_not_believed(beir):
    write(beir / "corpus.jsonl", lines({"_id": "d1", "title": "", "text": "other text"}))
    assert read_questions(beir)[0].evidence == (Evidence("d1"),)


def test_a_split_that_is_not_there_and_a_broken_judgement_are_named(beir):
    with pytest.raises(InputError, match="no split 'tests'; did you mean 'test'"):
        read_questions(beir, split="tests")
    write(beir / "qrels/test.tsv", "query-id\tcorpus-id\tscore\nq1\td1\n")
    with pytest.raises(InputError, match=r"line 2: test.tsv: found 2 columns"):
        read_questions(beir)


def squad(**paragraph):
    rows = [
        {"id": "a", "question": "When?", "answers": [{"text": "1889", "answer_start": 24}]},
        {"id": "b", "question": "Who?", "answers": [], "is_impossible": True},
    ]
    data = [{"title": "T", "paragraphs": [{"context": CONTEXT, "qas": rows, **paragraph}]}]
    return json.dumps({"version": "v2.0", "data": data})


def test_a_reading_set_gives_evidence_only_where_the_document_is_known(tmp_path):
    path = write(tmp_path / "set.json", squad())
    first, second = read_questions(path)
    assert (first.expected, first.evidence, first.answerable) == (("1889",), (), True)
    assert (second.expected, second.answerable) == ((), False)
    write(path, squad(document_id="bridge.md"))
    assert read_questions(path)[0].evidence == (Evidence("bridge.md"),)


def test_the_context_is_found_in_the_documents(tmp_path):
    corpus = MemoryLibrary([Document("bridge.md", "s", "", f"# Bridges\n\n{CONTEXT}\n")])
    path = write(tmp_path / "set.json", squad())
    (piece,) = read_questions(path, corpus=corpus)[0].evidence
    assert corpus.document("bridge.md").text[piece.start : piece.end] == "1889"


def test_flat_rows_of_a_reading_set_are_read(tmp_path):
    answers = {"text": ["1889"], "answer_start": [24]}
    row = {"id": "a", "title": "T", "context": CONTEXT, "question": "When?", "answers": answers}
    nothing = {**row, "id": "b", "answers": {"text": [], "answer_start": []}}
    first, second = read_questions(write(tmp_path / "rows.jsonl", lines(row, nothing)))
    assert first.expected == ("1889",)
    assert not second.answerable


def test_broken_answers_of_a_reading_set_are_named_with_their_paragraph(tmp_path):
    broken = squad().replace('"answers": [{', '"answers": [[{').replace("24}]", "24}]]")
    with pytest.raises(InputError, match="article 1, paragraph 1: answers are no list"):
        read_questions(write(tmp_path / "set.json", broken))


def test_a_table_is_read_by_its_header(tmp_path):
    table = (
        "ID;Frage;Antwort;Dokument;Tags\n"
        '1;"Wie lange, genau?";14 Tage|zwei Wochen;a.md; b.md;fristen\n'
    )
    with pytest.raises(InputError, match="line 2: found 6 columns; the header has 5"):
        read_questions(write(tmp_path / "t.csv", table))
    good = table.replace("a.md; b.md", '"a.md; b.md"')
    (question,) = read_questions(write(tmp_path / "t.csv", good))
    assert (question.id, question.text) == ("1", "Wie lange, genau?")
    assert question.expected == ("14 Tage", "zwei Wochen")
    assert question.evidence == (Evidence("a.md"), Evidence("b.md"))


def test_columns_can_be_mapped_and_lines_stay_exact(tmp_path):
    table = 'Kunde\tSoll\tda\n"zwei\nZeilen?"\tja\tyes\n\t1\tno\nWer?\t\tvielleicht\n'
    path = write(tmp_path / "t.tsv", table)
    fields = {"question": "Kunde", "expected": "Soll", "answerable": "da"}
    found = open_questions(path, fields=fields)
    assert [question.text for question in found.questions] == ["zwei\nZeilen?"]
    told = [str(mistake) for mistake in found.mistakes]
    assert told == [
        "line 4: question is missing or empty",
        "line 5: answerable is 'vielleicht'; expected true or false",
    ]
    with pytest.raises(InputError, match="no column 'Kund'; did you mean 'Kunde'"):
        open_questions(path, fields={"question": "Kund"})
    with pytest.raises(InputError, match="no column holds the question"):
        open_questions(path)


def test_a_spreadsheet_in_utf16_is_read(tmp_path):
    path = tmp_path / "t.tsv"
    path.write_bytes("question\texpected\nWie viel?\t5 €\n".encode("utf-16"))
    assert read_questions(path)[0].expected == ("5 €",)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b'{"messages": [{"role": "user", "content": "x"}]}\n', "looks like example conversations"),
        (b'{"id": "1", "answer": "x"}\n', "looks like a system's recorded answers"),
        (b'{"_id": "1", "title": "", "text": "x"}\n', "looks like a file of the BEIR layout"),
        (b"%PDF-1.7\n\xff\xfe", "looks like a PDF document"),
        (b"PK\x03\x04rest", "looks like an Office document"),
        (b"Wie viel kostet das\xe4\n", "is not UTF-8 at byte 19"),
        (b"\n\n", "it holds no question"),
    ],
)
def test_another_kind_of_file_is_named(tmp_path, content, complaint):
    path = tmp_path / "questions.jsonl"
    path.write_bytes(content)
    with pytest.raises(InputError, match=complaint):
        read_questions(path)


def test_a_folder_that_is_no_set_is_refused(tmp_path):
    with pytest.raises(InputError, match="folder without queries.jsonl"):
        read_questions(tmp_path)


def test_candidates_do_not_count_before_they_are_reviewed(tmp_path):
    waiting = {"id": "w", "question": "Made?", "tags": ["synthetic", "unreviewed"]}
    path = write(tmp_path / "q.jsonl", lines(waiting, {"id": "r", "question": "Real?"}))
    assert [question.id for question in read_questions(path)] == ["r"]
    with pytest.raises(InputError, match="1 candidates, none of them reviewed") as caught:
        read_questions(write(path, lines(waiting)))
    assert "sartor questions review" in caught.value.hint
