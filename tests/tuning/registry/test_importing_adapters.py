"""Adapters that were trained elsewhere: what is taken, what it is held to, what is refused."""

import json
import shutil

import pytest
from made_adapters import CONFIG, WEIGHTS, save_base, write_trained

from sartor.errors import AdapterMismatch, BarNotMet, ConfigError
from sartor.networks.identity import identify
from sartor.tuning.registry import Registry


@pytest.fixture
def theirs(base, tmp_path):
    """A folder as Axolotl leaves one: checkpoints, pickled settings, a tokenizer, a page."""
    folder = write_trained("lora", base, tmp_path / "theirs")
    checkpoint = folder / "checkpoint-12"
    checkpoint.mkdir()
    for path in (folder / "training_args.bin", checkpoint / "optimizer.pt"):
        path.write_bytes(b"PK\x03\x04 a pickle")
    for name in ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja"):
        shutil.copyfile(base / name, folder / name)
    (folder / "README.md").write_text("# mine")
    change_config(folder, base_model_name_or_path=str(base), peft_version="0.99.0")
    return folder


def change_config(folder, **changes):
    path = folder / CONFIG
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_what_peft_saved_becomes_a_version_without_what_lay_beside_it(registry, theirs, base):
    adapter = registry.adopt(theirs, "voice")
    assert (adapter.id, adapter.method, adapter.guard) == ("voice@1", "lora", None)
    assert adapter.base_fingerprint == identify(base).fingerprint
    names = {path.name for path in adapter.path.iterdir()}
    assert names == {CONFIG, WEIGHTS, "card.json", "README.md"}
    assert (adapter.path / WEIGHTS).read_bytes() == (theirs / WEIGHTS).read_bytes()
    registry.verify("voice")


def test_its_card_says_what_is_known_and_that_nothing_is_proved(registry, theirs):
    path = registry.adopt(theirs, "voice").path
    card = registry.card("voice")
    assert (card.training.recipe["rank"], card.training.versions) == (4, {"peft": "0.99.0"})
    assert "unproven" in card.notes[0]
    assert "held to that base from now on" in card.notes[1]
    assert len(card.notes) == 2, "its tokenizer and template are those of the base"
    page = (path / "README.md").read_text()
    assert "Unproven: no guard has looked at it" in page
    assert "0 steps" not in page


def test_what_no_guard_has_seen_is_promoted_by_force_only(registry, theirs):
    registry.adopt(theirs, "voice")
    with pytest.raises(BarNotMet, match="voice@1 is unproven: no guard has looked at it"):
        registry.promote("voice")
    assert registry.promote("voice", force=True).aliases == ("production",)
    assert registry.history("voice")["production"][-1].forced is True


def test_an_export_comes_back_with_its_figures_and_without_its_proof(trained, tmp_path, registry):
    trained.export("lora", tmp_path / "out")
    adapter = registry.adopt(tmp_path / "out", "again")
    card, known = registry.card("again"), trained.card("lora")
    assert (card.after, card.data.fingerprint) == (known.after, known.data.fingerprint)
    assert (card.base.fingerprint, adapter.guard) == (known.base.fingerprint, None)
    assert "measured elsewhere" in card.notes[-1]


def test_an_export_is_refused_on_another_base(trained, tmp_path, registry):
    trained.export("lora", tmp_path / "out")
    other = save_base(tmp_path / "other", initializer_range=0.2)
    with pytest.raises(AdapterMismatch, match="another weights"):
        registry.adopt(tmp_path / "out", "voice", other)
    assert registry.list() == []


def test_an_export_whose_weights_were_changed_is_refused(trained, base, tmp_path, registry):
    trained.export("lora", tmp_path / "out")
    write_trained("lora", base, tmp_path / "new", rank=8)
    shutil.copyfile(tmp_path / "new" / WEIGHTS, tmp_path / "out" / WEIGHTS)
    with pytest.raises(AdapterMismatch, match="tells of lora@1") as refused:
        registry.adopt(tmp_path / "out", "voice")
    assert "take card.json away" in refused.value.hint


def test_from_then_on_it_is_held_to_its_base(registry, theirs, tmp_path):
    registry.adopt(theirs, "voice")
    other = save_base(tmp_path / "other", initializer_range=0.2)
    with pytest.raises(AdapterMismatch, match="another weights"):
        registry.verify("voice", other)


def test_a_base_of_another_shape_is_refused_and_nothing_is_kept(registry, theirs, tmp_path):
    other = save_base(tmp_path / "other", hidden_size=32)
    with pytest.raises(AdapterMismatch, match="theirs does not fit .*other: of its weights"):
        registry.adopt(theirs, "voice", other)
    assert registry.list() == []
    assert not list((tmp_path / "adapters" / "voice").iterdir())


def test_a_base_that_is_not_here_is_asked_for(registry, theirs, base):
    change_config(theirs, base_model_name_or_path="/workspace/llama")
    with pytest.raises(ConfigError, match="needs its base: .*workspace/llama") as refused:
        registry.adopt(theirs, "voice")
    assert "--base FOLDER" in refused.value.hint
    card = registry.card(registry.adopt(theirs, "voice", base).id)
    assert "it names /workspace/llama as its base" in card.notes
    change_config(theirs, base_model_name_or_path=None)
    with pytest.raises(ConfigError, match="names no base model"):
        registry.adopt(theirs, "voice")


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("chat_template.jinja", "{{ messages[0].content }}", "another chat template"),
        ("tokenizer.json", '{"model": {"vocab": {"a": 0}}}', "another tokenizer"),
    ],
)
def test_words_that_are_not_those_of_the_base_raise_a_doubt(registry, theirs, name, content, says):
    (theirs / name).write_text(content)
    notes = registry.card(registry.adopt(theirs, "voice").id).notes
    assert [says in note for note in notes] == [False, False, True]


def test_a_pickle_is_refused_unread_with_how_to_save_it_again(registry, theirs):
    (theirs / WEIGHTS).rename(theirs / "adapter_model.bin")
    with pytest.raises(AdapterMismatch, match="reading such a file can run code") as refused:
        registry.adopt(theirs, "voice")
    assert "save_pretrained(ANOTHER)" in refused.value.hint


def test_a_folder_above_and_another_kind_of_adapter_are_named(registry, theirs):
    with pytest.raises(ConfigError, match="is no adapter") as refused:
        registry.adopt(theirs.parent, "voice")
    assert str(theirs) in refused.value.hint
    change_config(theirs, peft_type="IA3")
    with pytest.raises(AdapterMismatch, match="of the kind IA3; expected LORA"):
        registry.adopt(theirs, "voice")


def test_weights_that_have_no_place_in_the_base_are_refused(registry, theirs):
    from safetensors.numpy import load_file, save_file

    weights = load_file(theirs / WEIGHTS)
    misnamed = {name.replace("q_proj", "qq_proj"): one for name, one in weights.items()}
    save_file(misnamed, theirs / WEIGHTS)
    with pytest.raises(AdapterMismatch, match="unexpected .*qq_proj"):
        registry.adopt(theirs, "voice")


def test_an_import_is_served_as_any_other(registry, theirs, base):
    from sartor.models.local import LocalModel
    from sartor.protocols import Generation
    from sartor.types import Message

    adapter = registry.adopt(theirs, "voice")
    asked = [Message("user", "When are refunds paid?")]
    model = LocalModel(base, adapters={"voice": adapter.path}, precision="fp32", threads=1)
    try:
        plain, tuned = (
            model.complete(asked, Generation(max_tokens=8, adapter=name)).text
            for name in (None, "voice")
        )
    finally:
        model.close()
    assert plain != tuned


def test_a_version_of_another_registry_can_be_imported(registry, trained, tmp_path):
    adapter = registry.adopt(trained.resolve("bottleneck").path, "narrow")
    assert adapter.method == "bottleneck"
    assert Registry(tmp_path / "adapters").verify("narrow").id == "narrow@1"
