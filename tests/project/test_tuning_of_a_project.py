"""A project, examples and the lab model in; an adapter that answers, with its proof, out."""

import json
from contextlib import closing

import pytest

from sartor.errors import AdapterMismatch, ConfigError, ExamplesRefused, StateError
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
