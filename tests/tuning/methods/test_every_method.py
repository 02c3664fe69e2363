"""What holds for every way of tuning."""

import subprocess
import sys

import pytest
import torch
from small_bases import attached, learning, open_for, scores, small_recipe, teach

from sartor.errors import AdapterMismatch, ConfigError
from sartor.tuning.methods import METHODS
from sartor.tuning.planning import read_shape
from sartor.tuning.recipes import recipe_for

every_method = pytest.mark.parametrize("method", METHODS)
ADAPTERS = [name for name, method in METHODS.items() if not method.whole]


@every_method
def test_what_learns_is_counted_exactly_without_loading_anything(method, base):
    network = attached(method, base)

    counted = METHODS[method].parameters(read_shape(base), small_recipe(method))

    assert sum(one.numel() for one in learning(network).values()) == counted
    assert {one.dtype for one in learning(network).values()} == {torch.float32}


@every_method
def test_before_it_learns_the_network_is_the_base_and_switched_off_it_is_again(method, base):
    before = scores(open_for(method, base))
    network = attached(method, base)
    assert torch.equal(scores(network), before)

    learned = scores(teach(network))

    assert not torch.allclose(learned, before, atol=0.1)
    with METHODS[method].off(network):
        assert torch.equal(scores(network), before)
    assert torch.equal(scores(network), learned)


@every_method
def test_what_was_saved_is_read_without_a_difference_and_can_go_on_learning(method, base, tmp_path):
    network = teach(attached(method, base))
    METHODS[method].save(network, tmp_path)

    fresh = METHODS[method].load(open_for(method, base), tmp_path).eval()
    over = METHODS[method].load(attached(method, base, seed=9), tmp_path).eval()

    expected = scores(network)
    assert torch.equal(scores(fresh), expected)
    assert torch.equal(scores(over), expected)
    assert learning(fresh).keys() == learning(network).keys()
    assert not [path for path in tmp_path.iterdir() if path.suffix in {".bin", ".pt", ".md"}]


@pytest.mark.parametrize("method", ADAPTERS)
def test_the_same_seed_makes_the_same_bytes_and_draws_nothing_from_others(method, base, tmp_path):
    torch.manual_seed(5)
    expected = torch.rand(2)
    written = []
    for number, seed in enumerate((3, 3, 4)):
        torch.manual_seed(5)
        METHODS[method].save(attached(method, base, seed=seed), tmp_path / str(number))
        assert torch.equal(torch.rand(2), expected)
        files = sorted((tmp_path / str(number)).iterdir())
        written.append([file.read_bytes() for file in files])

    assert written[0] == written[1] != written[2]


@every_method
def test_what_was_learned_on_another_base_is_refused(method, base, other_base, tmp_path):
    METHODS[method].save(attached(method, other_base), tmp_path)

    with pytest.raises(AdapterMismatch):
        METHODS[method].load(open_for(method, base), tmp_path)


@every_method
def test_an_optimiser_that_the_device_does_not_have_is_refused(method, base):
    recipe = small_recipe(method, optimizer="paged_adamw_8bit")

    with pytest.raises(ConfigError, match="on cpu there is nothing to move"):
        METHODS[method].attach(open_for(method, base), recipe, seed=0)


def test_names_and_counts_need_no_torch():
    code = (
        "import sys; from sartor.tuning.methods import METHODS; "
        "print(*METHODS); assert not {'torch', 'transformers', 'peft'} & set(sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert found.stdout.split() == ["lora", "qlora", "bottleneck", "full"]


# --- figures that others print -----------------------------------------------------------------

LLAMA_2_7B = {
    "model_type": "llama",
    "hidden_size": 4096,
    "num_hidden_layers": 32,
    "num_attention_heads": 32,
    "intermediate_size": 11008,
    "vocab_size": 32000,
    "max_position_embeddings": 4096,
    "tie_word_embeddings": False,
}


@pytest.mark.parametrize(("rank", "count"), [(8, 65_536), (16, 131_072), (64, 524_288)])
def test_one_square_matrix_has_the_parameters_of_the_guides(rank, count):
    shape = read_shape(LLAMA_2_7B | {"num_hidden_layers": 1})
    recipe = recipe_for("ours", "lora", rank=rank, targets=("q_proj",))

    assert METHODS["lora"].parameters(shape, recipe) == count


@pytest.mark.parametrize(("rank", "count"), [(8, 4_194_304), (16, 8_388_608)])
def test_llama_2_7b_has_twice_what_the_guide_says_for_rank_16(rank, count):
    recipe = recipe_for("guides", "lora", rank=rank)

    assert METHODS["lora"].parameters(read_shape(LLAMA_2_7B), recipe) == count
    assert METHODS["qlora"].parameters(read_shape(LLAMA_2_7B), recipe) == count


def test_full_counts_every_weight_of_llama_2_7b():
    recipe = recipe_for("ours", "full")

    assert METHODS["full"].parameters(read_shape(LLAMA_2_7B), recipe) == 6_738_415_616
