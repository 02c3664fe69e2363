"""A project whose answers are written by a model on this machine."""

import pytest

from sartor.errors import ConfigError
from sartor.project import Project
from sartor.testing.embedder import HashingEmbedder

QUESTION = "When are refunds paid?"


@pytest.fixture(scope="module")
def shop(folder, tmp_path_factory):
    root = tmp_path_factory.mktemp("project")
    (root / "refunds.txt").write_text("Refunds are paid within fourteen days of the return.\n")
    settings = {"model.path": str(folder), "model.max_tokens": 12, "model.precision": "fp32"}
    with Project.init(root / "shop", embedder=HashingEmbedder(), **settings) as project:
        project.add(root / "refunds.txt")
        yield project


def test_the_model_named_in_the_settings_writes(shop):
    answer = shop.ask(QUESTION, rung="prompt")
    assert answer.rung == "prompt"
    assert answer.usage.output_tokens == 12
    assert answer.notes == ("the answer was cut off at its largest length",)


def test_an_adapter_changes_what_it_writes(shop, adapters):
    plain = shop.ask(QUESTION, rung="prompt")
    tuned = shop.ask(QUESTION, rung="prompt", adapter=str(adapters["legal"]))
    assert tuned.text != plain.text


def test_an_adapter_needs_a_model_on_this_machine(shop, adapters):
    with pytest.raises(ConfigError, match="needs a model on this machine"):
        shop.ask(QUESTION, model="gpt-x", adapter=str(adapters["legal"]))
