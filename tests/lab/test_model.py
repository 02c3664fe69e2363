"""The model that is shipped: small, open about itself, light to find, and able to read."""

import subprocess
import sys

import pytest

from sartor.lab import card, model_folder
from sartor.lab.cards import write_page
from sartor.lab.english import read_english
from sartor.lab.reading_test import ReadingTest, measure_english, measure_reading


@pytest.fixture(scope="module")
def model():
    import torch
    from transformers import LlamaForCausalLM

    return LlamaForCausalLM.from_pretrained(model_folder(), dtype=torch.float32)


def test_finding_the_model_imports_nothing_heavy():
    code = (
        "import sys\nfrom sartor.lab import card, model_folder\n"
        "assert model_folder().is_dir() and card()\n"
        "print([m for m in ('torch', 'transformers', 'tokenizers', 'numpy') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_folder_is_small_and_holds_nothing_that_runs_code():
    files = list(model_folder().iterdir())
    assert sum(path.stat().st_size for path in files) <= 12_000_000
    assert {path.suffix for path in files} <= {".safetensors", ".json", ".jinja", ".md"}


def test_the_card_states_data_time_scores_limits_and_whom_it_is_not_for():
    told = card()
    assert "not for users' questions" in told["warning"]
    assert told["parameters"] < 5_000_000
    assert told["bytes"] == (model_folder() / "model.safetensors").stat().st_size
    assert told["training"]["tokens"] > 1_000_000
    assert told["training"]["minutes"] > 0
    assert told["data"]
    assert told["limits"]
    assert {"1 passage", "3 passages", "8 passages"} <= set(
        told["scores"]["reading, names never seen"]
    )


def test_the_page_of_the_card_is_written_from_its_data():
    assert (model_folder() / "README.md").read_text() == write_page(card())


def test_the_model_reads_names_that_training_never_saw(model, encoder):
    found = measure_reading(model, encoder, ReadingTest(3, questions=30))
    assert found.questions >= 30
    assert found.both >= 0.6
    assert found.abstains >= 0.5
    assert found.abstains_wrongly <= 0.2


def test_random_weights_read_nothing(encoder):
    from sartor.lab.training import new_model

    found = measure_reading(new_model(), encoder, ReadingTest(2, questions=10))
    assert found.both == 0.0


def test_perplexity_of_what_is_never_learned_by_heart_is_measured(model, encoder, english):
    assert 10 < measure_english(model, encoder, english.train) < 2000


@pytest.mark.slow
def test_the_english_of_this_python_is_prose():
    english = read_english()
    assert sum(map(len, english.train)) > 500_000
    assert not set(english.train) & set(english.held_out)
    assert not any(mark in text for text in english.train for mark in "{}<>|\\")
    assert len(english.sentences()) > 3000


def test_a_folder_of_texts_is_read_instead(tmp_path):
    import gzip

    paragraph = "The library was closed for the whole of the winter, and nobody knew the reason."
    (tmp_path / "a.txt").write_text(f'{paragraph}\n\n{{"json": 1}}\n')
    (tmp_path / "b.gz").write_bytes(gzip.compress(f"{paragraph} It was cold.".encode()))
    english = read_english(tmp_path)
    assert english.held_out == [paragraph]
    assert english.train == [f"{paragraph} It was cold."]
