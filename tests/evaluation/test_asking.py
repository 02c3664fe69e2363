"""Questions are put to a system that may fail, hang, or be stopped by hand."""

import json
import threading
import time

import pytest

from sartor.errors import ConfigError, KeyRefused, ProviderError, StorageError, Unreachable
from sartor.evaluation import asking
from sartor.evaluation.answer_log import AnswerLog
from sartor.evaluation.asking import NOT_MEASURED, ask_all
from sartor.evaluation.systems import NoAnswer, Reply, open_system
from sartor.testing.retriever import MemoryLibrary
from sartor.types import Answer, Citation, Document, Question

QUESTIONS = [Question(str(number), f"Question {number}?") for number in range(6)]


class Scripted:
    """A system that does for each question what the script says."""

    name = "scripted"

    def __init__(self, **script):
        self.script = script
        self.asked = []
        self.freed = threading.Event()

    def ask(self, question, deadline):
        self.asked.append(question.id)
        does = self.script.get(f"q{question.id}", "answer")
        if isinstance(does, BaseException):
            raise does
        if does == "hang":
            self.freed.wait(20)
        return Reply(Answer(f"Answer {question.id}."), seconds=0.01)


@pytest.fixture
def log(tmp_path):
    return AnswerLog(tmp_path / "answers.jsonl")


def errors(asked):
    return [one.error for one in asked.outcomes]


def test_outcomes_stand_in_the_order_of_the_questions_however_many_ask_at_once():
    class Uneven(Scripted):
        def ask(self, question, deadline):
            time.sleep(0.02 if int(question.id) % 2 else 0.001)
            return super().ask(question, deadline)

    for workers in (1, 4):
        asked = ask_all(Uneven(), QUESTIONS, timeout=5, workers=workers)
        assert [one.question for one in asked.outcomes] == QUESTIONS
        assert [one.answer.text for one in asked.outcomes] == [f"Answer {n}." for n in range(6)]


def test_several_are_asked_at_the_same_time():
    together = threading.Barrier(3, timeout=5)

    class Meeting(Scripted):
        def ask(self, question, deadline):
            together.wait()
            return super().ask(question, deadline)

    asked = ask_all(Meeting(), QUESTIONS, timeout=5, workers=3)
    assert errors(asked) == [""] * 6


def test_what_is_raised_costs_that_question_alone():
    system = Scripted(q1=RuntimeError("no model"), q2=NoAnswer("nothing there"), q3=SystemExit("x"))
    asked = ask_all(system, QUESTIONS, timeout=5)
    assert errors(asked) == ["", "RuntimeError: no model", "nothing there", "SystemExit: x", "", ""]


@pytest.mark.parametrize("error", [ConfigError("no such setting"), KeyRefused("wrong key")])
def test_what_every_other_question_would_fail_for_ends_it_at_once(error):
    system = Scripted(q1=error)
    with pytest.raises(type(error), match=error.args[0]):
        ask_all(system, QUESTIONS, timeout=5)
    assert system.asked == ["0", "1"]


def test_a_question_that_hangs_is_left_behind():
    system = Scripted(q1="hang")
    asked = ask_all(system, QUESTIONS, timeout=0.1)
    system.freed.set()
    assert errors(asked) == ["", "no answer within 0.1 s", "", "", "", ""]


def test_three_that_hang_in_a_row_do_not_keep_the_others_from_being_asked():
    system = Scripted(q1="hang", q2="hang", q3="hang")
    asked = ask_all(system, QUESTIONS, timeout=0.05)
    system.freed.set()
    assert system.asked == ["0", "1", "2", "3", "4", "5"]
    assert errors(asked) == ["", *["no answer within 0.05 s"] * 3, "", ""]
    assert asked.notes == ()


def test_after_ten_in_a_row_nobody_asks_any_more():
    gone = Unreachable("nothing listens there")
    many = [Question(str(number), "?") for number in range(20)]
    system = Scripted(**{f"q{number}": gone for number in range(3, 20)})
    asked = ask_all(system, many, timeout=5)
    assert system.asked == [str(number) for number in range(13)]
    assert errors(asked) == [*[""] * 3, *[NOT_MEASURED] * 17]
    assert "17 of 20 questions are not measured, as 10 in a row" in asked.notes[0]


@pytest.mark.parametrize("count", [1, 2, 6])
def test_a_system_that_never_answers_is_no_result(count):
    gone = Unreachable("nothing listens there")
    system = Scripted(**{f"q{number}": gone for number in range(6)})
    with pytest.raises(Unreachable, match="nothing listens there"):
        ask_all(system, QUESTIONS[:count], timeout=5)
    assert len(system.asked) == min(count, 5)


def test_an_error_after_the_deadline_is_no_sign_of_life():
    class Late(Scripted):
        def ask(self, question, deadline):
            time.sleep(max(0.0, deadline - time.monotonic()))
            raise ProviderError("it did not answer in time")

    with pytest.raises(Unreachable, match="5 questions in a row got no sign of life"):
        ask_all(Late(), QUESTIONS, timeout=0.02)


def test_threads_that_hang_stay_few(monkeypatch):
    monkeypatch.setattr(asking, "MOST_HANGING", 3)
    many = [Question(str(number), "?") for number in range(20)]
    system = Scripted(**{f"q{number}": "hang" for number in range(1, 20, 2)})
    before = threading.active_count()
    asked = ask_all(system, many, timeout=0.05)
    assert threading.active_count() - before <= 4
    system.freed.set()
    assert errors(asked).count("no answer within 0.05 s") == 3
    assert "3 of them hang at the same time" in asked.notes[0]


def test_no_thread_is_left_when_all_is_asked():
    before = set(threading.enumerate())
    ask_all(Scripted(), QUESTIONS, timeout=5, workers=3)
    for thread in set(threading.enumerate()) - before:
        thread.join(5)
        assert not thread.is_alive()


def test_the_deadline_is_handed_on():
    told = []

    class Watching:
        def answer(self, question, deadline=None):
            told.append(deadline - time.monotonic())
            return Answer("yes")

    ask_all(open_system(Watching()), QUESTIONS[:1], timeout=7)
    assert 6 < told[0] <= 7


# --- the log ----------------------------------------------------------------------------------


def test_only_missing_and_failed_questions_are_asked_again(log):
    ask_all(Scripted(q2=RuntimeError("once")), QUESTIONS[:4], timeout=5, log=log)
    again = Scripted()
    asked = ask_all(again, QUESTIONS, timeout=5, log=log)
    assert again.asked == ["2", "4", "5"]
    assert errors(asked) == [""] * 6
    assert asked.notes == ("3 answers were there from before",)
    assert [one.seconds for one in asked.outcomes] == [0.01] * 6


def test_a_torn_last_line_is_dropped(log):
    ask_all(Scripted(), QUESTIONS[:3], timeout=5, log=log)
    content = log.path.read_bytes()
    log.path.write_bytes(content[:-20])
    again = Scripted()
    ask_all(again, QUESTIONS[:3], timeout=5, log=log)
    assert again.asked == ["2"]
    lines = log.path.read_text().splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["0", "1", "2"]


def test_an_answer_to_a_question_that_was_rewritten_is_not_taken(log):
    ask_all(Scripted(), QUESTIONS[:1], timeout=5, log=log)
    again = Scripted()
    ask_all(again, [Question("0", "Another question?")], timeout=5, log=log)
    assert again.asked == ["0"]


def test_what_is_there_stays_when_it_is_stopped_by_hand(log):
    class Stopped(Scripted):
        pass

    def stop(stage, done, total):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ask_all(Stopped(), QUESTIONS, timeout=5, log=log, progress=stop)
    again = Scripted()
    ask_all(again, QUESTIONS, timeout=5, log=log)
    assert again.asked == ["2", "3", "4", "5"]


def test_citations_come_back_over_the_documents_as_they_are(log):
    text = "Refunds take 14 days. Ask at the desk."
    cited = [
        Citation("p", "guide", "s", None, start, end, text[start:end], True, within=text)
        for start, end in ((0, 21), (22, 38))
    ]

    class Citing(Scripted):
        def ask(self, question, deadline):
            return Reply(Answer("14 days.", citations=tuple(cited)))

    ask_all(Citing(), QUESTIONS[:1], timeout=5, log=log)
    changed = MemoryLibrary([Document("guide", "s", "", "Refunds take 14 days. Ask anybody.")])
    asked = ask_all(Scripted(), QUESTIONS[:1], timeout=5, log=log, library=changed)
    assert [one.quote for one in asked.outcomes[0].answer.citations] == ["Refunds take 14 days."]


def test_a_full_disk_is_named(tmp_path):
    log = AnswerLog(tmp_path)  # a folder cannot be written to
    with pytest.raises(StorageError, match="cannot be written"):
        log.append(ask_all(Scripted(), QUESTIONS[:1], timeout=5).outcomes[0])
