"""Reading questions.jsonl."""

import json
import re

import pytest

from sartor.errors import InputError
from sartor.evaluation.questions import (
    accepted,
    parse_questions,
    read_and_told,
    read_questions,
)
from sartor.types import Evidence, Question


def parse(*rows):
    return parse_questions([row if isinstance(row, str) else json.dumps(row) for row in rows])


def test_a_full_row_is_read():
    row = {
        "id": "q1",
        "question": "How long?",
        "expected": ["14 days", "two weeks"],
        "match": "contains",
        "evidence": [
            {"document": "a.md", "start": 3, "end": 9, "grade": 2},
            {"document": "b.pdf", "page": 4},
            {"document": "c"},
        ],
        "answerable": True,
        "tags": ["refunds"],
    }
    (question,), mistakes = parse(row)
    assert not mistakes
    assert (question.id, question.text) == ("q1", "How long?")
    assert question.expected == ("14 days", "two weeks")
    assert question.evidence == (
        Evidence("a.md", 3, 9, grade=2),
        Evidence("b.pdf", page=4),
        Evidence("c"),
    )
    assert question.tags == ("refunds",)


def test_only_the_question_is_required_and_the_line_names_it():
    questions, mistakes = parse({"question": "Why?"}, "", {"question": "How?", "expected": 14})
    assert not mistakes
    assert [question.id for question in questions] == ["1", "3"]
    assert questions[1].expected == ("14",)
    assert questions[0].answerable


@pytest.mark.parametrize(
    ("row", "complaint"),
    [
        ("{", "line 1: not JSON"),
        ("[" * 100_000, "line 1: not JSON that can be read: nested too deeply"),
        ("[1]", "line 1: found a list; expected an object"),
        ({}, "line 1: question is missing or empty"),
        ({"question": " "}, "line 1: question is missing or empty"),
        ({"question": ["x"]}, "line 1: question is a list; expected a text"),
        ({"question": "x", "expcted": "y"}, "unknown key 'expcted'; did you mean 'expected'"),
        ({"question": "x", "match": "contain"}, "did you mean 'contains'"),
        ({"question": "x", "answerable": "no"}, "answerable is a text; expected true or false"),
        ({"question": "x", "evidence": {}}, "evidence is an object; expected a list"),
        ({"question": "x", "evidence": ["a"]}, "evidence holds a text; expected an object"),
        ({"question": "x", "evidence": [{"page": 1}]}, "evidence has no document"),
        (
            {"question": "x", "evidence": [{"document": "d", "start": 5}]},
            "evidence runs from 5 to None; expected start < end, or neither",
        ),
        (
            {"question": "x", "evidence": [{"document": "d", "page": "3"}]},
            "evidence page is '3'; expected a whole number",
        ),
        ({"question": "x", "expected": {}}, "expected is an object; expected a text"),
    ],
)
def test_each_mistake_is_named_with_its_line(row, complaint):
    questions, mistakes = parse(row)
    assert not questions
    assert len(mistakes) == 1
    assert complaint in mistakes[0]


def test_the_same_id_twice_is_a_mistake():
    _, mistakes = parse({"id": "a", "question": "x"}, {"id": "a", "question": "y"})
    assert mistakes == ["line 2: id 'a' stands already on line 1"]


def test_all_mistakes_of_a_file_are_shown_together(tmp_path):
    path = tmp_path / "questions.jsonl"
    path.write_text('{"question": "fine"}\nnot json\n{"question": ""}\n')
    with pytest.raises(InputError) as caught:
        read_questions(path)
    assert "line 2: not JSON" in str(caught.value)
    assert "line 3: question is missing or empty" in str(caught.value)
    assert "-> a row looks like" in str(caught.value)


def test_a_long_list_of_mistakes_is_cut(tmp_path):
    path = tmp_path / "questions.jsonl"
    path.write_text("".join(f'{{"key {number}": 1}}\n' for number in range(50)))
    with pytest.raises(InputError, match="and 30 more"):
        read_questions(path)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [(b"", "it holds no question"), (b'{"question": "\xff"}', "is not UTF-8 at byte 14")],
)
def test_a_file_without_questions_is_refused(tmp_path, content, complaint):
    path = tmp_path / "questions.jsonl"
    path.write_bytes(content)
    with pytest.raises(InputError, match=complaint):
        read_questions(path)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match="cannot be read: No such file"):
        read_questions(tmp_path / "none.jsonl")


def test_a_line_separator_inside_a_text_does_not_break_the_row(tmp_path):
    path = tmp_path / "questions.jsonl"
    path.write_text('{"question": "one\u2028row"}\n', encoding="utf-8")
    assert read_questions(path)[0].text == "one\u2028row"


def test_history_and_schema_are_kept(tmp_path):
    path = tmp_path / "questions.jsonl"
    path.write_text(
        '{"question": "And lamps?", "history": [{"role": "user", "content": "How long is the'
        ' warranty?"}], "schema": {"type": "object"}}\n'
    )
    [question] = read_questions(path)
    assert [turn.content for turn in question.history] == ["How long is the warranty?"]
    assert question.schema == {"type": "object"}


@pytest.mark.parametrize("row", ['"history": "x"', '"history": [{"role": "me"}]', '"schema": []'])
def test_a_history_or_schema_of_another_shape_is_refused(tmp_path, row):
    path = tmp_path / "questions.jsonl"
    path.write_text('{"question": "a?", ' + row + "}\n")
    with pytest.raises(InputError, match="line 1"):
        read_questions(path)


def test_one_mistake_on_many_lines_is_told_once(tmp_path):
    path = tmp_path / "questions.jsonl"
    path.write_text("What?\n" * 30 + '{"question": ""}\n')
    with pytest.raises(InputError) as caught:
        read_questions(path)
    told = str(caught.value)
    assert told.count("not JSON") == 1
    assert "line 1 and 29 more lines: not JSON" in told
    assert "line 31: question is missing or empty" in told


@pytest.mark.parametrize(
    ("questions", "told"),
    [
        (5, "questions are int; expected a path or a list of Question"),
        ([], "there is no question in the list"),
        (["How long?"], "place 0: found str; expected a Question"),
        ([Question("a", "x"), Question("a", "y")], "question 'a': its id stands there twice"),
        ([Question("a", "x", ("y",), "contians")], "did you mean 'contains'?"),
        ([Question("a", "x", ("[",), "regex")], "is no regular expression"),
        ([Question("a", "x", match="schema")], "there is no schema to follow"),
        ([Question("a", "x", schema={"type": 3})], "the schema is none"),
        ([Question("a", "x", "14 days")], "expected is str; expected a tuple of str"),
        ([Question("a", "x", evidence=("a.md",))], "evidence holds something else than Evidence"),
        ([Question("a", " ")], "text is empty"),
        ([Question(1, "x")], "id is int; expected str"),
    ],
)
def test_a_list_that_is_handed_in_is_held_to_what_a_file_is(questions, told):
    with pytest.raises(InputError, match=re.escape(told)):
        accepted(questions)


def test_a_list_in_order_is_taken_as_it_is():
    listed = [Question("a", "How long?", ("14 days",)), Question("b", "Who?", answerable=False)]
    assert accepted(iter(listed)) == tuple(listed)


def test_a_pattern_or_a_schema_that_is_none_is_refused_with_its_line(tmp_path):
    path = tmp_path / "questions.jsonl"
    path.write_text(
        '{"question": "x", "expected": "y"}\n{"question": "x", "expected": "(", "match": "regex"}\n'
        '{"question": "x", "match": "schema"}\n{"question": "x", "schema": {"type": "strnig"}}\n'
    )
    with pytest.raises(InputError) as refusal:
        read_questions(path)
    for line in (
        "line 2: expected '(' is no regular expression",
        "line 3: match is schema",
        "line 4: the schema is none",
    ):
        assert line in str(refusal.value)


def test_what_is_not_reviewed_is_left_out_and_counted(tmp_path):
    path = tmp_path / "questions.jsonl"
    path.write_text(
        '{"question": "x", "expected": "y"}\n{"question": "z", "tags": ["unreviewed"]}\n'
    )
    (question,), (note,) = read_and_told(path)
    assert question.text == "x"
    assert note.startswith("1 of 2 questions of the file are not reviewed and were left out")
