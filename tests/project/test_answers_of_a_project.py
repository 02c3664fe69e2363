"""Questions through the whole chain of a project, with scripted models."""

import pytest

from sartor.assistants.events import last
from sartor.errors import ConfigError, ContextTooSmall, NotFound, QueryError, Unreachable
from sartor.project import Project
from sartor.testing.embedder import HashingEmbedder
from sartor.testing.model import Broken, ScriptedModel
from sartor.types import Checked, Done, Message, Retrieved, Token, Withdrawn

WINDOW = "How long may unused items be returned?"
TRUE = "Unused items may be returned within 30 days [1]."
FALSE = "Refunds are paid within 90 working days [1]."


@pytest.fixture
def shop(project, documents):
    project.add(documents)
    return project


@pytest.fixture
def configured(tmp_path, documents):
    """Make projects with settings of the test's own."""
    opened = []

    def make(**flags):
        project = Project.init(tmp_path / "own", embedder=HashingEmbedder(), **flags)
        opened.append(project)
        if not project.documents():
            project.add(documents)
        return project

    yield make
    for project in opened:
        project.close()


def test_without_a_model_the_answer_is_a_quote(shop):
    answer = shop.ask(WINDOW)
    assert answer.rung == "extract"
    assert "within 30 days" in answer.text
    assert answer.cost == 0


def test_with_a_model_each_sentence_is_checked(shop):
    answer = shop.ask(WINDOW, model=ScriptedModel([f"{TRUE} {FALSE}"]))
    assert answer.rung == "rag"
    first, second = answer.sentences
    assert first.support == "supported"
    assert second.support in {"contradicted", "unsupported"}
    assert second.reason
    cited = answer.citations[0]
    assert cited.quote == shop.document(cited.document_id).text[cited.start : cited.end]


def test_the_stream_adds_up_to_the_answer(shop):
    events = list(shop.stream(WINDOW, model=ScriptedModel([f"{TRUE} {FALSE}"])))
    assert isinstance(events[0], Retrieved)
    assert isinstance(events[-1], Done)
    answer = last(events)
    assert "".join(event.text for event in events if isinstance(event, Token)) == answer.text
    checked = [event.sentence for event in events if isinstance(event, Checked)]
    assert tuple(checked) == answer.sentences


def test_the_same_question_is_answered_from_memory_until_a_document_changes(shop, documents):
    model = ScriptedModel([TRUE, TRUE])
    first, second = shop.ask(WINDOW, model=model), shop.ask(WINDOW, model=model)
    assert len(model.calls) == 1
    assert (first.text, first.citations) == (second.text, second.citations)
    assert "cache" in second.timings
    (documents / "returns.md").write_text("# Returns\n\nUnused items may be returned in 14 days.\n")
    shop.sync()
    answer = shop.ask(WINDOW, model=ScriptedModel([TRUE]))
    assert answer.sentences[0].support != "supported"


def test_an_answer_from_memory_belongs_to_its_labels(shop):
    model = ScriptedModel([TRUE, TRUE])
    shop.ask(WINDOW, model=model, labels=("staff",))
    shop.ask(WINDOW, model=model, labels=())
    assert len(model.calls) == 2


def test_a_model_that_cannot_be_reached_is_replaced_by_quotes(shop):
    answer = shop.ask(WINDOW, model=ScriptedModel([Broken("", Unreachable("gone"))]))
    assert "within 30 days" in answer.text
    assert any("could not be reached" in note for note in answer.notes)


def test_no_fallback_means_the_error(configured):
    project = configured(**{"ask.fallback": False})
    with pytest.raises(Unreachable):
        project.ask(WINDOW, model=ScriptedModel([Broken("", Unreachable("gone"))]))


def test_a_sentence_without_support_can_be_dropped(configured):
    project = configured(**{"ask.unsupported": "drop"})
    answer = project.ask(WINDOW, model=ScriptedModel([f"{TRUE} {FALSE}"]))
    assert "90" not in answer.text
    assert "30 days" in answer.text


def test_a_sentence_without_support_can_be_repaired(configured):
    project = configured(**{"ask.unsupported": "repair"})
    model = ScriptedModel([FALSE, "Refunds are paid within 5 working days [1]."])
    answer = project.ask("When are refunds paid?", model=model)
    assert answer.text == "Refunds are paid within 5 working days."
    assert answer.sentences[0].support == "supported"
    assert len(model.calls) == 2


def test_a_forbidden_phrase_is_written_again_once(configured):
    project = configured(**{"policy.forbidden_phrases": ["no questions asked"]})
    model = ScriptedModel(
        ["No questions asked, unused items may be returned within 30 days [1].", TRUE]
    )
    answer = project.ask(WINDOW, model=model)
    assert answer.text == "Unused items may be returned within 30 days."
    assert answer.flags == ("forbidden_phrases: 1",)


def test_a_topic_can_be_refused(configured):
    project = configured(
        **{"policy.forbidden_phrases": ["30 days"], "policy.forbidden_phrases_action": "refuse"}
    )
    events = list(project.stream(WINDOW, model=ScriptedModel([TRUE])))
    assert last(events).text == project.settings.policy.refusal
    assert not any("30 days" in event.text for event in events if isinstance(event, Token))
    assert all(not isinstance(event, Withdrawn) or event.reason for event in events)


def test_follow_ups_are_understood(shop):
    history = [
        Message("user", "How long is the warranty of frames?"),
        Message("assistant", "5 years."),
    ]
    hits = shop.ask("And how long exactly?", history=history).hits
    assert hits[0].passage.document_id == "warranty.md"


@pytest.mark.parametrize(
    ("rung", "error"), [("rag", ConfigError), ("ragg", ConfigError), ("few-shot", ConfigError)]
)
def test_a_rung_that_cannot_be_had_says_what_is_missing(shop, rung, error):
    with pytest.raises(error, match=r"a model is needed|no rung|needs examples"):
        shop.ask(WINDOW, rung=rung)


@pytest.mark.parametrize("options", [{}, {"model": ScriptedModel([TRUE])}])
def test_answers_are_searched_for_in_the_mode_that_is_set(configured, options):
    answer = configured(**{"search.mode": "bm25"}).ask(WINDOW, **options)
    assert answer.hits
    assert all(hit.ranks.keys() == {"bm25"} for hit in answer.hits)


def test_an_adapter_that_is_not_there_is_said_to_be_missing(shop):
    with pytest.raises(NotFound, match="no adapter 'voice'"):
        shop.ask(WINDOW, adapter="voice")


def test_few_shot_needs_examples(shop):
    with pytest.raises(ConfigError, match=r"examples\.jsonl is not there"):
        shop.ask(WINDOW, rung="few-shot", model=ScriptedModel([TRUE]))


def test_long_context_is_refused_with_the_numbers(shop):
    with pytest.raises(ContextTooSmall, match=r"\d+"):
        shop.ask(WINDOW, rung="long-context", model=ScriptedModel([TRUE], window=60))


def test_long_context_reads_everything(shop):
    model = ScriptedModel([TRUE])
    shop.ask(WINDOW, rung="long-context", model=model)
    for text in ("39 euros", "30 days", "warranty"):
        assert text in model.prompts[0]


def test_long_context_shows_a_caller_only_what_is_open_to_it(project, documents):
    project.add(documents, labels=["staff"])
    model = ScriptedModel([TRUE, TRUE])
    project.ask(WINDOW, rung="long-context", model=model, labels=("staff",))
    assert "30 days" in model.prompts[0]
    answer = project.ask(WINDOW, rung="long-context", model=model, labels=("public",))
    assert all("30 days" not in prompt for prompt in model.prompts[1:])
    assert not answer.citations


def test_when_every_document_is_forbidden_nothing_is_said(project, documents):
    project.add(documents, labels=["staff"])
    answer = project.ask(WINDOW, labels=("public",))
    assert answer.abstained
    assert not answer.hits
    model = ScriptedModel([TRUE])
    assert project.ask(WINDOW, model=model, labels=("public",)).abstained
    assert not model.calls


@pytest.mark.parametrize("question", ["", "   ", "x" * 100_000])
def test_an_empty_or_enormous_question_is_refused(shop, question):
    for options in ({}, {"model": ScriptedModel([TRUE])}):
        with pytest.raises(QueryError):
            shop.ask(question, **options)


def test_no_documents_yet(project):
    with pytest.raises(NotFound, match="no documents yet"):
        project.ask(WINDOW)


def test_every_answer_has_a_trace_without_its_content(shop):
    answer = shop.ask(WINDOW, model=ScriptedModel([TRUE]))
    trace = shop.trace(answer.trace_id)
    assert trace.rung == "rag"
    assert {step.name for step in trace.steps} >= {"search", "pack", "generate"}
    assert WINDOW not in repr(trace)
    assert shop.traces()[0].id == answer.trace_id


def test_purge_leaves_nothing_of_a_document_in_remembered_answers(shop):
    shop.ask(WINDOW)
    state = shop.folder / ".sartor"
    marker = b"within 30 days"
    assert any(marker in path.read_bytes() for path in state.glob("answers*"))
    shop.purge("returns.md")
    assert not any(marker in path.read_bytes() for path in state.glob("answers*"))


def test_check_searches_the_project_for_each_sentence(shop):
    said = shop.check("Unused items may be returned within 30 days. Delivery costs 12 euros.")
    assert said[0].support == "supported"
    assert said[1].support in {"contradicted", "unsupported"}


def test_check_reads_files(shop, documents):
    said = shop.check("Frames carry a warranty of 5 years.", [documents / "warranty.md"])
    assert said[0].support == "supported"
    assert said[0].citations[0].document_id == "warranty.md"
