"""Plans: published anchors, what fits, and what to change where it does not."""

import subprocess
import sys
from dataclasses import replace

import pytest

from sartor.errors import ConfigError
from sartor.tuning.planning import (
    CORRECTION,
    MACHINES,
    Machine,
    choose,
    largest_pass,
    longest_row,
    matrix_rank,
    plan,
    plan_methods,
    ranks,
    read_shape,
)
from sartor.tuning.planning.machines import free_memory
from sartor.tuning.recipes import recipe_for

GB = 10**9


def llama(hidden, layers, heads, inner):
    return read_shape(
        {
            "model_type": "llama",
            "hidden_size": hidden,
            "num_hidden_layers": layers,
            "num_attention_heads": heads,
            "intermediate_size": inner,
            "vocab_size": 32_000,
            "max_position_embeddings": 2_048,
            "tie_word_embeddings": False,
        }
    )


LLAMA_7B = llama(4_096, 32, 32, 11_008)
LLAMA_65B = llama(8_192, 80, 64, 22_016)
SMALL = llama(256, 6, 4, 768)


def machine(memory, **changes):
    made = Machine("a machine", memory, "cpu", "bf16", 1e11, 1e10, "as a test wants it")
    return replace(made, **changes)


def planned(shape, method, on, *, length=512, tokens=512, **changes):
    recipe = recipe_for("ours", method, shape, **changes)
    return plan(shape, recipe, machine=on, length=length, tokens_per_step=tokens, examples=1_000)


# --- published figures ---


def test_65b_in_four_bits_fits_on_a_card_of_48_gb():
    as_published = {"rank": 64, "optimizer": "paged_adamw_32bit", "checkpointing": True}
    made = planned(LLAMA_65B, "qlora", MACHINES["48 GB"], **as_published)
    assert made.fits
    assert 33 * GB < made.parts["weights"] < 35 * GB
    assert not planned(LLAMA_65B, "qlora", MACHINES["24 GB"], **as_published).fits
    assert not planned(LLAMA_65B, "lora", MACHINES["80 GB"], **as_published).fits
    assert planned(LLAMA_65B, "qlora", MACHINES["48 GB"]).fits


def test_weights_in_four_bits_take_4_127_bits_each():
    made = planned(LLAMA_65B, "qlora", MACHINES["48 GB"])
    rest = 2 * (LLAMA_65B.total - LLAMA_65B.linear_parameters)
    bits = 8 * (made.parts["weights"] - rest) / LLAMA_65B.linear_parameters
    assert bits == pytest.approx(4 + 8 / 64 + 32 / (64 * 256), abs=1e-3)


def test_7b_as_lora_in_bf16_needs_its_weights_and_little_more():
    made = planned(LLAMA_7B, "lora", MACHINES["24 GB"])
    assert made.parts["weights"] == 2 * LLAMA_7B.total
    assert made.fits
    assert 13.5 * GB < made.peak < 18 * GB


def test_7b_as_qlora_fits_on_24_gb_and_in_full_on_none_but_the_largest():
    assert planned(LLAMA_7B, "qlora", MACHINES["24 GB"], tokens=4_096, length=2_048).peak < 10 * GB
    full = [planned(LLAMA_7B, "full", on).fits for on in MACHINES.values()]
    assert full == [False, False, False, True]


@pytest.mark.parametrize(
    ("rank", "trained", "share"), [(8, 65_536, 0.39), (16, 131_072, 0.78), (64, 524_288, 3.12)]
)
def test_the_table_of_ranks_of_one_matrix(rank, trained, share):
    found = matrix_rank(4_096, 4_096, rank)
    assert found.trained == trained
    assert 100 * found.share == pytest.approx(share, abs=0.006)


def test_the_guides_wrong_figure_is_corrected_by_arithmetic():
    recipe = recipe_for("guides", "lora", LLAMA_7B)
    counted = {one.rank: one for one in ranks(LLAMA_7B, recipe)}
    assert counted[16].trained == 8_388_608
    assert 100 * counted[16].share == pytest.approx(0.12, abs=0.005)
    assert round(counted[8].trained / 1e6, 1) == 4.2
    assert f"{counted[16].trained:,}" in CORRECTION
    assert "4.2M is rank 8" in CORRECTION


# --- parts ---


def test_parts_add_up_to_the_peak():
    made = planned(SMALL, "lora", machine(8 * GB))
    assert sum(made.parts.values()) == made.peak
    assert made.trainable < made.total == SMALL.total


def test_checkpointing_keeps_less_and_takes_longer():
    on = machine(8 * GB)
    kept = planned(SMALL, "lora", on, tokens=4_096, checkpointing=False)
    again = planned(SMALL, "lora", on, tokens=4_096, checkpointing=True)
    assert again.parts["activations"] < kept.parts["activations"] / 2
    assert again.seconds > kept.seconds


@pytest.mark.parametrize("more", [{"tokens": 1_024}, {"rank": 64}, {"optimizer": "adamw_torch"}])
def test_more_of_anything_never_needs_less(more):
    base = {"tokens": 512, "rank": 8, "optimizer": "adamw_8bit"}
    on = machine(8 * GB)
    assert planned(SMALL, "lora", on, **base | more).peak > planned(SMALL, "lora", on, **base).peak


def test_seconds_are_unknown_where_no_speed_is():
    assert planned(SMALL, "lora", machine(8 * GB, speed=None)).seconds is None


def test_the_machine_says_how_much_memory_is_free():
    assert 10**7 < free_memory() < 10**14


@pytest.mark.parametrize("wrong", [{"tokens_per_step": 0}, {"length": -1}, {"learned": 1.5}])
def test_what_cannot_be_planned_is_refused(wrong):
    with pytest.raises(ConfigError, match="cannot plan"):
        plan(SMALL, recipe_for("ours", "lora", SMALL), machine=machine(GB), **wrong)


def test_a_plan_knows_what_the_loop_does():
    from sartor.tuning.loop import loss, training
    from sartor.tuning.planning import memory

    planning = sys.modules["sartor.tuning.planning.plan"]
    assert planning.AT_ONCE == training.AT_ONCE
    assert planning.MIXED == training.MIXED
    assert memory.SCORES == loss.SCORES


def test_planning_imports_no_torch():
    code = "import sys, sartor.tuning.planning; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


# --- what fits ---


def test_proposals_really_fit_and_come_in_order():
    on = MACHINES["24 GB"]
    made = planned(LLAMA_7B, "lora", on, tokens=8_192, length=2_048, checkpointing=False)
    assert not made.fits
    assert made.smaller[0].changes == {"checkpointing": True}
    for one in made.smaller:
        changes = {key: value for key, value in one.changes.items() if key != "max_length"}
        recipe = replace(made.recipe, **changes)
        again = plan(LLAMA_7B, recipe, machine=on, tokens_per_step=one.tokens, length=one.length)
        assert again.fits
        assert again.peak == one.peak


def test_fewer_tokens_at_once_are_proposed_as_what_a_user_can_set():
    """The loop lets a quarter of a step through at once, where nobody asks for something else."""
    recipe = recipe_for("ours", "lora", SMALL, batch_tokens=8_192)
    made = plan(SMALL, recipe, machine=machine(150_000_000, runtime=0), length=128)
    assert not made.fits
    fewer = next(one for one in made.smaller if "batch_tokens" in one.changes)
    again = plan(SMALL, replace(recipe, **fewer.changes), machine=made.machine, length=128)
    assert (again.fits, again.tokens) == (True, fewer.tokens)


def test_where_no_single_change_is_enough_several_are_proposed_together():
    made = planned(
        LLAMA_7B, "lora", machine(7 * GB), tokens=16_384, length=2_048, checkpointing=False
    )
    (only,) = made.smaller
    assert only.changes["checkpointing"]
    assert only.changes["method"] == "qlora"
    assert only.peak <= 7 * GB


def test_what_never_fits_has_no_proposal():
    assert planned(LLAMA_65B, "lora", MACHINES["24 GB"]).smaller == ()


def test_the_largest_batch_fits_and_one_row_more_does_not():
    on, recipe = MACHINES["24 GB"], recipe_for("ours", "lora", LLAMA_7B)
    rows = largest_pass(LLAMA_7B, recipe, on, length=1_024)
    fits = [
        plan(LLAMA_7B, recipe, machine=on, length=1_024, tokens_per_step=1_024 * count).fits
        for count in (rows, rows + 1)
    ]
    assert fits == [True, False]


def test_the_longest_row_fits_and_is_at_most_the_window():
    recipe = recipe_for("ours", "lora", LLAMA_7B, checkpointing=False)
    longest = longest_row(LLAMA_7B, recipe, machine(16 * GB))
    assert 0 < longest < LLAMA_7B.window
    assert longest_row(SMALL, recipe, machine(64 * GB)) == SMALL.window
    assert longest_row(LLAMA_65B, recipe, machine(GB)) == 0


def test_the_preferred_method_that_fits_is_chosen_with_its_reason():
    recipes = [recipe_for("ours", name, LLAMA_7B) for name in ("full", "lora", "qlora")]
    rows = plan_methods(LLAMA_7B, recipes, [machine(12 * GB), MACHINES["24 GB"]], length=512)
    tight, reason = choose([row[0] for row in rows])
    assert tight.recipe.method == "qlora"
    assert "lora would not fit" in reason
    roomy, _ = choose([row[1] for row in rows])
    assert roomy.recipe.method == "lora"
    none, reason = choose([one for one in (row[0] for row in rows) if not one.fits])
    assert none is None
    assert "no method fits" in reason
