"""The same question again: at once, until a document changes; and a trace of every question."""

import time

import pytest

from sartor.assistants.extract import ExtractAssistant
from sartor.assistants.memory import Memory
from sartor.assistants.remembering import Remembering
from sartor.errors import NotFound, Unreachable
from sartor.types import (
    Answer,
    Checked,
    Citation,
    Document,
    Done,
    Hit,
    Passage,
    Retrieved,
    Sentence,
    Step,
    Token,
    Usage,
    Withdrawn,
)

TEXT = "Gold melts at 1064 degrees. It does not rust."


class Shelf:
    """A library of one document, which can be edited."""

    def __init__(self):
        self.text, self.change = TEXT, 1

    def document(self, id):
        return Document(id, "metals", "Gold", self.text, content_hash=str(hash(self.text)))

    def passage(self, id):
        raise NotFound(id)

    def edit(self, text):
        self.text, self.change = text, self.change + 1


class Quoting:
    """An assistant that quotes the document and counts how often it was asked."""

    def __init__(self, shelf, *, notes=(), fails=None):
        self.shelf, self.notes, self.fails, self.asked = shelf, notes, fails, 0

    def stream(self, question, history=(), labels=(), deadline=None):
        self.asked += 1
        text = self.shelf.text
        passage = Passage("gold.md#aa", "gold.md", text, 0, len(text))
        hits = (Hit(passage, 0.9, {"bm25": 1}),)
        yield Retrieved(hits, 0.01)
        yield Token("Wrong. ")
        if self.fails:
            raise self.fails
        yield Withdrawn("unsupported")
        sentences, said = [], ""
        for quote in (text[:27], text[28:]):
            start = text.index(quote)
            cited = Citation(
                passage.id, "gold.md", "metals", None, start, start + len(quote), quote, True,
                within=text,
            )  # fmt: skip
            sentences.append(Sentence(quote, (cited,), "supported"))
            said += (" " if said else "") + quote
            yield Token((" " if len(sentences) > 1 else "") + quote)
            yield Checked(sentences[-1])
        yield Done(
            Answer(
                said,
                tuple(sentences),
                tuple(cited for sentence in sentences for cited in sentence.citations),
                (passage,),
                hits,
                Usage(100, 20, 0, 0.2),
                {"write": 0.2},
                cost=0.01,
                rung="rag",
                notes=self.notes,
                steps=(Step("write", 0.0, 0.2, {"tokens": 20}, "the prompt"),),
            )
        )


@pytest.fixture
def shelf():
    return Shelf()


@pytest.fixture
def memory(tmp_path):
    opened = Memory(tmp_path / "answers.db")
    yield opened
    opened.close()


def remembering(inner, memory, **options):
    return Remembering(
        inner, memory, fingerprint=options.pop("fingerprint", "f"),
        changes=lambda: inner.shelf.change, library=inner.shelf, **options,
    )  # fmt: skip


def spoken(events):
    text = ""
    for event in events:
        if isinstance(event, Withdrawn):
            text = ""
        if isinstance(event, Token):
            text += event.text
    return text


def test_the_second_time_is_from_memory_and_says_the_same(shelf, memory):
    inner = Quoting(shelf)
    assistant = remembering(inner, memory)
    first, second = (list(assistant.stream("When does gold melt?")) for _ in range(2))
    assert inner.asked == 1
    one, two = first[-1].answer, second[-1].answer
    assert (two.text, two.sentences, two.citations, two.hits, two.context, two.rung) == (
        one.text, one.sentences, one.citations, one.hits, one.context, one.rung,
    )  # fmt: skip
    assert (two.usage, two.cost, list(two.timings)) == (Usage(), 0.0, ["cache"])
    assert one.trace_id < two.trace_id
    assert [type(event) for event in second] == [Retrieved, Token, Checked, Token, Checked, Done]
    assert spoken(first) == spoken(second) == TEXT == two.text
    assert [event.sentence for event in second if isinstance(event, Checked)] == [*two.sentences]


def test_an_edited_document_is_answered_anew(shelf, memory):
    inner = Quoting(shelf)
    assistant = remembering(inner, memory)
    assistant.answer("When does gold melt?")
    shelf.edit(TEXT.replace("1064", "1063"))
    assert "1063" in assistant.answer("When does gold melt?").text
    assert "1063" in assistant.answer("When does gold melt?").text
    assert inner.asked == 2


def test_other_labels_other_settings_and_other_history_are_other_questions(shelf, memory):
    inner = Quoting(shelf)
    assistant = remembering(inner, memory)
    for labels in ((), ("hr",), None):
        assistant.answer("q", labels=labels)
    remembering(inner, memory, fingerprint="g").answer("q")
    assert inner.asked == 4


@pytest.mark.parametrize(
    ("notes", "options", "deadline"),
    [
        (("the model was not reached",), {}, None),
        ((), {"cache": False}, None),
        ((), {}, time.monotonic() + 60),
    ],
    ids=["a note", "switched off", "a deadline"],
)
def test_what_might_be_another_answer_next_time_is_not_remembered(
    shelf, memory, notes, options, deadline
):
    inner = Quoting(shelf, notes=notes)
    assistant = remembering(inner, memory, **options)
    for _ in range(2):
        assert assistant.answer("q", deadline=deadline).notes == notes
    assert inner.asked == 2


def test_a_trace_names_places_and_numbers_but_no_content(shelf, memory):
    answer = remembering(Quoting(shelf), memory).answer("When does gold melt?")
    trace = memory.trace(answer.trace_id)
    assert [hit.passage_id for hit in trace.retrieved] == ["gold.md#aa"]
    assert [(c.document_id, c.start, c.end) for c in trace.cited] == [
        ("gold.md", 0, 27), ("gold.md", 28, 45),
    ]  # fmt: skip
    assert trace.cited[0].document_hash == shelf.document("gold.md").content_hash
    assert (trace.support, trace.usage.input_tokens, trace.cost) == ({"supported": 2}, 100, 0.01)
    assert (trace.steps[0].counts, trace.cached) == ({"tokens": 20}, False)
    assert not any(said in repr(trace) for said in ("melt", "prompt", "rust"))


def test_content_is_traced_when_it_is_wanted(shelf, memory):
    assistant = remembering(Quoting(shelf), memory, content=True)
    trace = memory.trace(assistant.answer("When does gold melt?").trace_id)
    assert (trace.question, trace.answer) == ("When does gold melt?", TEXT)
    assert trace.steps[0].content == "the prompt"


def test_an_answer_from_memory_is_traced_as_such(shelf, memory):
    assistant = remembering(Quoting(shelf), memory)
    assistant.answer("q")
    trace = memory.trace(assistant.answer("q").trace_id)
    assert trace.cached
    assert [step.name for step in trace.steps] == ["cache"]
    assert len(trace.cited) == 2


def test_without_traces_there_is_an_id_and_nothing_on_disk(shelf, memory):
    assert remembering(Quoting(shelf), memory, trace=False).answer("q").trace_id
    assert memory.traces() == []


def test_a_failure_is_traced_and_passed_on(shelf, memory):
    inner = Quoting(shelf, fails=Unreachable("no answer from the endpoint"))
    with pytest.raises(Unreachable):
        remembering(inner, memory).answer("When does gold melt?")
    trace = memory.trace("last")
    assert trace.error == "Unreachable: no answer from the endpoint"
    assert "melt" not in repr(trace)


def test_a_listener_who_leaves_ends_the_answer_and_nothing_is_remembered(shelf, memory):
    inner = Quoting(shelf)
    events = remembering(inner, memory).stream("q")
    next(events)
    events.close()
    assert memory.traces() == []
    remembering(inner, memory).answer("q")
    assert inner.asked == 2


def test_a_memory_that_cannot_be_written_costs_no_answer(shelf, memory):
    memory.close()
    answer = remembering(Quoting(shelf), memory).answer("q")
    assert answer.text == TEXT
    assert "was not remembered" in answer.notes[0]


def test_a_memory_that_was_damaged_says_so_once(shelf, tmp_path):
    (tmp_path / "answers.db").write_bytes(b"nonsense" * 1_000)
    memory = Memory(tmp_path / "answers.db")
    assistant = remembering(Quoting(shelf), memory)
    assert "set aside" in assistant.answer("q").notes[0]
    assert assistant.answer("q").notes == ()
    memory.close()


def test_an_abstention_is_remembered_too(project, documents, memory):
    project.add(documents)
    inner = ExtractAssistant(project, project)
    assistant = Remembering(
        inner, memory, fingerprint="f", changes=project._ledger.last_change, library=project
    )
    first, second = (assistant.answer("Who composed the opera Tosca?") for _ in range(2))
    assert first.abstained
    assert (second.abstained, second.text, list(second.timings)) == (True, first.text, ["cache"])


def test_purging_a_document_leaves_no_byte_of_it_in_answers_and_traces(project, documents):
    marker = "Zanzibarquartz"
    (documents / "stone.md").write_text(f"# Stone\n\nThe {marker} weighs 12 kilograms.\n")
    project.add(documents)
    project.ask("How much does the stone weigh?")
    project.ask("When are refunds paid?")
    file = project.folder / ".sartor/answers.db"

    def holders():
        beside = file.parent.glob(f"{file.name}*")
        return [path.name for path in beside if marker.encode() in path.read_bytes()]

    assert holders()
    project.purge("stone.md")
    assert holders() == []
    assert len(project.traces()) == 2
    assert "stone.md" not in repr(project.traces())
