"""Rows become figures with intervals, and notes about what limits them."""

from sartor.evaluation import summary
from sartor.evaluation.asking import NOT_MEASURED
from sartor.evaluation.measures import overlap
from sartor.types import Answer, Evidence, Hit, Passage, Question, Row, Score

DRAWN = {"seed": 0, "resamples": 1000}


def rows_of(values, metric="answers.correct", **more):
    return [
        Row(str(number), Answer("yes"), (Score(metric, str(number), value),), **more)
        for number, value in enumerate(values)
    ]


def alone(rows):
    return {row.question_id: row.question_id for row in rows}


def questions_for(rows, **more):
    return [Question(row.question_id, "?", **more) for row in rows]


def notes(rows, questions=None, known=None):
    return "\n".join(summary.notes(rows, questions or questions_for(rows), known))


def test_missing_values_are_left_out_and_not_counted_as_zero():
    rows = rows_of([1.0, None, 0.0, 1.0])
    found = summary.measured(rows, alone(rows), **DRAWN)["answers.correct"]
    assert (found.n, round(found.mean, 3)) == (3, 0.667)


def test_a_measure_without_any_value_is_not_there():
    rows = rows_of([None, None], "judge.correct")
    assert summary.measured(rows, alone(rows), **DRAWN) == {}


def test_latencies_become_percentiles():
    rows = rows_of([n / 100 for n in range(1, 101)], "latency.search.seconds")
    found = summary.measured(rows, alone(rows), **DRAWN)
    assert found.keys() == {"latency.search.p50", "latency.search.p95"}
    assert found["latency.search.p50"].mean == 0.5
    assert found["latency.search.p95"].mean == 0.95


def test_graded_figures_of_few_documents_are_less_sure():
    rows = rows_of([0.2] * 10 + [0.9] * 10, "answers.f1")
    by_document = {row.question_id: str(int(row.question_id) // 10) for row in rows}
    apart, together = (
        summary.measured(rows, clusters, **DRAWN)["answers.f1"]
        for clusters in (alone(rows), by_document)
    )
    assert together.high - together.low > apart.high - apart.low


def test_each_tag_has_its_own_share():
    rows = rows_of([1.0, 0.0, 1.0])
    questions = {
        "0": Question("0", "?", tags=("long", "old")),
        "1": Question("1", "?", tags=("long",)),
        "2": Question("2", "?"),
    }
    found = summary.tagged(rows, questions, alone(rows), **DRAWN)
    assert {tag: (one.mean, one.n) for tag, one in found.items()} == {
        "long": (0.5, 2),
        "old": (1, 1),
    }


def test_the_reader_is_told_what_the_number_of_questions_allows():
    assert "one question proves nothing" in notes(rows_of([1.0]))
    assert "ask at least 20" in notes(rows_of([1.0] * 10))
    told = notes(rows_of([1.0] * 60))
    assert "with 60 questions only differences above" in told
    assert "ask at least" not in told


def about(documents):
    return [
        Question(str(n), "?", evidence=(Evidence(document),) if document else (), answerable=True)
        for n, document in enumerate(documents)
    ]


def test_the_reader_is_told_of_few_documents_where_that_matters():
    together = rows_of([1.0, 0.0, 1.0] * 10)
    few = [f"d{n % 3}" for n in range(30)]
    assert "documents" not in notes(together)
    assert "30 questions are about 3 documents" in notes(together, about(few))
    assert "documents" not in notes(rows_of([float(n // 3 % 2) for n in range(30)]), about(few))


def test_only_documents_that_are_there_are_counted():
    rows = rows_of([1.0, 0.0] * 10)
    asked = about(["a", "b"] * 8 + ["gone", "gone", None, None])
    told = notes(rows, asked, known=["a", "b"])
    assert "16 questions are about 2 documents" in told
    assert "evidence of 2 questions is not in the documents: sartor questions check" in told


def test_what_is_not_measured_is_in_no_figure_and_in_no_other_note():
    rows = [*rows_of([1.0, 0.0]), Row("2", None, error=NOT_MEASURED)]
    told = notes(rows)
    assert "with 2 questions" in told
    assert "neither right nor wrong" not in told
    assert "failed" not in told


def test_the_reader_is_told_of_made_questions_and_undecided_answers():
    rows = rows_of([1.0, None, 1.0])
    told = notes(rows, questions_for(rows, tags=("synthetic",)))
    assert "3 of 3 questions are synthetic" in told
    assert "1 of 3 answers can be called neither right nor wrong" in told


def test_errors_are_counted_by_kind():
    rows = [
        Row(str(n), None, (Score("answers.correct", str(n), 0.0),), error="gone") for n in (1, 2)
    ]
    assert "of 2 questions 2 failed and count as wrong (2: gone)" in notes(rows)


def test_a_system_that_hides_what_it_found_limits_the_attribution():
    rows = rows_of([1.0, 0.0])
    asked = questions_for(rows, evidence=(Evidence("guide"),))
    assert "does not say what it found" in notes(rows, asked)
    found = Hit(Passage("p", "guide", "text", 0, 4), 1.0)
    telling = [Row(row.question_id, Answer("yes", hits=(found,)), row.scores) for row in rows]
    assert "does not say what it found" not in notes(telling, asked)


def test_a_missing_extra_is_told_where_the_wording_of_long_texts_would_be_compared(monkeypatch):
    monkeypatch.setattr(overlap, "missing", lambda: "install it")
    rows = rows_of([1.0, 1.0])
    long = questions_for(rows, expected=("Refunds are paid in 14 days of receipt to the card.",))
    assert notes(rows, long).count("install it") == 1
    assert "install it" not in notes(rows, questions_for(rows, expected=("14 days",)))
