"""How long a whole run takes: its parts, what makes it longer, and a layer that is really timed."""

from dataclasses import replace

import pytest

from sartor.tuning.planning import MACHINES, General, Machine, Material, Pass, plan, read_shape
from sartor.tuning.planning.duration import pace
from sartor.tuning.planning.machines import this_machine
from sartor.tuning.planning.rehearsal import Setting, layer_seconds
from sartor.tuning.planning.whole_run import SHARES, usual_pass
from sartor.tuning.recipes import recipe_for

SMALL = read_shape(
    {
        "model_type": "llama",
        "hidden_size": 64,
        "num_hidden_layers": 2,
        "num_attention_heads": 4,
        "num_key_value_heads": 2,
        "intermediate_size": 128,
        "vocab_size": 500,
        "max_position_embeddings": 512,
        "tie_word_embeddings": True,
    }
)
GENERAL = General(prompts=200, measured=90, prompt=25.0, prose=4_000, read=5_000)
MATERIAL = Material(
    examples=400,
    tokens=20_000,
    learned=8_000,
    answer=30,
    held_out=(0.1, 0.1),
    general=GENERAL,
    replay=1.0,
)
THERE = Machine("a machine", 10**10, "cpu", "bf16", 1e11, 1e10, "as a test wants it")


def duration(material=MATERIAL, on=THERE, method="lora", **changes):
    recipe = recipe_for("ours", method, SMALL, examples=400, tokens=20_000, **changes)
    return plan(SMALL, recipe, machine=on, material=material).duration


def test_a_run_is_training_measuring_and_replay():
    found = duration()
    assert set(found.least) == {"training", "measuring", "replay"}
    assert all(seconds > 0 for seconds in found.least.values())
    assert found.least == found.most
    assert found.seconds[0] == pytest.approx(sum(found.least.values()))


def test_a_share_of_replay_that_is_left_to_the_guard_makes_it_a_range():
    """The guard may pass after the first training, or ask for a second with more replay."""
    found = duration(replace(MATERIAL, replay=None))
    first, second = (duration(replace(MATERIAL, replay=share)) for share in SHARES)
    assert found.least["training"] == pytest.approx(first.least["training"])
    both = first.least["training"] + second.least["training"]
    assert found.most["training"] == pytest.approx(both)
    assert found.least["measuring"] > first.least["measuring"]  # the guard chooses by it
    assert found.seconds[1] > found.seconds[0]


def test_without_replay_no_prompt_is_answered_for_it():
    assert duration(replace(MATERIAL, replay=0.0)).least["replay"] == 0


def test_there_is_only_so_much_general_text():
    most = duration(replace(MATERIAL, replay=1_000.0))
    assert most.tokens == duration(replace(MATERIAL, replay=2_000.0)).tokens


@pytest.mark.parametrize(
    ("more", "part"),
    [
        ({"examples": 800, "tokens": 40_000, "learned": 16_000}, "training"),
        ({"answer": 60}, "measuring"),
        ({"replay": 3.0}, "replay"),
    ],
)
def test_more_to_learn_takes_longer(more, part):
    assert duration(replace(MATERIAL, **more)).least[part] > duration().least[part]


def test_minutes_are_a_limit_of_each_training():
    found = duration(replace(MATERIAL, minutes=0.001, replay=None))
    assert found.least["training"] < duration().least["training"]


def test_more_evaluations_take_longer():
    assert duration(evaluations=10).seconds > duration(evaluations=1).seconds


def test_the_usual_pass_holds_whole_examples_of_middle_length():
    assert usual_pass(Pass(256, 200), MATERIAL) == Pass(250, 50, 0.4)
    assert usual_pass(Pass(40, 40), MATERIAL) == Pass(40, 40, 0.4)


def test_time_is_unknown_where_no_speed_is():
    assert duration(on=replace(THERE, speed=None)) is None


def test_a_card_is_never_faster_than_its_calls():
    """A tiny model would be done in no time if only multiplications counted."""
    recipe = recipe_for("ours", "lora", SMALL)
    found = pace(SMALL, recipe, Pass(512, 64), MACHINES["80 GB"], 1_000)
    assert found.learning * 512 > 2 * 92 * 8e-6
    assert found.answering < found.writing


# --- on this machine ---


@pytest.fixture(scope="module")
def here():
    pytest.importorskip("torch")
    return this_machine("auto", "cpu")


@pytest.mark.parametrize("method", ["lora", "qlora", "bottleneck", "full"])
def test_a_layer_of_every_method_is_timed_here(here, method):
    recipe = recipe_for("ours", method, SMALL)
    learn = Setting(4, 32, here.precision, "cpu", learning=True)
    write = Setting(16, 1, here.precision, "cpu", cached=64)
    assert 0 < layer_seconds(SMALL, recipe, write, here) < 1
    assert layer_seconds(SMALL, recipe, learn, here) > 0


def test_what_is_larger_than_what_is_timed_takes_longer_in_proportion(here):
    recipe = recipe_for("ours", "lora", SMALL)
    once, twice = (
        layer_seconds(SMALL, recipe, Setting(rows, 64, here.precision, "cpu"), here)
        for rows in (8, 16)
    )
    assert twice == pytest.approx(2 * once)


def test_an_adapter_makes_a_layer_slower(here):
    learn = Setting(4, 32, here.precision, "cpu")
    with_adapter, without = (
        layer_seconds(SMALL, recipe_for("ours", method, SMALL), learn, here)
        for method in ("lora", "full")
    )
    assert with_adapter > without


def test_a_plan_counts_as_a_run_does():
    """Figures that a run has in its own files, which planning must not import."""
    pytest.importorskip("torch")
    from sartor.tuning import proof, tune
    from sartor.tuning.guard import measuring, writing
    from sartor.tuning.planning import duration as paces
    from sartor.tuning.planning import whole_run
    from sartor.tuning.replay import mixing

    prose, prompts, _ = mixing.WEIGHTS
    assert whole_run.SHARES == tune.REPLAY_SHARES
    assert whole_run.WATCHED == proof.WATCHED
    assert whole_run.LONGEST == measuring.GENERAL_ROOM
    assert whole_run.REPEATS == mixing.REPEATS
    assert (whole_run.ROOM, whole_run.SPARE) == (writing.ROOM, writing.SPARE)
    assert (whole_run.CELLS, paces.ROWS) == (writing.BATCH_TOKENS, writing.BATCH)
    assert pytest.approx(prompts / (prose + prompts)) == whole_run.PROMPTS
