"""Files of recorded answers: what fits, what is missing, what is wrong with them."""

import json

import pytest

from sartor.errors import InputError
from sartor.evaluation.run import evaluate
from sartor.evaluation.systems import NoAnswer, open_system
from sartor.testing.retriever import MemoryLibrary
from sartor.types import Document, Evidence, Question

QUESTIONS = [
    Question("a", "How long?", ("14 days",), evidence=(Evidence("guide"),)),
    Question("b", "How much?", ("5 euros",)),
]


@pytest.fixture
def recorded(tmp_path):
    def write(*rows, name="theirs.jsonl"):
        path = tmp_path / name
        lines = [row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows]
        path.write_bytes(b"\n".join(lines) + b"\n")
        return path

    return write


def mistakes(path):
    with pytest.raises(InputError) as failure:
        open_system(path)
    return str(failure.value)


def test_answers_are_known_by_the_ids_of_the_questions(recorded):
    path = recorded({"id": "b", "answer": "5 euros"}, {"id": "a", "answer": "2 days"})
    card = evaluate(path, QUESTIONS)
    assert [row.answer.text for row in card.rows] == ["2 days", "5 euros"]
    assert card.measurements["answers.correct"].mean == 0.5
    assert card.system == "theirs"


def test_without_a_common_id_they_are_known_by_the_text_of_the_question(recorded):
    path = recorded(
        {"id": "1", "question": "How much?", "answer": "5 euros"},
        {"question": "How long?", "answer": "14 days"},
    )
    assert evaluate(path, QUESTIONS).measurements["answers.correct"].mean == 1.0


def test_a_missing_answer_counts_as_wrong_and_is_told(recorded):
    card = evaluate(recorded({"id": "a", "answer": "14 days"}), QUESTIONS)
    assert card.rows[1].error == "no answer recorded"
    assert card.measurements["answers.correct"].mean == 0.5
    assert any("1 of 2 questions have no recorded answer" in note for note in card.notes)


def test_what_does_not_fit_is_told(recorded):
    path = recorded(
        {"id": "a", "question": "How long, please?", "answer": "14 days", "colour": "red"},
        {"id": "b", "answer": "5 euros", "colour": "blue", "note": 1},
        {"id": "zzz", "answer": "?"},
    )
    notes = "\n".join(evaluate(path, QUESTIONS).notes)
    assert "1 recorded answers are to no question of the file (zzz)" in notes
    assert "another wording of it (a)" in notes
    assert "'colour' (2)" in notes


def test_a_label_decides_and_recorded_times_and_prices_count(recorded):
    path = recorded(
        {"id": "a", "answer": "a fortnight", "correct": True, "seconds": 2.0, "cost": 0.5},
        {"id": "b", "answer": "5 euros", "correct": False, "seconds": 4.0, "cost": 1.5},
    )
    card = evaluate(path, QUESTIONS)
    assert [row.decided_by for row in card.rows] == ["label", "label"]
    assert card.measurements["answers.correct"].mean == 0.5
    assert card.measurements["latency.p50"].mean == 2.0
    assert card.measurements["cost.query"].mean == 1.0


def test_no_time_is_invented_for_recorded_answers(recorded):
    card = evaluate(recorded({"id": "a", "answer": "14 days"}), QUESTIONS)
    assert not any(name.startswith("latency") for name in card.measurements)


def test_citations_are_looked_up_in_the_documents(recorded):
    text = "Page one says nothing. Refunds take 14 days. Refunds take 14 days."
    library = MemoryLibrary([Document("guide", "docs", "", text)])
    cited = [
        {"document": "guide", "quote": "Refunds take 14 days.", "start": 45, "end": 66},
        {"document_id": "guide", "quote": "Refunds  take\n14 days."},
        {"document": "guide", "start": 0, "end": 4},
        {"document": "guide", "quote": "never said"},
    ]
    system = open_system(recorded({"id": "a", "answer": "14", "citations": cited}), corpus=library)
    reply = system.ask(QUESTIONS[0])
    assert [(one.start, one.end) for one in reply.answer.citations] == [(45, 66), (23, 44), (0, 4)]
    assert [one.quote for one in reply.claimed] == ["never said"]


def test_rows_of_sartor_ask_are_read_errors_included(recorded):
    path = recorded(
        {"id": "a", "question": "How long?", "answer": "14 days", "citations": [], "usage":
         {"input_tokens": 3, "output_tokens": 1, "cached_tokens": 0, "seconds": 0.1},
         "seconds": 0.2, "abstained": False, "notes": ["it fell back"]},
        {"id": "b", "question": "How much?", "error": "no model"},
    )  # fmt: skip
    system = open_system(path)
    assert system.ask(QUESTIONS[0]).answer.notes == ("it fell back",)
    with pytest.raises(NoAnswer, match="no model"):
        system.ask(QUESTIONS[1])


def test_csv_with_typed_columns_is_read(recorded):
    path = recorded(
        b"id,answer,correct,seconds,citations",
        b'a,"14 days, or less",yes,0.5,guide;other',
        b"b,,,,",
        name="theirs.csv",
    )
    system = open_system(path)
    reply = system.ask(QUESTIONS[0])
    assert (reply.answer.text, reply.label, reply.seconds) == ("14 days, or less", True, 0.5)
    assert [claim.document_id for claim in reply.claimed] == ["guide", "other"]
    assert system.ask(QUESTIONS[1]).answer.abstained


def test_a_byte_order_mark_and_blank_lines_do_no_harm(recorded):
    path = recorded(b'\xef\xbb\xbf{"id": "a", "answer": "14 days"}', b"", b"  ")
    assert open_system(path).ask(QUESTIONS[0]).answer.text == "14 days"


def test_every_mistake_is_named_with_its_line(recorded):
    told = mistakes(
        recorded(
            {"id": "a", "answer": "fine"},
            b"{not json",
            b'{"id": "b", "answer": "caf\xe9"}',
            [1, 2],
            {"id": "a", "answer": "again"},
            {"id": "c"},
            {"answer": "whose?"},
            {"id": "d", "answer": ["14"]},
            b'{"id": "e", "answer": "x", "seconds": NaN}',
            {"id": "f", "answer": "x", "seconds": -1},
            {"id": "g", "answer": "x", "correct": "yes"},
            {"id": "h", "answer": "x", "usage": {"input_tokens": 1.5}},
            {"id": "i", "answer": "x", "citations": [3]},
            {"id": "j", "answer": "x", "cost": True},
        )
    )
    for line in (
        "line 2: not JSON",
        "line 3: not UTF-8 at byte",
        "line 4: found list; expected an object",
        "line 5: id 'a' stands already on line 1",
        "line 6: it has no answer",
        "line 7: it has no id",
        "line 8: answer is a list; expected a text",
        "line 9: seconds is nan; expected a number from 0",
        "line 10: seconds is -1; expected a number from 0",
        "line 11: correct is 'yes'; expected true or false",
        "line 12: input_tokens is 1.5; expected a whole number",
        "line 13: citations holds a number; expected an object",
        "line 14: cost is true or false; expected a number",
    ):
        assert line in told


@pytest.mark.parametrize(
    ("rows", "name", "says"),
    [
        ([b""], "empty.jsonl", "it holds no answer"),
        ([b"a,b", b"1,2"], "columns.csv", "expected at least id and answer"),
        ([b"id,answer,seconds", b"a,x,soon"], "cell.csv", "line 2: seconds is a text"),
    ],
)
def test_a_file_of_another_kind_is_refused(recorded, rows, name, says):
    assert says in mistakes(recorded(*rows, name=name))


def test_many_mistakes_are_cut_short(recorded):
    told = mistakes(recorded(*({"id": str(number)} for number in range(50))))
    assert "and 30 more" in told


@pytest.mark.parametrize("between", [";", "\t", ","])
@pytest.mark.parametrize("name", ["answers.csv", "answers.tsv"])
def test_a_table_is_read_whatever_stands_between_its_cells(recorded, between, name):
    rows = (["id", " answer", "seconds"], ["a", "14 days", "2"], ["b", "5 euros", ""])
    path = recorded(*(between.join(row).encode() for row in rows), name=name)
    card = evaluate(path, QUESTIONS)
    assert card.measurements["answers.correct"].mean == 1.0
    assert card.measurements["latency.p50"].n == 1
