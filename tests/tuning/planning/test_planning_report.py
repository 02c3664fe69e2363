"""The table of plans in the terminal, and the same as plain data."""

import json

import pytest

from sartor.cli.reports.planning import plans_data, print_plans
from sartor.tuning.planning import MACHINES, Machine, plan_methods, read_shape
from sartor.tuning.recipes import recipe_for

SHAPE = read_shape(
    {
        "model_type": "llama",
        "hidden_size": 4_096,
        "num_hidden_layers": 32,
        "num_attention_heads": 32,
        "intermediate_size": 11_008,
        "vocab_size": 32_000,
        "max_position_embeddings": 4_096,
    }
)
HERE = Machine("this machine, 2 cores", 12 * 10**9, "cpu", "bf16", 4e11, 2e10, "measured here")


@pytest.fixture(scope="module")
def plans():
    recipes = [recipe_for("ours", name, SHAPE) for name in ("full", "lora", "qlora", "bottleneck")]
    machines = [HERE, *MACHINES.values()]
    return plan_methods(SHAPE, recipes, machines, length=1_024, examples=1_000)


@pytest.mark.parametrize("columns", [80, 120])
def test_the_report_fits_the_terminal_and_says_all(plans, columns, monkeypatch, capsys):
    monkeypatch.setenv("COLUMNS", str(columns))
    print_plans(plans)
    written = capsys.readouterr().out
    assert max(map(len, written.splitlines())) <= columns
    for said in (
        "> qlora", "too big", "lora would not fit", "What would fit here", "141 GB", "gradients",
        "activations", "optimiser", "8,388,608", "4.2M is rank 8", "39,976,960",
    ):  # fmt: skip
        assert said in " ".join(written.split()), said


def test_the_data_is_json_and_names_what_was_chosen(plans):
    data = json.loads(json.dumps(plans_data(plans)))
    assert data["chosen"] == "qlora"
    assert len(data["plans"]) == 4 * 5
    first = data["plans"][0]
    assert first["peak"] == sum(first["parts"].values())
    assert not first["fits"]
    assert first["smaller"][0]["changes"]
    assert {one["rank"]: one["trained"] for one in data["ranks"]}[16] == 39_976_960
