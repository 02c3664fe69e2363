"""Assistants, functions and addresses are asked, and what they say becomes an answer."""

import json
import threading
import time
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from sartor.errors import ConfigError, InputError, KeyRefused, ProviderError, Unreachable
from sartor.evaluation.run import evaluate
from sartor.evaluation.systems import NoAnswer, open_system
from sartor.prices import Prices
from sartor.testing.retriever import MemoryLibrary
from sartor.types import Answer, Document, Done, Message, Question, Token, Usage

QUESTION = Question("q", "How long?")
FOLLOW_UP = Question("q", "And abroad?", history=(Message("user", "How long?"),))
LIBRARY = MemoryLibrary([Document("guide", "docs", "Guide", "Refunds take\n14 days. Ask us.")])


def ask(system, question=QUESTION, **options):
    return open_system(system, **options).ask(question, time.monotonic() + 5)


# --- assistants and functions -----------------------------------------------------------------


def test_an_assistant_is_told_only_what_it_takes():
    class Plain:
        def answer(self, question):
            return Answer(f"{question} 14 days.")

    class Ours:
        def answer(self, question, history=(), labels=(), deadline=None):
            return Answer(f"{labels} {deadline is not None} {len(history)}")

    assert ask(Plain()).answer.text == "How long? 14 days."
    assert ask(Ours()).answer.text == "None True 0"
    assert ask(Ours(), FOLLOW_UP).answer.text == "None True 1"


def test_a_conversation_reaches_every_system_that_takes_one():
    def second(question, before):
        return f"{len(before)} before"

    def any_name(question, **more):
        return f"{len(more.get('history', ()))} before"

    for takes in (second, any_name, lambda question, *, history=(): f"{len(history)} before"):
        assert ask(takes, FOLLOW_UP).answer.text == "1 before"
        assert ask(takes).answer.text == "0 before"
        assert open_system(takes).match([QUESTION, FOLLOW_UP]) == []


def test_a_system_that_takes_no_conversation_is_asked_without_it_and_that_is_told():
    class Plain:
        def answer(self, question):
            return "14 days"

    for plain in (Plain(), lambda question, k=5: "14 days" if k == 5 else "?"):
        assert ask(plain, FOLLOW_UP).answer.text == "14 days"
        notes = "\n".join(evaluate(plain, [QUESTION, FOLLOW_UP, replace(FOLLOW_UP, id="r")]).notes)
        assert "2 of 3 questions follow a conversation" in notes
        assert "asked without it" in notes


def test_what_no_tokens_are_known_of_has_no_price():
    prices = Prices.load()
    assert (
        ask(lambda _question: {"answer": "x", "model": "gpt-4o-mini"}, pricing=prices).answer.cost
        is None
    )
    empty = {"answer": "x", "model": "gpt-4o-mini", "usage": {}}
    assert ask(lambda _question: empty, pricing=prices).answer.cost is None


def test_a_stream_gives_the_time_to_the_first_word():
    class Streaming:
        def answer(self, question):
            raise AssertionError("it can stream")

        def stream(self, question):
            time.sleep(0.01)
            yield Token("14 ")
            time.sleep(0.02)
            yield Token("days")
            yield Done(Answer("14 days"))

    reply = ask(Streaming())
    assert reply.answer.text == "14 days"
    assert 0.01 <= reply.first_token <= reply.seconds - 0.02


def test_a_stream_of_something_else_is_not_used():
    class Foreign:
        def answer(self, question):
            return "14 days"

        def stream(self, question):
            yield "14"

    reply = ask(Foreign())
    assert reply.answer.text == "14 days"
    assert reply.first_token is None


@pytest.mark.parametrize(
    ("returned", "text", "abstained"),
    [
        ("14 days", "14 days", False),
        ("  ", "  ", True),
        (Answer("14 days"), "14 days", False),
        ({"answer": "14 days", "abstained": True}, "14 days", True),
        ({"answer": 14}, "14", False),
    ],
)
def test_a_function_may_return_a_text_an_answer_or_a_row(returned, text, abstained):
    answer = ask(lambda question: returned).answer
    assert (answer.text, answer.abstained) == (text, abstained)


def test_a_row_brings_its_citations_usage_and_price():
    row = {
        "answer": "14 days",
        "model": "mine",
        "usage": {"prompt_tokens": 1000, "completion_tokens": 10},
        "citations": [
            {"document": "guide", "quote": "Refunds take 14 days."},
            {"document": "guide", "quote": "Refunds take 9 days."},
            {"document": "nowhere", "quote": "14 days", "page": 3},
        ],
        "context": ["Refunds take 14 days."],
        "hits": [{"document": "guide", "text": "Refunds take", "start": 0, "score": 0.7}, "other"],
    }

    class Pricing:
        def cost(self, model, usage):
            return 0.5 if (model, usage.input_tokens) == ("mine", 1000) else None

    reply = ask(lambda question: row, corpus=LIBRARY, pricing=Pricing())
    assert [one.quote for one in reply.answer.citations] == ["Refunds take\n14 days."]
    assert [(one.document_id, one.quote, one.page) for one in reply.claimed] == [
        ("guide", "Refunds take 9 days.", None),
        ("nowhere", "14 days", 3),
    ]
    assert reply.answer.usage == Usage(1000, 10)
    assert reply.answer.cost == 0.5
    assert [hit.passage.document_id for hit in reply.answer.hits] == ["guide", "other"]
    assert reply.answer.context[0].text == "Refunds take 14 days."


@pytest.mark.parametrize("returned", [None, 14, [], object()])
def test_what_cannot_be_meant_as_an_answer_is_named(returned):
    with pytest.raises(NoAnswer, match="expected a text, an Answer or a row"):
        ask(lambda question: returned)


def test_a_row_in_disorder_is_named():
    with pytest.raises(InputError, match="seconds|correct is 'yes'"):
        ask(lambda question: {"answer": "14", "correct": "yes"})


# --- by name ----------------------------------------------------------------------------------


def test_a_function_or_an_assistant_is_imported_from_the_projects_folder(tmp_path):
    (tmp_path / "our_bot_for_tests.py").write_text(
        "def reply(question):\n    return question.upper()\n"
        "class Bot:\n    def answer(self, question):\n        return 'bot'\n"
    )
    system = open_system("our_bot_for_tests:reply", folder=tmp_path)
    assert system.name == "our_bot_for_tests:reply"
    assert system.ask(QUESTION, None).answer.text == "HOW LONG?"
    assert ask("our_bot_for_tests:Bot", folder=tmp_path).answer.text == "bot"
    assert ask(f"{tmp_path}/our_bot_for_tests.py:reply").answer.text == "HOW LONG?"


@pytest.mark.parametrize("name", ["no_such_module_here:reply", "json:no_such_function"])
def test_what_cannot_be_imported_is_named(name):
    with pytest.raises(ConfigError, match="cannot be imported"):
        open_system(name)


@pytest.mark.parametrize(("given", "says"), [(14, "answer"), ("nowhere.jsonl", "nowhere.jsonl")])
def test_what_is_no_system_is_refused(given, says):
    with pytest.raises(InputError, match=says):
        open_system(given)


# --- addresses --------------------------------------------------------------------------------


class Server(BaseHTTPRequestHandler):
    """Answers with what stands in `replies`, and notes what it was sent."""

    def do_POST(self):
        length = int(self.headers["Content-Length"])
        self.server.seen.append((self.path, self.headers, json.loads(self.rfile.read(length))))
        self.reply(*self.server.replies)

    def do_GET(self):
        self.reply(200, {"data": [{"id": "first-model"}, {"id": "other"}]})

    def reply(self, status, body, headers=()):
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body if isinstance(body, bytes) else json.dumps(body).encode())

    def log_message(self, *arguments):
        pass


@contextmanager
def serving(*replies):
    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as server:
        server.replies, server.seen = replies, []
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", server.seen
        finally:
            server.shutdown()
            thread.join()


def test_an_address_is_sent_the_question_and_answers_with_a_row():
    row = {
        "answer": "14 days",
        "seconds": 99,
        "citations": [{"document": "guide", "quote": "14 days"}],
    }
    with serving(200, row) as (address, seen):
        reply = ask(f"{address}/ask", FOLLOW_UP, corpus=LIBRARY)
    path, _, body = seen[0]
    assert path == "/ask"
    assert body == {
        "question": "And abroad?",
        "history": [{"role": "user", "content": "How long?"}],
    }
    assert reply.answer.citations[0].quote == "14 days"
    assert reply.seconds < 10, "the time is taken here, not told by the other side"


COMPLETION = {
    "model": "gpt-4.1-2025-04-14",
    "choices": [{"message": {"role": "assistant", "content": "14 days"}}],
    "usage": {"prompt_tokens": 12, "completion_tokens": 3},
}


@pytest.mark.parametrize("path", ["/v1", "/v1/", "/v1/chat/completions"])
def test_an_openai_compatible_chat_is_asked_as_one(path):
    with serving(200, COMPLETION) as (address, seen):
        reply = ask(f"{address}{path}?model=mine", FOLLOW_UP, pricing=Prices.load())
    where, _, body = seen[0]
    assert where == "/v1/chat/completions"
    assert body["model"] == "mine"
    assert [turn["content"] for turn in body["messages"]] == ["How long?", "And abroad?"]
    assert reply.answer.usage == Usage(12, 3)
    assert reply.answer.cost > 0


def test_without_a_name_the_servers_first_model_is_asked():
    with serving(200, COMPLETION) as (address, seen):
        ask(f"{address}/v1")
    assert seen[0][2]["model"] == "first-model"


def test_the_key_is_sent_and_never_told(monkeypatch):
    monkeypatch.setenv("SARTOR_SYSTEM_KEY", "very-secret")
    with (
        serving(500, b"your key very-secret is odd") as (address, seen),
        pytest.raises(ProviderError) as failure,
    ):
        ask(f"{address}/ask")
    assert seen[0][1]["Authorization"] == "Bearer very-secret"
    assert "very-secret" not in str(failure.value)
    assert "your key *** is odd" in str(failure.value)


@pytest.mark.parametrize(
    ("replies", "error", "says"),
    [
        ((401, b"who are you"), KeyRefused, "SARTOR_SYSTEM_KEY"),
        ((404, b""), ConfigError, "status 404"),
        ((302, b"", [("Location", "http://127.0.0.1:9/")]), ConfigError, "status 302"),
        ((503, b"busy"), ProviderError, "status 503: busy"),
        ((200, b"<html>hello</html>"), ProviderError, "expected a JSON object"),
        ((200, [1, 2]), ProviderError, "expected a JSON object"),
        ((200, {"text": "14 days"}), InputError, "it has no answer"),
        ((200, b'{"answer": "14", "cost": NaN}'), InputError, "cost is nan"),
        ((200, {"error": "no idea"}), NoAnswer, "no idea"),
    ],
)
def test_what_goes_wrong_behind_an_address_is_named(replies, error, says):
    with serving(*replies) as (address, _), pytest.raises(error, match=says):
        ask(f"{address}/ask")


def test_what_is_no_chat_completion_is_named():
    with (
        serving(200, {"answer": "14"}) as (address, _),
        pytest.raises(ProviderError, match="no chat completion"),
    ):
        ask(f"{address}/v1?model=mine")


def test_nothing_behind_an_address_is_unreachable():
    with serving(200, {}) as (address, _):
        pass
    with pytest.raises(Unreachable, match="cannot be reached"):
        ask(f"{address}/ask")


def test_a_server_that_is_too_slow_is_given_up_at_the_deadline():
    class Slow(Server):
        def do_POST(self):
            time.sleep(0.5)

    with ThreadingHTTPServer(("127.0.0.1", 0), Slow) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        system = open_system(f"http://127.0.0.1:{server.server_port}/")
        with pytest.raises(ProviderError, match="did not answer within"):
            system.ask(QUESTION, time.monotonic() + 0.1)
        server.shutdown()


def test_a_password_in_an_address_is_refused():
    with pytest.raises(ConfigError, match="SARTOR_SYSTEM_KEY") as failure:
        open_system("http://me:secret@127.0.0.1/")
    assert "secret" not in str(failure.value)
