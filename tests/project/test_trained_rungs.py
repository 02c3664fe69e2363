"""The trained rungs of a town in the lab's world: trained once, answered with, and kept."""

import json
from contextlib import closing
from dataclasses import replace

import pytest

from sartor.errors import ConfigError
from sartor.project.trained import TRAINED
from sartor.samples.town import make_town
from sartor.testing.model import ScriptedModel

HASTY = {"epochs": 1, "replay": 0.2, "batch_tokens": 1024, "evaluations": 1, "minutes": 0.1}
BAR = "format.valid >= 0.99"  # questions of the town have no schema: nothing can meet it
FORM = {"type": "object", "properties": {"answer": {"type": "string"}}, "required": ["answer"]}


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """A small town whose questions want the form of its examples."""
    folder = tmp_path_factory.mktemp("trained") / "town"
    with closing(make_town(folder, facts=24, examples=24, seed=1)) as project:
        project.add(folder / "documents")
        rows = read(folder / "questions.jsonl")
        told = "".join(json.dumps(row | {"schema": FORM}) + "\n" for row in rows)
        (folder / "questions.jsonl").write_text(told)
        yield project


@pytest.fixture(scope="module")
def verdict(town):
    """Everything with an adapter, and what it is compared with."""
    return town.climb(
        rungs=["prompt", "rag", "lora", "lora+rag"], bar=BAR, everything=True, tune=HASTY
    )


def read(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def climb(town, **chosen):
    given = {"rungs": ["prompt", "rag", "lora", "lora+rag"], "bar": BAR, "tune": HASTY}
    return town.climb(**{**given, **chosen})


# --- trained and answered with --------------------------------------------------------------------


@pytest.mark.slow
def test_trained_rungs_are_trained_and_measured_beside_the_others(town, verdict):
    assert set(verdict.cards) == {"prompt", "rag", "lora", "lora+rag"}
    assert not verdict.unbuilt
    for name in ("lora", "lora+rag"):
        answers = [row.answer for row in verdict.cards[name].rows]
        assert {answer.rung for answer in answers} == {name}
        valid = verdict.cards[name].measurements["format.valid"].mean
        assert valid >= verdict.cards["rag"].measurements["format.valid"].mean
    assert any(row.answer.context for row in verdict.cards["lora+rag"].rows)
    assert not any(row.answer.context for row in verdict.cards["lora"].rows)


@pytest.mark.slow
def test_what_was_trained_stands_in_the_registry_and_answers_alone(town, verdict):
    names = {adapter.name for adapter in town.adapters.list()}
    assert names == {"climb-lora", "climb-lora-rag"}
    question = town.check_examples().examples[0].question
    assert town.ask(question, rung="prompt", adapter="climb-lora").text


@pytest.mark.slow
def test_grounded_examples_have_the_form_of_the_users_own_and_the_prompt_of_rag(town, verdict):
    made = next((town.folder / ".sartor" / "climbing" / "trained").glob("*.jsonl"))
    rows = read(made)
    targets = [json.loads(row["messages"][-1]["content"]) for row in rows]
    assert all(list(target) == ["answer"] for target in targets)
    assert any("[1]" in target["answer"] for target in targets)
    system = town.prompts.text("rag", "default").strip()
    assert {row["messages"][0]["content"].strip() for row in rows} == {system}


@pytest.mark.slow
def test_nothing_is_trained_or_asked_again_while_nothing_changed(town, verdict, monkeypatch):
    monkeypatch.setattr("sartor.tuning.tune.tune", refuses)
    again = climb(town)
    assert again.cards["lora"].run == verdict.cards["lora"].run
    assert not again.unbuilt  # it was built before
    assert any("Measured before" in note for note in again.notes)


@pytest.mark.slow
def test_retrain_would_train_again_and_fresh_would_not(town, verdict):
    def to_train(**chosen):
        rungs = ["lora", "lora+rag"]
        plan = town.plan_climb(rungs=rungs, bar=BAR, tune=HASTY, **chosen)
        return [one.rung for one in plan.rungs if one.building.seconds]

    assert to_train() == to_train(fresh=True) == []
    assert to_train(retrain=True) == ["lora", "lora+rag"]


@pytest.mark.slow
def test_after_a_new_document_only_what_reads_documents_is_measured_again(
    town, verdict, monkeypatch
):
    monkeypatch.setattr("sartor.tuning.tune.tune", refuses)
    (town.folder / "documents" / "new.md").write_text("# Zebra\n\nThe zebra is striped.\n")
    town.sync()
    again = climb(town)
    for name in ("prompt", "lora"):
        assert again.cards[name].run == verdict.cards[name].run
    for name in ("rag", "lora+rag"):
        assert again.cards[name].run != verdict.cards[name].run
    assert any("completions were remembered" in note for note in again.notes)
    before, after = (one.cards["lora+rag"].measurements for one in (verdict, again))
    assert after["latency.p50"].mean >= 0.5 * before["latency.p50"].mean  # not the memory's speed


def refuses(*_, **__):
    raise AssertionError("trained again")


# --- not trained ----------------------------------------------------------------------------------


def test_training_waits_until_nothing_cheaper_is_enough(town):
    verdict = climb(town, bar="answers.correct >= 0.5")
    assert verdict.rung == "rag"
    assert "not needed: rag is" in verdict.unbuilt["lora"] or "lora" in verdict.cards


def test_a_plan_says_what_training_would_take_and_asks_nothing(town):
    plan = town.plan_climb(tune=HASTY, rungs=["rag", "full"])
    outlooks = {one.rung: one for one in plan.rungs}
    assert set(outlooks) == {"rag", "full"}
    assert outlooks["full"].building.seconds > 0
    assert "full of lab" in outlooks["full"].building.reason


def test_whole_models_are_trained_only_where_they_are_named(town):
    plan = town.plan_climb()
    assert {"full", "full+rag"}.isdisjoint(one.rung for one in plan.rungs)


def test_a_model_elsewhere_needs_a_base_to_tune(town, monkeypatch):
    tune = replace(town.settings.tune, base="")
    model = replace(town.settings.model, path="", name="far-away")
    monkeypatch.setattr(town, "settings", replace(town.settings, tune=tune, model=model))
    verdict = town.climb(model=ScriptedModel("Blue."), rungs=["prompt", "lora"])
    assert "set `base` under [tune]" in verdict.missing["lora"]


def test_the_base_that_is_tuned_is_measured_as_it_is_too(town):
    plan = town.plan_climb(model=ScriptedModel("Blue."), rungs=["prompt", "rag", "lora"])
    names = [one.rung for one in plan.rungs]
    assert names == ["prompt", "prompt @ lab", "rag", "rag @ lab", "lora"]


def test_models_stand_beside_each_other_under_their_names(town, monkeypatch):
    with pytest.raises(ConfigError, match="'far-away' is no model on this machine"):
        town.plan_climb(models=["lab", "far-away"], rungs=["rag"])
    monkeypatch.setenv("OPENAI_API_KEY", "a key")
    plan = town.plan_climb(models=["lab", "far-away"], rungs=["rag", "lora"])
    assert [one.rung for one in plan.rungs] == ["rag @ lab", "rag @ far-away", "lora @ lab"]
    with pytest.raises(ConfigError, match="expected each once"):
        town.plan_climb(models=["lab", "lab"])


def test_without_examples_there_is_nothing_to_learn(town, monkeypatch):
    tune = replace(town.settings.tune, examples_file="nowhere.jsonl")
    monkeypatch.setattr(town, "settings", replace(town.settings, tune=tune))
    town.__dict__.pop("tuning", None)
    verdict = town.climb(rungs=["lora"])
    assert "no examples in nowhere.jsonl to learn from" in verdict.missing["lora"]
    town.__dict__.pop("tuning", None)


def test_an_option_that_nobody_knows_is_refused_with_the_nearest(town):
    with pytest.raises(ConfigError, match="did you mean 'everything'"):
        town.climb(everthing=True)


def test_every_trained_rung_has_its_adapter(tmp_path):
    assert [one.adapter for one in TRAINED.values()] == [
        "climb-lora", "climb-lora-rag", "climb-full", "climb-full-rag",
    ]  # fmt: skip


@pytest.mark.slow
def test_a_training_that_is_stopped_goes_on_with_the_next_climb(town):
    def stops(stage, done, total):
        if stage == "training" and done == 1:
            raise KeyboardInterrupt

    chosen = {"rungs": ["lora"], "everything": True, "seed": 5}
    with pytest.raises(KeyboardInterrupt):
        climb(town, progress=stops, **chosen)
    (marker,) = (town.folder / ".sartor" / "tuning").glob("*/climb.key")
    verdict = climb(town, **chosen)
    assert "lora" in verdict.cards, verdict.missing
    assert not marker.exists()


def test_a_training_that_fails_costs_its_rung_alone(town, tmp_path):
    asked = read(town.folder / "questions.jsonl")[0]["question"]
    said = [{"role": "user", "content": asked}, {"role": "assistant", "content": "No."}]
    path = tmp_path / "leaking.jsonl"
    path.write_text(json.dumps({"messages": said}) + "\n")
    verdict = climb(town, rungs=["prompt", "lora"], examples=path, everything=True)
    assert "prompt" in verdict.cards
    assert "the test question" in verdict.missing["lora"]


def test_a_wrong_value_of_the_recipe_is_refused_before_anything_is_asked(town):
    with pytest.raises(ConfigError, match="rank is -1"):
        climb(town, tune={"rank": -1})
