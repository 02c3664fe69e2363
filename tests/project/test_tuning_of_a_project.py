"""A project, examples and the lab model in; an adapter that answers, with its proof, out."""

import json
import shutil
from contextlib import closing

import pytest

from sartor.errors import AdapterMismatch, ConfigError, ExamplesRefused, StateError, TrainingFailed
from sartor.lab import model_folder
from sartor.project import Project
from sartor.samples.town import TO_LEARN, make_town
from sartor.storage.lock import exclusive
from sartor.types import Example, Message

HASTY = {"epochs": 1, "replay": 0.3, "batch_tokens": 1024, "evaluations": 2}


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tuned") / "town"
    with closing(make_town(folder, facts=40, examples=70, seed=3)) as project:
        project.add(folder / "documents")
        yield project


@pytest.fixture(scope="module")
def adapter(town):
    return town.tune(town.folder / "examples.jsonl", name="voice", seed=1, **HASTY)


def test_an_adapter_comes_with_its_card_and_what_was_measured_before_and_after(town, adapter):
    assert (adapter.id, adapter.method, adapter.base_model) == ("voice@1", "lora", "lab")
    assert sorted(adapter.before) == sorted(adapter.measurements)
    assert {"task.format", "general.perplexity", "general.leak"} <= set(adapter.measurements)
    assert adapter.before["task.format"].mean == 0.0
    assert {finding.name for finding in adapter.guard.findings} >= {"task", "general.perplexity"}
    card = town.adapters.card("voice")
    assert card.data.file == "examples.jsonl"
    assert card.data.replay.value == 0.3
    known = town.check_examples().examples
    assert card.data.train + card.data.dev + card.data.test == len(known)
    assert 0 < card.data.supervised < 1
    assert card.training.recipe["epochs"] == 1
    assert 0 < card.training.trainable < card.training.parameters


@pytest.mark.filterwarnings("ignore::FutureWarning")  # of PEFT, about transformers
def test_its_weights_load_in_plain_peft(adapter):
    from peft import PeftModel
    from transformers import AutoModelForCausalLM

    base = AutoModelForCausalLM.from_pretrained(model_folder())
    loaded = PeftModel.from_pretrained(base, adapter.path)
    assert any("lora_B" in name for name, _ in loaded.named_parameters())


def test_it_answers_by_name_version_alias_and_folder(town, adapter):
    question = town.check_examples().examples[0].question
    plain = town.ask(question, rung="prompt").text
    said = {
        named: town.ask(question, rung="prompt", adapter=named).text
        for named in ("voice", "voice@1", str(adapter.path))
    }
    assert len(set(said.values())) == 1
    town.adapters.promote("voice@1", force=True)
    assert town.ask(question, rung="prompt", adapter="voice@production").text == said["voice"]
    assert town.ask(question, rung="prompt").text == plain


@pytest.fixture
def bare(town, adapter, tmp_path):
    """A project that has the adapter, and neither documents nor a model."""
    shutil.copytree(town.folder / ".sartor" / "adapters", tmp_path / "bare/.sartor/adapters")
    with closing(Project.init(tmp_path / "bare", **{"model.precision": "fp32"})) as project:
        yield project


@pytest.mark.filterwarnings("ignore::FutureWarning")  # of PEFT, about transformers
def test_it_answers_as_plain_peft_does_from_the_prompts_of_its_rows(town, bare, tmp_path, capsys):
    lines = town.adapters.export("voice@1", tmp_path / "out").lines["PEFT"]
    for example in town.check_examples().examples[:2]:
        (asked,) = example.prompt
        exec(lines.replace("'...'", repr(asked.content)))  # as a reader would
        expected = capsys.readouterr().out.strip()
        answer = bare.ask(asked.content, adapter="voice")
        assert (answer.text, answer.rung) == (expected, "prompt")
    assert bare.departure(adapter="voice") == ""


def test_documents_and_prompts_of_ones_own_win_and_that_is_said(town, adapter, bare):
    assert "as it was trained: --rung prompt" in town.departure(adapter="voice")
    assert bare.departure(adapter="voice", rung="prompt") == ""
    (bare.folder / "prompts").mkdir()
    (bare.folder / "prompts" / "prompt.jinja").write_text("Be brief.")
    assert "is told those of prompts/" in bare.departure(adapter="voice")


def test_a_backup_holds_adapters(town, adapter, tmp_path):
    town.backup(tmp_path / "backup")
    with closing(Project.restore(tmp_path / "backup", tmp_path / "copy")) as copy:
        assert copy.adapters.show("voice").data_fingerprint == adapter.data_fingerprint
        assert copy.adapters.card("voice") == town.adapters.card("voice")


def test_an_adapter_of_another_base_is_refused(town, adapter, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    for file in model_folder().iterdir():
        if file.is_file():
            (other / file.name).write_bytes(file.read_bytes())
    template = other / "chat_template.jinja"
    template.write_text(template.read_text() + "{# another #}")
    with pytest.raises(AdapterMismatch, match="template"):
        town.ask("Who is the leader?", rung="prompt", model=str(other), adapter="voice")


def test_examples_that_give_a_test_question_away_are_refused(town):
    leaked = json.loads((town.folder / "questions.jsonl").read_text().splitlines()[0])["question"]
    rows = [Example((Message("user", leaked), Message("assistant", "No.")))] * 3
    with pytest.raises(ExamplesRefused, match="question"):
        town.tune(rows, name="leaky", **HASTY)


def test_a_base_that_cannot_be_measured_for_lack_of_memory_is_told(town, monkeypatch):
    def full(*_, **__):
        raise RuntimeError("could not create a primitive")

    monkeypatch.setattr("sartor.tuning.proof.measure_all", full)
    with pytest.raises(TrainingFailed, match="lab and what is measured on it do not fit") as caught:
        town.tune(town.folder / "examples.jsonl", name="large", **HASTY)
    assert "--resume" in caught.value.hint


def test_a_plan_is_of_the_whole_run_and_takes_what_is_chosen(town):
    file, chosen = town.folder / "examples.jsonl", {"method": "lora", "epochs": 1}
    ((left_to_guard, *cards),) = town.plan_tuning(file, **chosen)
    ((asked, *_),) = town.plan_tuning(file, replay=0.0, **chosen)
    least, most = left_to_guard.duration.seconds
    assert 0 < asked.duration.seconds[0] < least < most
    assert asked.duration.least["replay"] == 0
    assert all(one.duration for one in cards)


def test_two_trainings_of_one_name_at_once_are_refused(town):
    folder = town.folder / ".sartor" / "tuning" / "busy"
    folder.mkdir(parents=True)
    with (
        exclusive(folder / "lock"),
        pytest.raises(StateError, match="another process is training 'busy'"),
    ):
        town.tune(town.folder / "examples.jsonl", name="busy", **HASTY)


def test_a_base_that_is_not_there_is_looked_for_where_it_says(town):
    with pytest.raises(ConfigError, match="looked for"):
        town.tune(town.folder / "examples.jsonl", base="models/nowhere", name="lost")


def test_a_plan_needs_no_weights_and_names_this_machine_first(town):
    plans = town.plan_tuning(town.folder / "examples.jsonl")
    assert [row[0].recipe.method for row in plans] == ["full", "lora", "qlora", "bottleneck"]
    lora = plans[1][0]
    assert lora.fits
    assert lora.trainable == 16 * 5 * (4 * (256 + 256) + 3 * (256 + 640))
    assert lora.peak == sum(lora.parts.values())


def test_grounded_examples_show_what_search_finds_and_rest_on_it(town):
    made = town.ground_examples(town.folder / TO_LEARN, form="json", seed=0)
    assert len(made.examples) >= 10
    answered = [one for one in made.examples if "abstains" not in one.tags]
    silent = [one for one in made.examples if "abstains" in one.tags]
    assert answered
    assert silent
    for example in answered:
        said = json.loads(example.target)
        assert said["sources"]
        assert all(f"[{number}]" in example.question for number in said["sources"])
        assert example.rests_on
    assert all(json.loads(one.target)["sources"] == [] for one in silent)


def test_a_training_that_was_broken_off_is_gone_on_with_or_thrown_away_by_name(town):
    class Stop:
        def see(self, standing):
            raise KeyboardInterrupt

        def say(self, note):
            pass

    file, kept = town.folder / "examples.jsonl", town.folder / ".sartor" / "tuning" / "halved"
    saved = kept / "replay-0.3" / "step-00000001"
    with pytest.raises(KeyboardInterrupt):
        town.tune(file, name="halved", watch=Stop(), **HASTY)
    assert not kept.exists(), "nothing was saved that could be gone on with"
    saved.mkdir(parents=True)
    with pytest.raises(StateError, match="was broken off after step 1") as caught:
        town.tune(file, name="halved", **HASTY)
    assert "fresh=True" in caught.value.hint
    assert saved.is_dir()
    assert any("'halved' was broken off" in one.found for one in town.doctor())
    assert town.tune(file, name="halved", fresh=True, **HASTY).id == "halved@1"
    assert not kept.exists()
