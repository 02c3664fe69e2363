"""A project measures its own assistant and others, keeps the runs, and compares them."""

import json
import shutil

import pytest

from sartor.errors import ConfigError, InputError, NotFound, StateError, Unreachable
from sartor.project import Project
from sartor.testing.embedder import HashingEmbedder
from sartor.testing.model import ScriptedModel
from sartor.types import Answer, Question

ROWS = [
    {"id": "window", "question": "How long may unused items be returned?",
     "expected": "30 days", "evidence": [{"document": "returns.md"}]},
    {"id": "cost", "question": "What does the delivery of furniture cost?",
     "expected": "39 euros", "evidence": [{"document": "delivery.txt"}], "tags": ["price"]},
    {"id": "frames", "question": "How long is the warranty of frames?",
     "expected": "5 years", "evidence": [{"document": "warranty.md"}]},
]  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A project of three documents with its questions, made once."""
    folder = tmp_path_factory.mktemp("made")
    documents = folder / "documents"
    documents.mkdir()
    (documents / "returns.md").write_text("# Returns\n\nUnused items may be returned in 30 days.\n")
    (documents / "delivery.txt").write_text("Delivery of furniture costs 39 euros.\n")
    (documents / "warranty.md").write_text("# Warranty\n\nFrames carry a warranty of 5 years.\n")
    with Project.init(folder / "shop", embedder=HashingEmbedder()) as project:
        project.add(documents)
    write(folder / "shop" / "questions.jsonl", ROWS)
    return folder / "shop"


@pytest.fixture
def shop(made, tmp_path):
    """A copy of that project."""
    shutil.copytree(made, tmp_path / "shop")
    with Project(tmp_path / "shop", embedder=HashingEmbedder()) as project:
        yield project


def write(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def recorded(project, name, *answers):
    rows = [{"id": row["id"], "answer": answer} for row, answer in zip(ROWS, answers, strict=False)]
    return write(project.folder / name, rows)


class Knowing:
    """A foreign assistant that knows two of three answers."""

    def answer(self, question):
        return Answer({"W": "39 euros", "H": "30 days"}[question[0]])


def test_the_configured_assistant_is_measured_on_the_projects_questions(shop):
    card = shop.evaluate()
    assert card.system == "extract"
    assert card.measurements["answers.correct"].mean == 1.0
    assert card.measurements["retrieval.recall@10"].mean == 1.0
    assert "retrieval.recall@10.bm25" in card.measurements
    assert card.measurements["citations.exact"].mean == 1.0
    assert card.tagged["price"].n == 1


def test_questions_may_be_handed_in_and_a_run_need_not_be_stored(shop):
    question = Question("q", "What does delivery cost?", ("39 euros",))
    card = shop.evaluate([question], save=False)
    assert card.rows[0].answer.text
    assert card.run == ""
    assert shop.runs() == []


def test_lists_are_held_to_what_files_are_and_what_is_left_out_is_said(shop):
    twice = [Question("a", "How long?", ("30 days",))] * 2
    for given, told in (
        (5, "are int"),
        ([], "no question"),
        (["x"], "found str"),
        (twice, "twice"),
    ):
        with pytest.raises(InputError, match=told):
            shop.evaluate(given, save=False)
        with pytest.raises(InputError, match=told):
            shop.climb(given)
    waiting = {"id": "w", "question": "Who?", "expected": "x", "tags": ["unreviewed"]}
    path = write(shop.folder / "some.jsonl", [*ROWS, waiting])
    card = shop.evaluate(path, save=False)
    assert len(card.rows) == len(ROWS)
    assert any("1 of 4 questions of the file are not reviewed" in note for note in card.notes)


def test_measuring_neither_remembers_nor_leaves_traces(shop):
    for _ in range(2):
        card = shop.evaluate()
        assert all("cache" not in row.answer.timings for row in card.rows)
    assert shop.traces() == []


def test_a_run_holds_all_that_is_needed_to_do_it_again(shop):
    card = shop.evaluate()
    run = shop.run(card.run)
    assert run.card == card
    assert [question.id for question in run.questions] == ["window", "cost", "frames"]
    assert run.questions_file == "questions.jsonl"
    assert run.settings["eval.k"] == "10 (default)"
    assert run.settings["fingerprint.knowledge"].endswith(f"change {shop._ledger.last_change()}")
    assert {"fingerprint.embedder", "fingerprint.questions"} <= run.settings.keys()
    assert {"sartor", "python", "numpy"} <= run.versions.keys()
    assert run.seconds > 0


def test_a_run_tells_no_path_of_this_machine(made, tmp_path):
    shutil.copytree(made, tmp_path / "shop")
    settings = {"model.prices_file": str(tmp_path / "shop" / "prices.toml")}
    (tmp_path / "shop" / "prices.toml").write_text("")
    with Project(tmp_path / "shop", embedder=HashingEmbedder(), **settings) as project:
        asked = write(tmp_path / "elsewhere.jsonl", ROWS)
        run = project.run(project.evaluate(asked).run)
    assert run.questions_file == "elsewhere.jsonl"
    assert run.settings["model.prices_file"] == "./prices.toml (flag)"
    assert not any(str(tmp_path) in value for value in run.settings.values())


def test_the_report_is_written_and_renewed(shop, tmp_path):
    card = shop.evaluate()
    page = shop.report(card.run)
    assert page.parent == shop.folder / ".sartor" / "runs" / card.run
    before = page.read_text()
    page.unlink()
    assert shop.report("latest").read_text() == before
    assert shop.report("latest", tmp_path / "mine.html").read_text() == before


@pytest.mark.parametrize("given", [Knowing(), Knowing().answer, "bots_of_this_shop:Knowing"])
def test_other_systems_are_measured_alike(shop, given):
    (shop.folder / "bots_of_this_shop.py").write_text(
        "class Knowing:\n    def answer(self, question):\n"
        "        return {'W': '39 euros', 'H': '30 days'}[question[0]]\n"
    )
    card = shop.evaluate(system=given, name="theirs")
    assert card.system == "theirs"
    assert card.measurements["answers.correct"].mean == pytest.approx(2 / 3)
    assert card.rows[2].stage is not None


def test_recorded_answers_are_measured_with_the_documents_at_hand(shop):
    path = shop.folder / "theirs.jsonl"
    cited = {"document": "delivery.txt", "quote": "costs 39 euros"}
    write(path, [{"id": "cost", "answer": "It costs 39 euros.", "citations": [cited]}])
    card = shop.evaluate(system="theirs.jsonl")
    assert card.rows[1].answer.citations[0].source
    assert card.rows[0].error == "no answer recorded"
    assert not (shop._folder.runs / card.run / "answers.jsonl").exists()


def test_a_model_is_asked_again_with_the_evidence_where_it_was_wrong(shop):
    model = ScriptedModel(lambda messages, options=None: "I do not know.")
    assistant = shop.assistant(rung="rag", model=model)
    card = shop.evaluate(system=assistant)
    assert {row.stage for row in card.rows} <= {"in context, unused", "no answer", "unknown"}


def test_given_passages_are_all_that_is_read(shop):
    from sartor.project.given import GivenPassages

    (passage,) = shop._answering.library.passages_of("delivery.txt")
    given = GivenPassages(shop._answering, "extract")
    assert "39 euros" in given.answer_given("What does delivery cost?", [passage]).text
    answer = given.answer_given("How long may unused items be returned?", [passage])
    assert {hit.passage.id for hit in answer.hits} <= {passage.id}
    assert shop.traces() == []


def test_a_run_that_was_stopped_goes_on_where_it_was(shop):
    def stop(stage, done, total):
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        shop.evaluate(progress=stop)
    (stopped,) = shop.runs()
    assert stopped.status == "unfinished"
    card = shop.evaluate(resume=stopped.id)
    assert card.run == stopped.id
    assert "2 answers were there from before" in card.notes
    assert card.measurements["answers.correct"].mean == 1.0
    assert [run.status for run in shop.runs()] == ["done"]
    with pytest.raises(StateError, match="is finished"):
        shop.evaluate(resume=stopped.id)


def test_nothing_is_left_of_a_run_without_any_answer(shop):
    with pytest.raises(ConfigError, match="no such key"):
        shop.evaluate(system=refusing)
    assert shop.runs() == []


def refusing(question):
    raise ConfigError("no such key")


def test_a_voice_becomes_a_measure(shop, tmp_path):
    turns = [
        [{"role": "user", "content": f"{row['question']} ({number})"},
         {"role": "assistant", "content": f"Ahoy, dear friend! It is {number}, cheers, your crew!"}]
        for row in ROWS for number in range(20)
    ]  # fmt: skip
    examples = write(tmp_path / "examples.jsonl", [{"messages": turn} for turn in turns])
    card = shop.evaluate(style=examples)
    assert card.measurements["style.match"].mean < 0.5


def test_a_judge_is_a_measure_and_says_what_it_is_worth(made, tmp_path):
    shutil.copytree(made, tmp_path / "shop")
    settings = {"eval.judge": True}
    with Project(tmp_path / "shop", embedder=HashingEmbedder(), **settings) as project:
        with pytest.raises(ConfigError, match="needed to judge"):
            project.evaluate()
        judge = ScriptedModel('{"verdict": "correct", "reason": "it says so"}')
        project._answering.model = lambda name=None: judge
        card = project.evaluate()
        again = project.evaluate()
    assert card.measurements["judge.correct"].mean == 1.0
    assert any("stands uncorrected" in note for note in card.notes)
    assert any("3 verdicts were known" in note for note in again.notes)


def test_two_systems_are_compared_on_what_both_were_asked(shop):
    good = shop.evaluate(system=recorded(shop, "good.jsonl", "30 days", "39 euros", "5 years"))
    bad = recorded(shop, "bad.jsonl", "2 days", "39 euros", "no idea")
    found = shop.diff(good.run, bad)
    correct = found.comparisons[0]
    assert correct.metric == "answers.correct"
    assert correct.outcome == "cannot tell", "three questions tell nothing"
    assert correct.difference.mean == pytest.approx(2 / 3)
    assert [(flip.question_id, flip.right) for flip in found.flips] == [
        ("window", "first"),
        ("frames", "first"),
    ]
    assert (found.shared, found.left_out) == (3, 0)
    assert shop.compare(good.run, bad) == list(found.comparisons)
    assert len(shop.runs()) == 1, "comparing files stores nothing"


def test_enough_questions_tell_which_is_better(shop):
    many = [
        {"id": str(n), "question": f"How many is {n}?", "expected": f"{n} pieces"}
        for n in range(40)
    ]
    asked = write(shop.folder / "many.jsonl", many)
    right = write(
        shop.folder / "right.jsonl", [{"id": str(n), "answer": f"{n} pieces"} for n in range(40)]
    )
    half = write(
        shop.folder / "half.jsonl",
        [{"id": str(n), "answer": f"{n + n % 2} pieces"} for n in range(40)],
    )  # fmt: skip
    assert shop.compare(right, half, asked)[0].outcome == "better"
    assert shop.compare(half, right, asked)[0].outcome == "worse"


def test_questions_that_only_one_was_asked_are_left_out(shop):
    first = shop.evaluate(system=recorded(shop, "a.jsonl", "30 days", "39 euros", "5 years"))
    other = [ROWS[0], {**ROWS[1], "question": "How much is it?"}]
    again = write(shop.folder / "other.jsonl", other)
    second = shop.evaluate(again, system=shop.folder / "a.jsonl")
    found = shop.diff(first.run, second.run)
    assert (found.shared, found.left_out) == (1, 3)
    nothing = shop.evaluate([Question("x", "Else?")], system=Knowing().answer)
    with pytest.raises(InputError, match="no question in common"):
        shop.diff(first.run, nothing.run)


def test_a_bar_is_held_against_a_run_or_the_assistant(shop):
    card = shop.evaluate()
    likely = shop.gate(card.run, "answers.correct >= 0.85")
    assert (likely.met, likely.standings[0].status) == (True, "likely")
    assert likely.standings[0].more > 0
    assert not shop.gate("latest", "answers.correct >= 0.85", strict=True).met
    assert shop.gate(None, "answers.correct >= 0.1", strict=True).met
    failed = shop.gate(card, "answers.words <= 1 and answers.correct >= 0.1")
    assert not failed.met
    assert [one.status for one in failed.standings][1] == "proved"


def test_a_bar_is_read_before_anything_is_asked(shop):
    with pytest.raises(ConfigError, match=r"answers\.corect"):
        shop.gate(None, "answers.corect >= 0.85")
    with pytest.raises(ConfigError, match="no bar is given"):
        shop.gate(None)
    assert shop.runs() == []


def test_what_is_missing_is_named(project, documents):
    with pytest.raises(ConfigError, match=r"there is no questions\.jsonl"):
        project.evaluate()
    write(project.folder / "questions.jsonl", ROWS)
    with pytest.raises(NotFound, match="no documents yet"):
        project.evaluate()
    with pytest.raises(NotFound, match="no runs yet"):
        project.diff("latest", "latest")
    card = project.evaluate(system=recorded(project, "theirs.jsonl", "30 days"))
    assert card.measurements["answers.correct"].mean == pytest.approx(1 / 3)


def test_a_run_is_deleted(shop):
    card = shop.evaluate()
    assert shop.delete_run("latest") == card.run
    assert shop.runs() == []


# --- what cannot be measured is not made up ---------------------------------------------------


@pytest.fixture
def leaving(shop, monkeypatch):
    """Make the configured model one that leaves after so many calls."""

    def made(answers):
        left = iter(range(answers))

        def reply(messages):
            gone = next(left, None) is None
            return Unreachable("nobody is there") if gone else "They may be returned in 30 days."

        model = ScriptedModel(reply)
        models = type(shop._answering._models)
        monkeypatch.setattr(models, "is_named", lambda *_: True)
        monkeypatch.setattr(models, "chosen", lambda *_, **__: model)

    return made


def test_quotes_never_stand_in_for_a_model_that_cannot_be_reached(shop, leaving):
    assert shop.settings.ask.fallback
    leaving(0)
    with pytest.raises(Unreachable, match="nobody is there"):
        shop.evaluate()
    assert shop.runs() == []


def test_a_model_that_leaves_in_the_middle_leaves_what_is_there_and_how_to_go_on(shop, leaving):
    questions = [Question(f"q{n}", f"How long may item {n} be returned?", ("30 days",))
                 for n in range(20)]  # fmt: skip
    leaving(3)
    card = shop.evaluate(questions)
    measured = card.measurements["answers.correct"]
    assert measured.mean == 1.0
    assert 0 < measured.n == sum(row.answer is not None for row in card.rows) < 20
    assert f"sartor eval --resume {card.run}" in card.notes[0]
    assert "are not measured" in card.notes[1]
    leaving(1_000)
    again = shop.evaluate(questions, resume=card.run)
    assert again.measurements["answers.correct"].n == 20
    assert not any(row.error for row in again.rows)


def test_a_system_that_is_not_there_is_no_result_however_few_the_questions(shop):
    with pytest.raises(Unreachable, match="cannot be reached"):
        shop.evaluate([Question("q", "Is it there?", ("yes",))], "http://127.0.0.1:9/ask")
    assert shop.runs() == []


# --- without documents ------------------------------------------------------------------------


@pytest.fixture
def bare(tmp_path):
    with Project.init(tmp_path / "bare", embedder=HashingEmbedder()) as project:
        yield project


def test_contradictions_are_looked_for_without_documents_too(shop, bare):
    expected = "The central library is open to every visitor on Sundays from nine until noon."
    said = "The central library is not open to every visitor on Sundays from nine until noon."
    question = Question("q", "When is the central library open?", (expected,), match="facts")
    for project in (shop, bare):
        path = write(project.folder / "said.jsonl", [{"id": "q", "answer": said}])
        card = project.evaluate([question], path, save=False)
        assert card.measurements["answers.correct"].mean == 0.0


def test_a_voice_without_documents_and_model_is_left_out_with_a_note(bare, tmp_path):
    turn = [{"role": "user", "content": "Hello?"}, {"role": "assistant", "content": "Ahoy!"}]
    examples = write(tmp_path / "examples.jsonl", [{"messages": turn}] * 20)
    path = write(bare.folder / "said.jsonl", [{"id": "q", "answer": "yes"}])
    card = bare.evaluate([Question("q", "Is it?", ("yes",))], path, style=examples)
    assert card.measurements["answers.correct"].mean == 1.0
    assert any(note.startswith("style.match is not measured") for note in card.notes)


# --- going on ---------------------------------------------------------------------------------


def stop_after_two(stage, done, total):
    if done == 2:
        raise KeyboardInterrupt


def test_a_run_goes_on_by_its_id_alone_with_the_system_and_questions_it_had(shop, tmp_path):
    (shop.folder / "bots_that_wait.py").write_text("def reply(question):\n    return '30 days'\n")
    asked = write(tmp_path / "elsewhere.jsonl", ROWS)
    with pytest.raises(KeyboardInterrupt):
        shop.evaluate(asked, "bots_that_wait:reply", name="waiting", progress=stop_after_two)
    (stopped,) = shop.runs()
    card = shop.evaluate(resume=stopped.id)
    assert (card.system, len(card.rows)) == ("waiting", 3)
    assert "2 answers were there from before" in card.notes


def test_what_was_handed_in_must_be_handed_in_again(shop):
    with pytest.raises(KeyboardInterrupt):
        shop.evaluate(system=Knowing(), progress=stop_after_two)
    (stopped,) = shop.runs()
    with pytest.raises(ConfigError, match="'Knowing', which was handed in"):
        shop.evaluate(resume=stopped.id)
    assert shop.evaluate(system=Knowing(), resume=stopped.id).run == stopped.id


def test_labels_of_people_tell_what_match_is_worth(shop):
    rows = [
        {"id": "window", "answer": "30 days", "correct": True},
        {"id": "cost", "answer": "39 euros", "correct": True},
        {"id": "frames", "answer": "5 years", "correct": False},
    ]
    card = shop.evaluate(system=write(shop.folder / "labelled.jsonl", rows))
    assert card.decided_by == {"label": 3}
    (note,) = [note for note in card.notes if "labelled" in note]
    assert "people labelled 3 answers" in note
    assert "agree with them in 67 %, kappa 0.00" in note


def test_evidence_that_is_not_in_the_documents_is_named(shop):
    rows = [{**ROWS[0], "evidence": [{"document": "gone.md"}]}, *ROWS[1:]]
    card = shop.evaluate(write(shop.folder / "other.jsonl", rows))
    told = "evidence of 1 question is not in the documents: sartor questions check"
    assert told in card.notes
