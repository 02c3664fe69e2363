"""Answers and traces on disk: true to the letter, bounded, forgotten without a byte left."""

import multiprocessing
import threading
from dataclasses import replace

import pytest

from sartor.assistants.memory import Memory, cache_key
from sartor.assistants.tracing import Trace
from sartor.errors import NotFound
from sartor.types import (
    Answer,
    Citation,
    Cut,
    Document,
    Hit,
    Message,
    Passage,
    Sentence,
    Step,
    Usage,
)

TEXT = "# Gold\n\nGold melts at 1064 degrees."
QUOTE = "Gold melts at 1064 degrees."


class Shelf:
    """A library of documents in memory."""

    def __init__(self, *documents):
        self.documents = {document.id: document for document in documents}

    def document(self, id):
        if id not in self.documents:
            raise NotFound(f"no {id}")
        return self.documents[id]

    def passage(self, id):
        raise NotFound(id)


def gold(text=TEXT, content_hash="1"):
    return Document("gold.md", "metals", "Gold", text, content_hash=content_hash)


def answer(**values):
    start = TEXT.index(QUOTE)
    passage = Passage("gold.md#aa", "gold.md", TEXT, 0, len(TEXT), headings=("Gold",))
    cited = Citation(
        "gold.md#aa", "gold.md", "metals", None, start, len(TEXT), QUOTE, True, within=TEXT
    )
    return Answer(
        QUOTE,
        (Sentence(QUOTE, (cited,), "supported", "word for word", 0.9),),
        (cited,),
        (passage,),
        (Hit(passage, 0.7, {"bm25": 1}, {"bm25": 3.5}, ("gold.md#bb",)),),
        usage=Usage(10, 5, 0, 0.1),
        rung="rag",
        model="m",
        cost=0.01,
        confidence=0.8,
        cut=(Cut("tin.md#bb", "no room"),),
        **values,
    )


@pytest.fixture
def memory(tmp_path):
    opened = Memory(tmp_path / "answers.db")
    yield opened
    opened.close()


def key(question="q"):
    return cache_key(question, (), (), "f")


def test_an_answer_comes_back_equal(memory):
    memory.remember(key(), 7, answer(), {"gold.md": "1"})
    assert memory.recall(key(), 7, Shelf(gold())) == answer()
    assert memory.recall(key("other"), 7, Shelf(gold())) is None


@pytest.mark.parametrize(
    ("change", "shelf"),
    [
        (8, Shelf(gold())),
        (6, Shelf(gold())),
        (7, Shelf()),
        (7, Shelf(gold(content_hash="2"))),
        (7, Shelf(gold(TEXT.replace("1064", "1063")))),
    ],
    ids=["later change", "earlier change", "gone", "another hash", "another text"],
)
def test_an_answer_dies_with_any_change_to_what_it_cites(memory, change, shelf):
    memory.remember(key(), 7, answer(), {"gold.md": "1"})
    assert memory.recall(key(), change, shelf) is None
    assert memory.recall(key(), 7, Shelf(gold())) is None, "what was refused is removed"


def test_everything_an_answer_depends_on_is_in_its_key():
    history = (Message("user", "hello"),)
    keys = [
        cache_key("q", (), (), "f"),
        cache_key("Q", (), (), "f"),
        cache_key("q", history, (), "f"),
        cache_key("q", (Message("assistant", "hello"),), (), "f"),
        cache_key("q", (), ("hr",), "f"),
        cache_key("q", (), None, "f"),
        cache_key("q", (), (), "g"),
    ]
    assert len(set(keys)) == len(keys)
    assert cache_key("q", (), ("a", "b"), "f") == cache_key("q", (), ("b", "a", "a"), "f")


def test_only_the_newest_answers_and_traces_are_kept(tmp_path):
    memory = Memory(tmp_path / "answers.db", answers=3, traces=4)
    for number in range(10):
        memory.remember(key(str(number)), 7, answer(), {"gold.md": "1"})
        memory.keep(Trace(f"{number:03}", "", 0.0))
    known = [n for n in range(10) if memory.recall(key(str(n)), 7, Shelf(gold()))]
    assert known == [7, 8, 9]
    assert [trace.id for trace in memory.traces()] == ["009", "008", "007", "006"]
    memory.close()


def test_answers_of_an_earlier_change_make_room(memory):
    memory.remember(key("old"), 6, answer(), {"gold.md": "1"})
    memory.remember(key("new"), 7, answer(), {"gold.md": "1"})
    assert memory.recall(key("old"), 6, Shelf(gold())) is None


def test_a_trace_comes_back_equal_and_an_unknown_one_names_the_next_step(memory):
    trace = Trace(
        "01", "2026-03-01T12:00:00.000Z", 0.5, steps=(Step("search", 0.0, 0.1, {"hits": 3}),),
        support={"supported": 2}, usage=Usage(1, 2, 3, 0.4), question="q",
    )  # fmt: skip
    with pytest.raises(NotFound, match="nothing was asked yet"):
        memory.trace("last")
    memory.keep(trace)
    assert memory.trace("01") == memory.trace("last") == trace
    with pytest.raises(NotFound, match="sartor trace list"):
        memory.trace("02")


def holders(folder, marker):
    return [path.name for path in folder.iterdir() if marker.encode() in path.read_bytes()]


def test_forgetting_leaves_no_byte(memory, tmp_path):
    marker = "Zanzibarquartz"
    (tmp_path / "answers.db.damaged").write_text(marker)
    memory.remember(key(), 7, replace(answer(), text=marker), {"gold.md": "1"})
    step = Step("prompt", 0.0, 0.1, {"name": marker}, marker)
    memory.keep(Trace("01", "", 0.0, steps=(step,), packed=("gold.md#aa",), question=marker))
    memory.keep(Trace("02", "", 0.0, packed=("tin.md#aa",), question="kept"))
    assert len(holders(tmp_path, marker)) > 1
    memory.forget(["gold.md"])
    assert holders(tmp_path, marker) == holders(tmp_path, "gold.md") == []
    assert memory.trace("02").question == "kept"
    assert memory.trace("01").steps[0].seconds == 0.1


@pytest.mark.parametrize("garbage", [b"", b"no database at all" * 500])
def test_a_file_that_is_no_database_is_set_aside(tmp_path, garbage):
    (tmp_path / "answers.db").write_bytes(garbage)
    memory = Memory(tmp_path / "answers.db")
    assert bool(memory.take_note()) == bool(garbage)
    assert memory.take_note() == ""
    memory.remember(key(), 7, answer(), {"gold.md": "1"})
    assert memory.recall(key(), 7, Shelf(gold())) == answer()
    memory.close()


def test_damage_found_while_working_is_mended(tmp_path):
    path = tmp_path / "answers.db"
    memory = Memory(path)
    for number in range(200):
        memory.remember(key(str(number)), 7, answer(), {"gold.md": "1"})
    memory.close()
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(data)
    memory = Memory(path)
    assert memory.recall(key("1"), 7, Shelf(gold())) is None
    assert "set aside" in memory.take_note()
    memory.remember(key(), 7, answer(), {"gold.md": "1"})
    assert memory.recall(key(), 7, Shelf(gold())) == answer()
    memory.close()


def test_a_database_of_somebody_else_is_set_aside(tmp_path):
    import sqlite3

    connection = sqlite3.connect(tmp_path / "answers.db")
    connection.execute("CREATE TABLE theirs (a)")
    connection.close()
    memory = Memory(tmp_path / "answers.db")
    assert "answers.db.damaged" in memory.take_note()
    assert memory.traces() == []
    memory.close()


def write_many(path, name):
    memory = Memory(path)
    for number in range(50):
        memory.remember(key(f"{name}{number}"), 7, answer(), {"gold.md": "1"})
        memory.keep(Trace(f"{name}{number:02}", "", 0.0))
    memory.close()


def test_two_processes_and_several_threads_at_once(tmp_path):
    path = tmp_path / "answers.db"
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=write_many, args=(path, "p"))
    threads = [threading.Thread(target=write_many, args=(path, name)) for name in "ab"]
    for worker in (process, *threads):
        worker.start()
    for worker in (process, *threads):
        worker.join()
    memory = Memory(path)
    assert process.exitcode == 0
    assert len(memory.traces(500)) == 150
    shelf = Shelf(gold())
    assert all(memory.recall(key(f"{name}{n}"), 7, shelf) for name in "pab" for n in range(50))
    memory.close()
