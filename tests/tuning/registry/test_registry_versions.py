"""Versions in a registry: numbered, whole, unchanging, found by name."""

import json
import zipfile

import pytest
from made_adapters import CONFIG, WEIGHTS, made_card, write_small

from sartor.errors import AdapterMismatch, ConfigError, NotFound, StateError, StorageError
from sartor.tuning.registry import Registry


def add(registry, name="voice", **changes):
    return registry.add(name, made_card(**changes), write_small)


def test_versions_count_up_and_a_name_alone_means_the_newest(registry):
    first, second = add(registry), add(registry)
    assert (first.id, second.id) == ("voice@1", "voice@2")
    assert registry.resolve("voice") == second
    assert registry.resolve("voice@1") == first
    assert [one.id for one in registry.list()] == ["voice@1", "voice@2"]


def test_an_adapter_says_what_its_card_says(registry):
    adapter, card = add(registry, parent="voice@7"), made_card(parent="voice@7")
    assert registry.card("voice") == card
    assert (adapter.base_model, adapter.base_fingerprint) == ("tiny", card.base.fingerprint)
    assert (adapter.measurements, adapter.before) == (card.after, card.before)
    assert (adapter.guard, adapter.parent, adapter.method) == (card.guard, "voice@7", "lora")


def test_the_folder_is_what_peft_and_people_read_and_cannot_be_written(registry):
    folder = add(registry).path
    names = {path.name for path in folder.iterdir()}
    assert names == {CONFIG, WEIGHTS, "card.json", "README.md"}
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o444}


@pytest.mark.parametrize(
    "name", ["", "..", "../voice", "a/b", "a\\b", ".hidden", "voice@1", "ü", "a b", "x" * 65, "-v"]
)
def test_a_name_that_is_no_name_is_refused(registry, name):
    with pytest.raises(ConfigError, match="cannot be the name"):
        add(registry, name)
    with pytest.raises((ConfigError, NotFound)):
        registry.resolve(name)


@pytest.mark.parametrize(
    ("reference", "says"),
    [
        ("voise", "did you mean 'voice'"),
        ("voice@9", "has no version 9 .it has 1, 2"),
        ("voice@prod", "known: none"),
        ("legal", "known: voice"),
    ],
)
def test_what_is_not_there_is_said_with_what_is(registry, reference, says):
    add(registry), add(registry)
    with pytest.raises(NotFound, match=says):
        registry.resolve(reference)


def test_an_empty_registry_has_nothing_and_makes_no_folder(tmp_path):
    registry = Registry(tmp_path / "adapters")
    assert registry.list() == []
    assert registry.faults() == []
    with pytest.raises(NotFound):
        registry.show("voice")
    assert not (tmp_path / "adapters").exists()


def test_a_deleted_number_is_never_given_again(registry):
    add(registry), add(registry)
    assert registry.delete("voice@2") == "voice@2"
    assert add(registry).id == "voice@3"
    registry.delete("voice@1"), registry.delete("voice@3")
    assert registry.list() == []
    assert add(registry).id == "voice@4"


# --- what must not be in it ---------------------------------------------------------------------


def write_and(more):
    def write(folder):
        write_small(folder)
        more(folder)

    return write


def as_zip(folder):
    with zipfile.ZipFile(folder / "notes.txt", "w") as archive:
        archive.writestr("data.pkl", b"")


@pytest.mark.parametrize(
    "more",
    [
        lambda folder: (folder / "adapter_model.bin").write_bytes(b"x"),
        lambda folder: (folder / "optimizer.pt").write_bytes(b"x"),
        lambda folder: (folder / "harmless.txt").write_bytes(b"\x80\x04rest"),
        as_zip,
        lambda folder: (folder / "modeling.py").write_text("import os"),
        lambda folder: (folder / CONFIG).write_text('{"auto_map": {"x": "y"}}'),
        lambda folder: (folder / CONFIG).write_text("[]"),
        lambda folder: (folder / WEIGHTS).unlink(),
        lambda folder: (folder / "link").symlink_to(folder / WEIGHTS),
    ],
    ids=["bin", "pt", "pickle", "zip", "python", "auto_map", "no config", "no weights", "link"],
)
def test_what_could_run_or_is_incomplete_is_refused_and_leaves_nothing(registry, more):
    with pytest.raises(AdapterMismatch):
        registry.add("voice", made_card(), write_and(more))
    assert registry.list() == []
    assert add(registry).id == "voice@1"
    assert {path.name for path in add(registry).path.parent.iterdir()} == {"1", "2"}


def test_a_training_that_cannot_save_leaves_nothing_and_says_why(registry):
    def full_disk(folder):
        write_small(folder)
        raise OSError(28, "No space left on device")

    with pytest.raises(StorageError, match="No space left"):
        registry.add("voice", made_card(), full_disk)
    assert registry.list() == []


# --- what was changed afterwards ----------------------------------------------------------------


def rewrite(path, content):
    path.chmod(0o644)
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (lambda at: rewrite(at / WEIGHTS, (at / WEIGHTS).read_bytes()[:-1] + b"!"), "was changed"),
        (lambda at: (at / CONFIG).unlink(), f"{CONFIG} is gone"),
        (lambda at: (at / "extra.safetensors").write_bytes(b""), "extra.safetensors is new"),
        (lambda at: rewrite(at / "card.json", b"{"), "is damaged"),
        (lambda at: (at / "card.json").unlink(), "has no card.json"),
    ],
)
def test_whatever_was_changed_is_found_and_named(registry, harm, says):
    adapter = add(registry)
    harm(adapter.path)
    for look in (registry.show, registry.resolve, registry.card):
        with pytest.raises(StateError, match=says):
            look("voice@1")


def test_a_card_that_was_made_better_by_hand_is_found(registry):
    path = add(registry).path / "card.json"
    content = json.loads(path.read_text())
    content["card"]["guard"] = None
    rewrite(path, json.dumps(content).encode())
    with pytest.raises(StateError, match="was changed after it was written"):
        registry.resolve("voice")


def test_a_version_under_another_number_is_found(registry):
    adapter = add(registry)
    adapter.path.rename(adapter.path.with_name("7"))
    with pytest.raises(StateError, match="holds voice@1"):
        registry.resolve("voice@7")


def test_a_damaged_version_hides_no_other_and_can_be_deleted(registry):
    add(registry), add(registry)
    rewrite(registry.resolve("voice@1").path / "card.json", b"{")
    assert [one.id for one in registry.list()] == ["voice@2"]
    assert len(registry.faults()) == 1
    registry.delete("voice@1")
    assert registry.faults() == []


def test_two_versions_differ_in_what_their_cards_say(registry):
    add(registry)
    card = made_card()
    recipe = {**card.training.recipe, "rank": 16}
    add(registry, training=type(card.training)(**{**_parts(card.training), "recipe": recipe}))
    found = {one.name: (one.first, one.second) for one in registry.diff("voice@1", "voice")}
    assert found.pop("training.recipe.rank") == ("4", "16")
    assert set(found) <= {"created"}


def _parts(value):
    return {name: getattr(value, name) for name in value.__slots__}
