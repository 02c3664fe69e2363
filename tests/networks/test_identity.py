import json
import shutil
import subprocess
import sys

import pytest
from families import build
from safetensors.torch import load_file, save_file

from sartor.errors import InputError
from sartor.networks import identity
from sartor.networks.identity import identify


@pytest.fixture
def folder(tmp_path):
    """A model with a tokenizer and a template, as files say it."""
    path = tmp_path / "model"
    build("Llama").save_pretrained(path)
    words = {"model": {"type": "BPE", "vocab": {"a": 0}, "merges": []}, "truncation": None}
    write(path / "tokenizer.json", words)
    write(path / "tokenizer_config.json", {"chat_template": "{{ a }}", "model_max_length": 99})
    return path


def write(file, content):
    file.write_text(json.dumps(content))


def change_weights(folder, how):
    weights = load_file(folder / "model.safetensors")
    save_file({name: how(name, one) for name, one in weights.items()}, folder / "model.safetensors")


def test_a_model_is_the_same_wherever_it_lies_and_however_it_is_cut_up(folder, tmp_path):
    moved = tmp_path / "elsewhere"
    shutil.copytree(folder, moved)
    (moved / "model.safetensors").unlink()
    build("Llama").save_pretrained(moved, max_shard_size="20KB")

    assert len(list(moved.glob("*.safetensors"))) > 1
    assert identify(moved) == identify(folder)


@pytest.mark.parametrize("whole", [True, False])
def test_training_changes_the_weights_and_nothing_else(folder, monkeypatch, whole):
    if not whole:
        monkeypatch.setattr(identity, "WHOLE", 0)
        monkeypatch.setattr(identity, "BLOCK", 64)
    before = identify(folder)

    change_weights(folder, lambda name, one: one * 1.001)

    after = identify(folder)
    assert before.differences(after) == ("weights",)
    assert before.fingerprint != after.fingerprint
    assert identify(folder) == after


def test_one_changed_number_is_seen_where_weights_are_read_whole(folder):
    before = identify(folder)

    def nudge(name, one):
        if name == "model.norm.weight":
            one[17] += 1e-6
        return one

    change_weights(folder, nudge)

    assert before.differences(identify(folder)) == ("weights",)


def test_tokenizer_and_template_are_parts_of_their_own(folder):
    before = identify(folder)

    write(folder / "tokenizer_config.json", {"chat_template": "{{ b }}"})
    assert before.differences(identify(folder)) == ("template",)
    words = {"model": {"type": "BPE", "vocab": {"b": 0}, "merges": []}}
    write(folder / "tokenizer.json", words)
    assert before.differences(identify(folder)) == ("tokenizer", "template")


def test_where_the_template_lies_and_how_texts_are_cut_makes_no_difference(folder):
    before = identify(folder)

    write(folder / "tokenizer_config.json", {"model_max_length": 5})
    (folder / "chat_template.jinja").write_text("{{ a }}")
    words = json.loads((folder / "tokenizer.json").read_text())
    write(folder / "tokenizer.json", words | {"truncation": {"max_length": 5}})

    assert identify(folder) == before


def test_a_folder_without_weights_or_with_half_of_them_is_named(folder, tmp_path):
    with pytest.raises(InputError, match="holds no weights"):
        identify(tmp_path)
    file = folder / "model.safetensors"
    file.write_bytes(file.read_bytes()[:40])
    with pytest.raises(InputError, match="not a complete safetensors"):
        identify(folder)


def test_it_needs_no_torch(folder):
    code = (
        "import sys; from pathlib import Path; from sartor.networks.identity import identify;"
        f"print(identify(Path({str(folder)!r})).fingerprint); assert 'torch' not in sys.modules"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert found.stdout.strip() == identify(folder).fingerprint
