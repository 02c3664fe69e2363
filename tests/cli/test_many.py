"""Many questions from a file: each row as soon as it is there, nothing asked twice."""

import json

import pytest

from sartor.cli.many import answer_all
from sartor.errors import InputError, KeyRefused, Unreachable
from sartor.types import Answer, Usage


class Answering:
    """An assistant that fails where it is told to, and remembers what it was asked."""

    def __init__(self, **failures):
        self.failures, self.asked = failures, []

    def answer(self, question, history=(), labels=(), deadline=None):
        self.asked.append(question)
        if question in self.failures:
            raise self.failures[question]
        return Answer(f"{question}!", usage=Usage(1, 2), abstained=question == "hm")


@pytest.fixture
def questions(tmp_path):
    path = tmp_path / "questions.txt"
    path.write_text("one\n\ntwo\nhm\n")
    return path


def run(assistant, questions, output):
    return answer_all(assistant, questions, output, labels=None, progress=lambda *_: None)


def rows(output):
    return [json.loads(line) for line in output.read_text().splitlines()]


def test_every_question_has_a_row(questions, tmp_path):
    output = tmp_path / "out.jsonl"
    tally = run(Answering(), questions, output)
    assert str(tally) == "2 answered, 1 without an answer."
    assert [(row["id"], row["answer"], row["abstained"]) for row in rows(output)] == [
        ("1", "one!", False), ("3", "two!", False), ("4", "hm!", True),
    ]  # fmt: skip
    assert rows(output)[0]["usage"]["output_tokens"] == 2
    assert rows(output)[0]["seconds"] >= 0


def test_what_failed_is_asked_again_and_nothing_else(questions, tmp_path):
    output = tmp_path / "out.jsonl"
    tally = run(Answering(two=Unreachable("no answer", "try later")), questions, output)
    assert tally.failed == 1
    assert "try later" in rows(output)[1]["error"]
    again = Answering()
    assert str(run(again, questions, output)) == "2 answered before, 1 answered."
    assert again.asked == ["two"]
    assert sorted(row["id"] for row in rows(output)) == ["1", "3", "4"]


def test_a_run_that_was_stopped_goes_on(questions, tmp_path):
    output = tmp_path / "out.jsonl"
    with pytest.raises(KeyboardInterrupt):
        run(Answering(two=KeyboardInterrupt()), questions, output)
    assert [row["id"] for row in rows(output)] == ["1"]
    output.write_text(output.read_text() + '{"id": "3", "answ')  # killed in the middle of a row
    again = Answering()
    run(again, questions, output)
    assert again.asked == ["two", "hm"]
    assert [row["id"] for row in rows(output)] == ["1", "3", "4"]


def test_an_error_that_all_would_share_ends_the_run_at_once(questions, tmp_path):
    assistant = Answering(one=KeyRefused("the key was refused"))
    with pytest.raises(KeyRefused):
        run(assistant, questions, tmp_path / "out.jsonl")
    assert assistant.asked == ["one"]


def test_a_file_of_something_else_is_not_written_over(questions, tmp_path):
    output = tmp_path / "out.jsonl"
    output.write_text('{"question": "mine"}\n')
    with pytest.raises(InputError, match="a row that is no answer"):
        run(Answering(), questions, output)
    assert output.read_text() == '{"question": "mine"}\n'


def test_a_file_that_holds_no_rows_at_all_is_not_written_over(questions, tmp_path):
    output = tmp_path / "notes.txt"
    output.write_text("Buy milk.\nCall Ada.")
    with pytest.raises(InputError, match="a row that is no answer: Buy milk"):
        run(Answering(), questions, output)
    assert output.read_text() == "Buy milk.\nCall Ada."


def test_answers_to_other_questions_are_not_taken_for_these(questions, tmp_path):
    output = tmp_path / "out.jsonl"
    run(Answering(), questions, output)
    before = output.read_text()
    questions.write_text("one\n\nsomething else\n")
    again = Answering()
    with pytest.raises(InputError, match="another question 3: 'two'; now it is 'something else'"):
        run(again, questions, output)
    assert again.asked == []
    assert output.read_text() == before, "no answer is thrown away"


def test_questions_may_be_added_to_a_file_that_was_answered(questions, tmp_path):
    output = tmp_path / "out.jsonl"
    run(Answering(), questions, output)
    questions.write_text(questions.read_text() + "another\n")
    again = Answering()
    assert str(run(again, questions, output)) == "3 answered before, 1 answered."
    assert again.asked == ["another"]


def test_a_row_cut_in_the_middle_of_a_letter_is_asked_again(tmp_path):
    asked, output = tmp_path / "questions.txt", tmp_path / "out.jsonl"
    asked.write_text("one\nwo\n")
    run(Answering(), asked, output)
    first = output.read_bytes().split(b"\n")[0]
    output.write_bytes(first + b'\n{"id": "2", "question": "w\xc3')
    again = Answering()
    run(again, asked, output)
    assert again.asked == ["wo"]
    assert [row["id"] for row in rows(output)] == ["1", "2"]


def test_a_row_that_lacks_only_its_line_end_is_kept(questions, tmp_path):
    output = tmp_path / "out.jsonl"
    run(Answering(), questions, output)
    output.write_text(output.read_text().splitlines()[0])
    again = Answering()
    run(again, questions, output)
    assert again.asked == ["two", "hm"]
    assert [row["id"] for row in rows(output)] == ["1", "3", "4"]


@pytest.mark.parametrize("content", ["", "\n \n"])
def test_a_file_without_questions_is_refused(tmp_path, content):
    (tmp_path / "questions.txt").write_text(content)
    with pytest.raises(InputError, match="holds no question"):
        run(Answering(), tmp_path / "questions.txt", tmp_path / "out.jsonl")


def test_questions_may_be_in_another_encoding(tmp_path):
    (tmp_path / "questions.txt").write_bytes("Wann verfällt der Resturlaub?\n".encode("latin-1"))
    assistant = Answering()
    run(assistant, tmp_path / "questions.txt", tmp_path / "out.jsonl")
    assert assistant.asked == ["Wann verfällt der Resturlaub?"]


def test_files_that_cannot_be_read_or_written_are_named_in_plain_words(questions, tmp_path):
    with pytest.raises(InputError, match=r"gone.txt cannot be read: No such file") as caught:
        run(Answering(), tmp_path / "gone.txt", tmp_path / "out.jsonl")
    assert "Errno" not in str(caught.value)
    with pytest.raises(InputError, match=r"out.jsonl cannot be written: No such file"):
        run(Answering(), questions, tmp_path / "gone" / "out.jsonl")


def test_questions_with_ids_and_history_are_read_from_jsonl(tmp_path):
    path = tmp_path / "questions.jsonl"
    path.write_text('{"id": "a", "question": "one"}\n')
    run(Answering(), path, tmp_path / "out.jsonl")
    assert rows(tmp_path / "out.jsonl")[0]["id"] == "a"
