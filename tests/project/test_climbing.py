"""Real rungs of a real project, with models whose abilities are known."""

import json
import re
import shutil
import time
from dataclasses import replace

import pytest

from sartor.errors import ConfigError, InputError, Unreachable
from sartor.project import Project
from sartor.testing.embedder import HashingEmbedder
from sartor.testing.model import ScriptedModel
from sartor.types import Answer, Question

ITEMS = 24
SCHEMA = {
    "type": "object",
    "properties": {"code": {"type": "string"}},
    "required": ["code"],
}
_FACT = re.compile(r"The code of item (\d+) is (\w+)\.")
_MARK = re.compile(r"\[(\d+)\]")


def code(number):
    return f"zx{number * 7919 % 9973}"


def fact(number):
    return f"The code of item {number} is {code(number)}."


QUESTIONS = [
    Question(f"q{number}", f"What is the code of item {number}?", (code(number),), schema=SCHEMA)
    for number in range(ITEMS)
]
EXAMPLE = {
    "messages": [
        {"role": "user", "content": "What is the code of item 900?"},
        {"role": "assistant", "content": '{"code": "zx0"}'},
    ]
}


def reads(messages, *, knows=False, formats=False):
    """Answer from what stands in the prompt; in the form of the examples, if it can do that."""
    asked = re.findall(r"What is the code of item (\d+)\?", messages[-1].content)[-1]
    found = [one for one in _FACT.finditer(messages[-1].content) if one[1] == asked]
    answer = found[0][2] if found else code(int(asked)) if knows else ""
    if formats and any(message.role == "assistant" for message in messages):
        return json.dumps({"code": answer or "none"})
    if not answer:
        return "It might be blue."
    marks = _MARK.findall(messages[-1].content[: found[0].start()]) if found else []
    return f"The code of item {asked} is {answer}{f' [{marks[-1]}]' if marks else ''}."


def reader(**abilities):
    return ScriptedModel(lambda messages: reads(messages, **abilities), window=100_000)


def stocked(root):
    """Make a project that knows the code of each item, in a document of its own."""
    rows = [{"id": f"item-{n}", "text": f"# Item {n}\n\n{fact(n)}\n"} for n in range(ITEMS)]
    corpus = root / "corpus.jsonl"
    corpus.write_text("".join(json.dumps(row) + "\n" for row in rows))
    project = Project.init(root / "shop", embedder=HashingEmbedder())
    project.add(corpus, fields={"id": "id", "text": "text"})
    return project


@pytest.fixture(scope="module")
def stock(tmp_path_factory):
    with stocked(tmp_path_factory.mktemp("stock")) as project:
        yield project


@pytest.fixture
def shop(stock):
    """The same documents for every test, and nothing that was measured before."""
    yield stock
    for left in (".sartor/runs", ".sartor/climbing", "prompts"):
        shutil.rmtree(stock.folder / left, ignore_errors=True)


@pytest.fixture
def examples(tmp_path):
    path = tmp_path / "mine.jsonl"
    path.write_text(json.dumps(EXAMPLE) + "\n")
    return path


def recorded(path, share):
    rows = [
        {"id": one.id, "answer": f"It is {one.expected[0] if number < share * ITEMS else 'blue'}."}
        for number, one in enumerate(QUESTIONS)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


# --- which rung is enough -------------------------------------------------------------------------


def test_without_a_model_quotes_are_measured_and_the_rest_is_named(shop):
    verdict = shop.climb(QUESTIONS, bar="answers.correct >= 0.6")
    assert set(verdict.cards) == {"rag", "long-context"}
    assert verdict.rung
    assert 0 < verdict.costs["rag"].per_month.mean < 0.01  # its disk
    assert "no model is configured" in verdict.missing["prompt"]
    assert "set `base` under [tune]" in verdict.missing["lora"]


def test_where_knowledge_is_missing_rag_is_enough_and_the_bare_prompt_is_not(shop):
    verdict = shop.climb(
        QUESTIONS, model=reader(), rungs=["prompt", "rag"], bar="answers.correct >= 0.8"
    )
    assert verdict.rung == "rag"
    assert verdict.standings["prompt"][0].status == "failed"
    assert verdict.compare("rag", "prompt") == "better"


def test_a_model_that_knows_needs_no_documents(shop):
    verdict = shop.climb(QUESTIONS, model=reader(knows=True), bar="answers.correct >= 0.8")
    assert verdict.rung == "prompt"


def test_three_bars_give_three_verdicts(shop, examples):
    def chosen(bar):
        model = reader(formats=True)
        return shop.climb(QUESTIONS, model=model, examples=examples, bar=bar).rung

    assert chosen("answers.correct >= 0.8") == "long-context"
    assert chosen("format.valid >= 0.8") == "few-shot"
    assert chosen("answers.correct >= 0.8, format.valid >= 0.8") == "few-shot+rag"


def test_a_recorded_system_is_one_more_rung(shop, tmp_path):
    theirs = recorded(tmp_path / "theirs.jsonl", 1.0)
    verdict = shop.climb(
        QUESTIONS,
        model=reader(),
        rungs=["prompt"],
        systems={"theirs": theirs},
        bar="answers.correct >= 0.8",
    )
    assert verdict.rung == "theirs"
    assert verdict.considered == ("prompt", "theirs")
    assert verdict.costs["theirs"].per_month is None


def test_systems_alone_need_no_documents_and_no_embedder(project, tmp_path):
    systems = {
        "good": recorded(tmp_path / "good.jsonl", 1.0),
        "bad": recorded(tmp_path / "bad.jsonl", 0.2),
        "called": lambda question: Answer("It is blue."),
    }
    verdict = project.climb(QUESTIONS, systems=systems)
    assert set(verdict.cards) == set(systems)
    assert verdict.compare("good", "bad") == "better"
    assert verdict.compare("called", "good") == "worse"
    assert "there are no documents" in verdict.missing["rag"]


# --- what cannot be measured ----------------------------------------------------------------------


def test_few_shot_without_examples_says_what_to_write(shop):
    verdict = shop.climb(QUESTIONS[:3], model=reader())
    assert "--examples FILE" in verdict.missing["few-shot"]
    assert verdict.missing["few-shot"] == verdict.missing["few-shot+rag"]


def test_documents_that_do_not_fit_the_window_are_counted(shop):
    model = ScriptedModel(reads, window=150)
    verdict = shop.climb(QUESTIONS[:3], model=model)
    told = verdict.missing["long-context"]
    assert re.search(r"the documents have \d+ tokens, scripted sees 150 at once", told)


def test_examples_that_are_named_must_be_there(shop, tmp_path):
    with pytest.raises(InputError, match="no file of examples"):
        shop.climb(QUESTIONS, examples=tmp_path / "nowhere.jsonl")


def test_examples_that_are_none_cost_their_rungs_alone(shop, tmp_path):
    path = tmp_path / "broken.jsonl"
    path.write_text('{"text": "no messages"}\n')
    verdict = shop.climb(QUESTIONS[:3], model=reader(), examples=path)
    assert "no examples" in verdict.missing["few-shot"]
    assert "rag" in verdict.cards


def test_questions_that_stand_in_the_examples_are_warned_of(shop, tmp_path):
    path = tmp_path / "leaking.jsonl"
    row = {
        "messages": [
            {"role": "user", "content": QUESTIONS[0].text},
            {"role": "assistant", "content": code(0)},
        ]
    }
    path.write_text(json.dumps(row) + "\n")
    verdict = shop.climb(QUESTIONS[:3], model=reader(), examples=path)
    assert any("stand in the examples" in note for note in verdict.notes)


def test_an_unknown_rung_is_refused_with_the_nearest(shop):
    with pytest.raises(ConfigError, match="did you mean 'few-shot'"):
        shop.climb(QUESTIONS, rungs=["fewshot"])


def test_a_system_must_not_take_the_name_of_a_rung(shop):
    with pytest.raises(ConfigError, match="'rag' is the name of a rung"):
        shop.climb(QUESTIONS, systems={"rag": lambda question: "Yes."})


def test_a_bar_is_understood_before_anything_is_asked(shop):
    model = reader()
    with pytest.raises(ConfigError):
        shop.climb(QUESTIONS, model=model, bar="answers.corect >= 0.5")
    assert not model.calls


def test_answers_that_are_missing_in_a_recorded_file_count_as_wrong(shop, tmp_path):
    path = recorded(tmp_path / "theirs.jsonl", 1.0)
    path.write_text("\n".join(path.read_text().splitlines()[: ITEMS // 2]) + "\n")
    verdict = shop.climb(QUESTIONS, rungs=["rag"], systems={"theirs": path})
    assert verdict.cards["theirs"].measurements["answers.correct"].mean == 0.5


def test_a_system_that_hangs_is_recorded_and_the_others_go_on(shop, monkeypatch):
    monkeypatch.setattr(shop, "settings", _with_timeout(shop.settings, 0.1))

    def hangs(question):
        time.sleep(1.0)

    verdict = shop.climb(QUESTIONS[:6], rungs=["rag"], systems={"slow": hangs})
    assert "no sign of life" in verdict.missing["slow"]
    assert verdict.rung == "rag"


def _with_timeout(settings, seconds):
    return replace(settings, eval=replace(settings.eval, timeout=seconds))


# --- models that are lost, and climbing again -----------------------------------------------------


class Failing:
    """Replies until it is lost; then nobody reaches it."""

    def __init__(self, after):
        self.left = after

    def __call__(self, messages):
        self.left -= 1
        if self.left < 0:
            return Unreachable("connection refused")
        return reads(messages)


def test_a_model_lost_on_the_way_ends_the_climb_and_quotes_never_stand_in_for_it(shop):
    lost = ScriptedModel(Failing(5), name="m")
    with pytest.raises(Unreachable, match="rag broke off after 5 of 24 questions") as raised:
        shop.climb(QUESTIONS, model=lost, rungs=["rag"])
    assert "goes on where it stopped" in raised.value.hint
    again = ScriptedModel(reads, name="m")
    verdict = shop.climb(QUESTIONS, model=again, rungs=["rag"])
    assert len(again.calls) == ITEMS - 5
    assert verdict.cards["rag"].measurements["answers.correct"].n == ITEMS
    assert {row.answer.rung for row in verdict.cards["rag"].rows} == {"rag"}


def test_climbing_again_with_nothing_changed_asks_nothing(shop):
    first, second = reader(), reader()
    before = shop.climb(QUESTIONS, model=first, rungs=["prompt", "rag"])
    after = shop.climb(
        QUESTIONS, model=second, rungs=["prompt", "rag"], bar="answers.correct >= 0.8"
    )
    assert first.calls
    assert not second.calls
    assert after.cards["rag"].measurements == before.cards["rag"].measurements
    assert any("Measured before" in note and "--fresh" in note for note in after.notes)


def test_fresh_asks_everything_again(shop):
    shop.climb(QUESTIONS[:4], model=reader(), rungs=["prompt"])
    again = reader()
    shop.climb(QUESTIONS[:4], model=again, rungs=["prompt"], fresh=True)
    assert len(again.calls) == 4


def test_a_changed_document_is_measured_anew(tmp_path):
    with stocked(tmp_path) as shop:
        shop.climb(QUESTIONS[:4], model=reader(), rungs=["rag"])
        shop.delete("item-1")
        again = reader()
        shop.climb(QUESTIONS[:4], model=again, rungs=["rag"])
    assert again.calls


def test_a_purged_document_leaves_nothing_in_what_climbs_remember(tmp_path):
    with stocked(tmp_path) as shop:
        shop.climb(QUESTIONS[:4], model=reader(), rungs=["rag"])
        assert remembered(shop, code(1))
        shop.purge("item-1")
        assert not remembered(shop, code(1))


def remembered(project, text):
    """Name the files that climbs keep in which a text stands."""
    kept = (project.folder / ".sartor" / "climbing").rglob("*")
    return [path for path in kept if path.is_file() and text.encode() in path.read_bytes()]


def test_scorecards_are_stored_as_runs_with_their_reports(shop):
    verdict = shop.climb(QUESTIONS[:4], model=reader(), rungs=["rag"])
    run = verdict.cards["rag"].run
    assert [one.id for one in shop.runs()] == [run]
    assert shop.report(run).read_text().startswith("<!")


def test_what_reads_everything_does_not_store_everything_for_each_question(shop):
    verdict = shop.climb(QUESTIONS, rungs=["long-context"])
    contexts = [len(row.answer.context) for row in verdict.cards["long-context"].rows]
    assert max(contexts) < ITEMS / 2
    assert any("all documents were read" in note for note in verdict.cards["long-context"].notes)


# --- wordings of the prompts ----------------------------------------------------------------------


def worded(project, text):
    """Give the project a second wording of its bare prompt."""
    folder = project.folder / "prompts"
    folder.mkdir()
    (folder / "prompt.better.jinja").write_text(text)


def follows(messages):
    """Know the answer only when told to think."""
    return reads(messages, knows="THINK" in messages[0].content)


MANY = [Question(f"q{number}", f"What is the code of item {number}?", (code(number),))
        for number in range(80)]  # fmt: skip


def test_a_better_wording_is_found_on_one_side_and_reported_on_the_other(project):
    worded(project, "THINK before you answer.")
    model = ScriptedModel(follows)
    verdict = project.climb(MANY, model=model, rungs=["prompt"])
    race = verdict.races["prompt"]
    assert race.chosen == "better"
    reported = {row.question_id for row in verdict.cards["prompt"].rows}
    assert len(reported) == 40
    assert race.tried["better"].n + len(reported) <= 80
    assert verdict.cards["prompt"].measurements["answers.correct"].mean == 1
    assert [run.system for run in project.runs()] == ["prompt (better)"]


def test_the_wording_that_is_set_wins_a_tie(project, monkeypatch):
    worded(project, "THINK before you answer.")
    (project.folder / "prompts" / "prompt.same.jinja").write_text("THINK before you answer, too.")
    monkeypatch.setattr(project, "settings", _with_template(project.settings, "same"))
    verdict = project.climb(MANY, model=ScriptedModel(follows), rungs=["prompt"])
    assert verdict.races["prompt"].chosen == "same"
    assert set(verdict.races["prompt"].tried) == {"same", "better", "default"}


def _with_template(settings, wording):
    return replace(settings, ask=replace(settings.ask, template=wording))


def test_a_race_that_was_run_is_not_run_again(project):
    worded(project, "THINK before you answer.")
    project.climb(MANY, model=ScriptedModel(follows), rungs=["prompt"])
    again = ScriptedModel(follows)
    verdict = project.climb(MANY, model=again, rungs=["prompt"])
    assert not again.calls
    assert verdict.races["prompt"].chosen == "better"


def test_a_wording_that_a_rung_does_not_read_is_not_raced_for_it(shop):
    worded(shop, "THINK before you answer.")
    verdict = shop.climb([*QUESTIONS, *MANY[ITEMS:]], model=reader(), rungs=["rag"])
    assert not verdict.races
    assert len(verdict.cards["rag"].rows) == 80


def test_with_few_questions_nothing_is_raced(project):
    worded(project, "THINK before you answer.")
    verdict = project.climb(MANY[:20], model=ScriptedModel(follows), rungs=["prompt"])
    assert not verdict.races
    assert any("were not raced" in note for note in verdict.notes)
    assert len(verdict.cards["prompt"].rows) == 20


# --- the voice of the examples --------------------------------------------------------------------


def spoken(number, text):
    question = f"What about order {number}?"
    return {
        "messages": [
            {"role": "user", "content": question},
            {"role": "assistant", "content": text},
        ]
    }


def chats(messages):
    """Speak as the examples do where there are any, and stiffly otherwise."""
    number = re.findall(r"(?:order|item) (\d+)\?", messages[-1].content)[-1]
    if any(message.role == "assistant" for message in messages):
        return f"Hey there! No worries, we got {number} sorted for ya, cheers!"
    return f"The matter {number} has been processed. The department regrets the inconvenience."


def test_a_bar_on_style_is_measured_against_the_voice_of_the_examples(shop, tmp_path):
    path = tmp_path / "voice.jsonl"
    rows = [
        spoken(number, f"Hey there! No worries, we got {number} sorted for ya, cheers!")
        for number in range(60)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    verdict = shop.climb(
        QUESTIONS,
        model=ScriptedModel(chats),
        rungs=["prompt", "few-shot"],
        examples=path,
        bar="style.match >= 0.8",
    )
    assert verdict.rung == "few-shot"
    assert verdict.standings["prompt"][0].status == "failed"


def test_systems_alone_are_compared_without_opening_a_model(project, tmp_path, monkeypatch):
    named = replace(project.settings.model, path="no-such-folder")
    monkeypatch.setattr(project, "settings", replace(project.settings, model=named))
    systems = {"good": recorded(tmp_path / "good.jsonl", 1.0), "told": lambda question: "Blue."}
    verdict = project.climb(QUESTIONS, rungs=(), systems=systems)
    assert verdict.rung == "good"
    assert not verdict.missing
