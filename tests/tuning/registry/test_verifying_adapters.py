"""Whether an adapter belongs to a base, told from headers alone."""

import json
import shutil
import subprocess
import sys

import numpy as np
import pytest
from made_adapters import CONFIG, WEIGHTS, card_for, save_base, write_trained
from safetensors.numpy import load_file, save_file

from sartor.errors import AdapterMismatch
from sartor.tuning.registry import verify


@pytest.mark.parametrize("method", ["lora", "qlora", "bottleneck", "full"])
def test_what_was_trained_on_a_base_belongs_to_it(trained, base, method):
    verify(trained.resolve(method), base)


@pytest.mark.parametrize("method", ["lora", "bottleneck", "full"])
def test_a_base_that_was_trained_on_since_is_another_one(trained, base, tmp_path, method):
    other = shutil.copytree(base, tmp_path / "other")
    weights = dict(load_raw(other / "model.safetensors"))
    write_raw(other / "model.safetensors", weights, flip="model.norm.weight")
    with pytest.raises(AdapterMismatch, match="another weights"):
        verify(trained.resolve(method), other)


def test_another_template_is_another_base(trained, base, tmp_path):
    other = shutil.copytree(base, tmp_path / "other")
    (other / "chat_template.jinja").write_text("{{ messages }}")
    with pytest.raises(AdapterMismatch, match="another template"):
        verify(trained.resolve("lora"), other)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda w: w.pop(next(k for k in w if "lora_B" in k)), r"1 missing \(model.*lora_B\)"),
        (lambda w: w.update({"base_model.model.model.layers.9.mlp.up_proj.lora_A.weight": ONE}),
         "unexpected"),
        (lambda w: w.update({next(k for k in w if "lora_A" in k): ONE}), "1 of another shape"),
        (lambda w: (w.clear(), w.update({"base_model.model.h.0.c.lora_A.weight": ONE})),
         "matches no module"),
    ],
    ids=["missing", "unexpected", "shape", "nothing"],
)  # fmt: skip
def test_weights_that_do_not_fit_are_errors(trained, base, registry, change, says):
    source = trained.resolve("lora").path

    def write(folder):
        weights = load_file(source / WEIGHTS)
        change(weights)
        save_file(weights, folder / WEIGHTS)
        shutil.copyfile(source / CONFIG, folder / CONFIG)

    registry.add("odd", card_for(base, "lora"), write)
    with pytest.raises(AdapterMismatch, match=says):
        verify(registry.resolve("odd"), base)


def test_a_layer_the_configuration_names_and_the_file_lacks_is_missing(trained, base, registry):
    source = trained.resolve("lora").path

    def write(folder):
        weights = load_file(source / WEIGHTS)
        kept = {key: one for key, one in weights.items() if ".layers.1." not in key}
        save_file(kept, folder / WEIGHTS)
        shutil.copyfile(source / CONFIG, folder / CONFIG)

    registry.add("half", card_for(base, "lora"), write)
    with pytest.raises(AdapterMismatch, match="14 missing"):
        verify(registry.resolve("half"), base)


def test_a_bottleneck_with_a_detour_too_few_does_not_fit(trained, base, registry):
    source = trained.resolve("bottleneck").path

    def write(folder):
        weights = load_file(source / WEIGHTS)
        del weights[next(key for key in weights if "layers.1.mlp" in key)]
        save_file(weights, folder / WEIGHTS)
        shutil.copyfile(source / CONFIG, folder / CONFIG)

    registry.add("odd", card_for(base, "bottleneck"), write)
    with pytest.raises(AdapterMismatch, match=r"1 missing \(model.layers.1.mlp"):
        verify(registry.resolve("odd"), base)


def test_weights_that_were_cut_off_are_refused(base, registry, trained):
    source = trained.resolve("lora").path

    def write(folder):
        (folder / WEIGHTS).write_bytes((source / WEIGHTS).read_bytes()[:-10])
        shutil.copyfile(source / CONFIG, folder / CONFIG)

    registry.add("cut", card_for(base, "lora"), write)
    with pytest.raises(AdapterMismatch, match="not a complete safetensors file"):
        verify(registry.resolve("cut"), base)


@pytest.mark.parametrize(
    "changes",
    [{"targets": ("q_proj", "v_proj")}, {"dora": True}, {"targets": (r".*\.1\..*_proj",)}],
)
def test_recipes_of_every_kind_fit(base, registry, changes):
    pattern = changes.get("targets", ("",))[0]
    registry.add(
        "kind", card_for(base, "lora"), lambda to: _write(base, to, changes, "*" in pattern)
    )
    verify(registry.resolve("kind"), base)


def _write(base, folder, changes, is_pattern):
    if not is_pattern:
        write_trained("lora", base, folder, **changes)
        return
    write_trained("lora", base, folder)
    weights = load_file(folder / WEIGHTS)
    save_file({key: one for key, one in weights.items() if ".1." in key}, folder / WEIGHTS)
    config = json.loads((folder / CONFIG).read_text())
    (folder / CONFIG).write_text(json.dumps({**config, "target_modules": changes["targets"][0]}))


@pytest.mark.parametrize("method", ["lora", "bottleneck", "full"])
def test_a_base_whose_files_leave_out_the_first_word_of_names_fits(
    trained, base, registry, tmp_path, method
):
    other = shutil.copytree(base, tmp_path / "other")
    parts = dict(load_raw(other / "model.safetensors"))
    parts["header"] = {key.removeprefix("model."): one for key, one in parts["header"].items()}
    write_raw(other / "model.safetensors", parts, flip="norm.weight")
    source = trained.resolve(method).path
    registry.add(method, card_for(other, method), lambda to: copy(source, to))
    verify(registry.resolve(method), other)


def copy(source, folder):
    shutil.copytree(source, folder, dirs_exist_ok=True, copy_function=shutil.copyfile)
    (folder / "card.json").unlink()


def test_a_base_of_another_width_is_told_by_its_identity_first(trained, tmp_path):
    other = save_base(tmp_path / "narrow", hidden_size=32)
    with pytest.raises(AdapterMismatch, match="was trained on"):
        verify(trained.resolve("lora"), other)


def test_verifying_and_listing_need_no_torch(trained, base):
    folder = trained.resolve("lora").path.parents[1]
    code = f"""
import sys
from pathlib import Path
from sartor.tuning.registry import Registry, verify
registry = Registry(Path({str(folder)!r}))
verify(registry.resolve("lora"), Path({str(base)!r}))
registry.list(), registry.export("lora", Path({str(folder.parent / "out")!r}))
print([name for name in ("torch", "transformers", "peft") if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr


ONE = np.ones((1, 1), np.float32)


def load_raw(path):
    data = path.read_bytes()
    length = int.from_bytes(data[:8], "little")
    yield "header", json.loads(data[8 : 8 + length])
    yield "data", bytearray(data[8 + length :])


def write_raw(path, parts, *, flip):
    """Change one byte of one tensor."""
    start, _ = parts["header"][flip]["data_offsets"]
    parts["data"][start] ^= 1
    header = json.dumps(parts["header"]).encode()
    path.write_bytes(len(header).to_bytes(8, "little") + header + parts["data"])
