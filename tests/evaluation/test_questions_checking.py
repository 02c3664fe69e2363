"""What is wrong with questions before anything is measured."""

import json

from sartor.evaluation.questions.checking import check
from sartor.evaluation.questions.found import Found
from sartor.evaluation.questions.jsonl import read_lines
from sartor.evaluation.questions.squad import read_flat
from sartor.testing.retriever import MemoryLibrary
from sartor.types import Document, Evidence, Page, Question

TEXT = "Unused items may be returned within 30 days. Refunds take 5 working days."
CORPUS = MemoryLibrary(
    [
        Document("returns.md", "s", "", TEXT),
        Document("manual.pdf", "s", "", "One page.", pages=(Page(1, 0, 9),)),
    ]
)


def findings(*questions, corpus=CORPUS, examples=(), kinds=None):
    rows = [json.dumps(row) for row in examples]
    found = check(Found(questions), corpus, rows)
    general = {"too few", "all answerable", "one document"}
    return [one for one in found if (one.kind in kinds if kinds else one.kind not in general)]


def question(id, text, *, expected="x", **more):
    return Question(id, text, (expected,) if expected else (), **more)


def test_sound_questions_give_no_finding():
    good = Question("1", "Until when?", ("30 days",), evidence=(Evidence("returns.md", 0, 44),))
    same = Question("2", "How long?", ("one page",), evidence=(Evidence("manual.pdf", page=1),))
    assert findings(good, same) == []


def test_evidence_is_looked_up_in_the_documents():
    found = findings(
        question("1", "Which document?", evidence=(Evidence("return.md"),)),
        question("2", "Which page?", evidence=(Evidence("manual.pdf", page=7),)),
        question("3", "Has it pages?", evidence=(Evidence("returns.md", page=1),)),
        question("4", "Where does it end?", evidence=(Evidence("returns.md", 10, 900),)),
        question("5", "What stands there?", evidence=(Evidence("returns.md", 0, 12),)),
    )
    told = {one.question_id: (one.severity, one.message) for one in found}
    assert told["1"] == (
        "error",
        "evidence is in document 'return.md', which is not there; did you mean 'returns.md'?",
    )
    assert told["2"] == ("error", "evidence is on page 7 of 'manual.pdf'; it has 1")
    assert told["3"] == ("error", "evidence is on page 1 of 'returns.md'; it has no pages")
    assert "runs to character 900" in told["4"][1]
    assert told["5"] == ("warning", "'x' is not in its evidence 'Unused items'")


def test_an_amount_in_other_words_is_in_its_evidence():
    span = (Evidence("returns.md", 0, 44),)
    assert findings(question("1", "Until when?", expected="thirty days", evidence=span)) == []
    assert findings(question("2", "Until when?", expected="forty days", evidence=span))


def test_the_same_question_twice_is_an_error_and_nearly_the_same_a_warning():
    long = "How many working days does it take until a refund is on my bank account"
    found = findings(
        question("a", long + "?"),
        question("b", long.upper()),
        question("c", long + " again?"),
        question("d", "Something else entirely?"),
    )
    assert [(one.severity, one.question_id) for one in found] == [("error", "b"), ("warning", "c")]


def test_a_question_after_another_conversation_is_another_question():
    from sartor.types import Message

    first = question("a", "And lamps?", history=(Message("user", "Chairs?"),))
    second = question("b", "And lamps?", history=(Message("user", "Beds?"),))
    assert findings(first, second) == []


def test_what_contradicts_itself_or_cannot_be_measured_is_named():
    found = findings(
        question("a", "No answer, but one?", answerable=False),
        Question("b", "Nothing to go by?"),
    )
    assert [(one.severity, one.kind) for one in found] == [
        ("error", "unanswerable"),
        ("warning", "unmeasurable"),
    ]


def test_questions_that_stand_in_the_examples_were_given_away():
    def example(text):
        return {
            "messages": [{"role": "user", "content": text}, {"role": "assistant", "content": "y"}]
        }

    asked = "How many days may I keep a lamp before I bring it back to the store?"
    near = "How many days may I keep a chair before I must bring it back to your store in town?"
    found = findings(
        question("exact", asked),
        question("inside", "What is a full day overseas?"),
        question("near", near),
        question("free", "Who runs the Northgate store?"),
        examples=[
            example(asked.lower()),
            example("Use the text.\nQuestion: What is a full day overseas?"),
            example(near.replace("in town", "nearby")),
        ],
        kinds=("leakage",),
    )
    assert {(one.question_id, one.severity) for one in found} >= {
        ("exact", "error"),
        ("inside", "error"),
        ("near", "warning"),
    }
    assert "free" not in {one.question_id for one in found}
    assert "on line 1" in next(one.message for one in found if one.question_id == "exact")


def test_rows_that_are_no_examples_are_an_error():
    (found,) = findings(question("1", "Who?"), examples=[{"text": "x"}], kinds=("examples",))
    assert found.message == "1 rows of the examples cannot be read, the first on line 1"


def test_too_few_questions_are_told_with_what_they_can_show():
    sixty = [question(str(n), f"Question number {n} about topic {n * n}?") for n in range(60)]
    (found,) = findings(*sixty, kinds=("too few",))
    assert found.message.startswith("with 60 questions only differences above 1")
    (found,) = findings(question("1", "Alone?"), kinds=("too few",))
    assert "no difference can be told" in found.message


def test_questions_about_one_document_only_are_told():
    many = [
        question(str(n), f"What about {n}?", expected="", evidence=(Evidence("returns.md"),))
        for n in range(5)
    ]
    (found,) = findings(*many, kinds=("one document",))
    assert found.message == "all 5 questions with evidence are about 'returns.md'"


def test_mistakes_of_the_file_come_first_and_findings_have_lines():
    rows = read_lines(
        ["", '{"question": "Who?", "expected": "x", "evidence": [{"document": "z"}]}', "{"]
    )
    found = check(rows, CORPUS)
    assert [(one.line, one.kind) for one in found[:2]] == [(2, "no document"), (3, "format")]


def test_waiting_candidates_are_told_and_an_empty_file_is_an_error():
    found = check(Found([Question("1", "Made?", tags=("unreviewed",))]))
    assert [(one.severity, one.kind) for one in found] == [
        ("error", "empty"),
        ("warning", "unreviewed"),
    ]


def test_an_expected_text_that_stands_nowhere_in_its_documents_is_told():
    whole, page = (Evidence("returns.md"),), (Evidence("manual.pdf", page=1),)
    found = findings(
        question("thirty", "Until when?", expected="thirty days", evidence=whole),
        question("forty", "Until which day?", expected="40 days", evidence=whole),
        question("five", "Which colour?", expected="teal", evidence=page),
        question("either", "How many?", expected="5 working days", evidence=whole + page),
        question("yes", "May lamps be returned?", expected="yes", evidence=whole),
    )
    assert {(one.question_id, one.severity, one.message) for one in found} == {
        ("forty", "warning", "'40 days' stands nowhere in returns.md"),
        ("five", "warning", "'teal' stands nowhere in page 1 of manual.pdf"),
    }


def test_what_is_expected_must_be_something_that_can_be_compared():
    rows = [
        {"question": "Which form?", "match": "regex", "expected": "(a"},
        {"question": "Which shape?", "match": "schema"},
        {"question": "Which type?", "schema": {"type": "strnig"}},
        {"question": "How many?", "match": "number", "expected": "several"},
        {"question": "How long?", "match": "number", "expected": "from 3 days in May to 5 in June"},
        {"question": "Who?", "expected": ""},
        {"question": "Where?", "match": "contains", "evidence": [{"document": "returns.md"}]},
    ]
    found = check(read_lines(json.dumps(row) for row in rows))
    told = {one.line: (one.severity, one.message) for one in found if one.line}
    assert told[1][1].startswith("expected '(a' is no regular expression: missing )")
    assert told[2][1] == "match is schema, and there is no schema to follow"
    assert "the schema is none: 'strnig'" in told[3][1]
    assert told[4] == (
        "error",
        "match is number, but 'several' is none: it is looked for as a text",
    )
    assert told[5][0] == "warning"
    assert told[6] == ("error", "an empty text is expected: nothing can be compared with it")
    assert told[7] == ("error", "match is contains, but nothing is expected that could match")
    assert [told[line][0] for line in (1, 2, 3)] == ["error"] * 3


def test_an_answer_that_does_not_begin_where_it_is_said_to_is_told():
    row = {"question": "When?", "context": "Built in 1889.", "answers": {"text": ["1889"]}}
    row["answers"]["answer_start"] = [4]
    gone = {**row, "question": "Which?", "answers": {"text": ["1901"], "answer_start": [9]}}
    right = {**row, "question": "Since?", "answers": {"text": ["1889"], "answer_start": [9]}}
    found = check(read_flat([json.dumps(one) for one in (row, gone, right)]))
    told = {one.line: one.message for one in found if one.kind == "misplaced"}
    assert told == {
        1: "answer_start is 4, but '1889' is not there in the context: it begins at 9",
        2: "answer_start is 9, but '1901' is not there in the context: it stands nowhere in it",
    }
