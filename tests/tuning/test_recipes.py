import json
import subprocess
import sys
from dataclasses import asdict, fields

import pytest

from sartor.errors import ConfigError
from sartor.tuning.planning import read_shape
from sartor.tuning.recipes import RECIPES, Recipe, recipe_for, require_device

LLAMA = {
    "model_type": "llama",
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 640,
    "vocab_size": 1000,
    "max_position_embeddings": 1024,
}
METHODS = ("lora", "qlora", "bottleneck", "full")
OF_LORA = {"rank", "alpha", "dropout", "targets", "rslora", "dora"}


def shape(hidden):
    return read_shape(LLAMA | {"hidden_size": hidden})


def test_the_recipe_of_the_guides_is_what_they_repeat():
    recipe = recipe_for("guides", "qlora")

    assert (recipe.rank, recipe.alpha, recipe.targets) == (16, 32, ("q_proj", "v_proj"))
    assert (recipe.dropout, recipe.learning_rate, recipe.warmup) == (0.05, 2e-4, 0.03)
    assert recipe.checkpointing
    assert recipe.optimizer.startswith("paged_adamw")
    assert not recipe.rslora


@pytest.mark.parametrize("method", METHODS)
def test_every_value_that_a_method_uses_has_a_reason(method):
    recipe = recipe_for("ours", method, shape(256), examples=500)

    used = {one.name for one in fields(Recipe)} - {"name", "method", "reasons", "size"} - OF_LORA
    used |= OF_LORA if "lora" in method else {"size"} if method == "bottleneck" else set()
    assert used <= recipe.reasons.keys()
    assert all(recipe.reasons.values())


@pytest.mark.parametrize(
    ("hidden", "least", "most"), [(256, 1e-3, 2e-3), (768, 4e-4, 1e-3), (4096, 1e-4, 2e-4)]
)
def test_wider_models_learn_in_smaller_steps(hidden, least, most):
    adapter = recipe_for("ours", "lora", shape(hidden))
    whole = recipe_for("ours", "full", shape(hidden))

    assert least <= adapter.learning_rate <= most
    assert whole.learning_rate == pytest.approx(adapter.learning_rate / 10, rel=0.05)
    assert str(hidden)[-3:] in adapter.reasons["learning_rate"]


def test_what_reads_passages_is_left_alone_where_answers_are_read_from_them():
    reading = recipe_for("ours", "lora", shape(256), reads=True)

    assert reading.targets == ("gate_proj", "up_proj", "down_proj")
    assert "attention" in reading.reasons["targets"]
    assert recipe_for("ours", "lora", shape(256)).targets == ("all-linear",)
    assert recipe_for("ours", "lora", shape(256), reads=True, targets=("q_proj",)).targets == (
        "q_proj",
    )
    assert recipe_for("guides", "lora", shape(256), reads=True).targets == ("q_proj", "v_proj")


def test_few_examples_are_shown_more_often_than_many():
    epochs = [recipe_for("ours", "lora", examples=n).epochs for n in (50, 500, 3_000, 50_000)]

    assert epochs == [10, 6, 1, 1]


def test_what_the_user_says_counts_and_is_remembered_as_theirs():
    recipe = recipe_for("ours", "lora", rank=4, epochs=None)

    assert recipe.rank == 4
    assert recipe.reasons["rank"] == "set by the user"
    assert recipe.epochs == recipe_for("ours", "lora").epochs


@pytest.mark.parametrize(
    ("name", "method", "changes", "message"),
    [
        ("our", "lora", {}, "no recipe 'our'.*did you mean 'ours'"),
        ("ours", "lra", {}, "no method 'lra'.*did you mean 'lora'"),
        ("ours", "lora", {"learning_rte": 1e-3}, "'learning_rte'; did you mean 'learning_rate'"),
        ("ours", "lora", {"reasons": {}}, "no value 'reasons'"),
        ("ours", "lora", {"rank": 0}, "rank is 0, expected a whole number of at least 1"),
        ("ours", "lora", {"rank": "16"}, "rank is '16', expected"),
        ("ours", "lora", {"learning_rate": float("nan")}, "learning_rate is nan"),
        ("ours", "lora", {"dropout": 1.0}, "dropout is 1.0, expected 0 or more and less than 1"),
        ("ours", "lora", {"schedule": "cosin"}, "did you mean 'cosine'"),
        ("ours", "lora", {"targets": "q_proj"}, "targets is 'q_proj', expected a tuple"),
        ("ours", "lora", {"targets": ("layers.0.q_proj",)}, "names a single layer"),
        ("guides", "full", {}, "they say nothing of full"),
    ],
)
def test_what_cannot_be_meant_is_refused(name, method, changes, message):
    with pytest.raises(ConfigError, match=message):
        recipe_for(name, method, **changes)


def test_everything_wrong_is_said_at_once():
    with pytest.raises(ConfigError, match=r"rank is 0.*; dropout is 2, .*; optimizer is 'adm'"):
        recipe_for("ours", "lora", rank=0, dropout=2, optimizer="adm")


def test_paging_is_refused_where_there_is_nothing_to_move():
    recipe = recipe_for("guides", "qlora")

    require_device(recipe, "cuda")
    require_device(recipe_for("ours", "qlora"), "cpu")
    with pytest.raises(ConfigError, match="paged_adamw_32bit .* on cpu") as error:
        require_device(recipe, "cpu")
    assert "adamw_torch" in str(error.value)


def test_a_recipe_can_be_written_down():
    for name in RECIPES:
        recipe = recipe_for(name, "lora", shape(256))
        assert json.loads(json.dumps(asdict(recipe)))["learning_rate"] == recipe.learning_rate


def test_recipes_import_no_library_of_models():
    code = (
        "import sys; from sartor.tuning.recipes import recipe_for; recipe_for('ours', 'lora');"
        "assert not {'torch', 'transformers', 'peft', 'bitsandbytes'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
