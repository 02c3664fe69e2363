"""Documents leave for good: cards let go of their words, and what cannot forget is named."""

import json
from dataclasses import replace

import pytest
from made_adapters import made_card, write_small

from sartor.errors import StorageError
from sartor.evaluation.runs import Gone
from sartor.tuning.examples import fingerprint, read_examples
from sartor.tuning.registry import Registry, records
from sartor.types import Document

SECRET = "The quasarberry may be returned within 44 days when its seal is whole."
GONE = Gone.of([Document("pay.txt", "docs", "Pay", SECRET)])
SAMPLE = (("May it go back?", False), (f"Yes: {SECRET}", True))


def add(registry, **data):
    card = made_card()
    return registry.add("voice", replace(card, data=replace(card.data, **data)), write_small)


def test_an_adapter_that_shows_passages_of_it_is_named_and_its_example_goes(registry):
    adapter = add(registry, rests_on=("other.txt", "pay.txt"), sample=SAMPLE)
    registry.promote("voice")
    [found] = registry.purge(GONE)
    assert (found.adapter, found.aliases) == ("voice@1", ("production",))
    assert found.reason == "its examples show passages of pay.txt"
    card = registry.about("voice").card
    assert card.data.sample == ()
    assert card.data.rests_on[0] == "other.txt"
    assert card.data.rests_on[1].startswith("purged ")
    assert "the weights may still know it" in card.notes[-1]
    assert "a document it learned from was purged" in (adapter.path / "README.md").read_text()
    written = "".join(path.read_text("latin-1") for path in adapter.path.iterdir())
    assert "quasarberry" not in written
    assert "pay.txt" not in written
    assert {path.stat().st_mode & 0o777 for path in adapter.path.iterdir()} == {0o444}


def test_words_in_the_example_tell_where_the_card_names_no_document(registry):
    add(registry, sample=SAMPLE)
    add(registry)
    [found] = registry.purge(GONE)
    assert (found.adapter, found.reason) == ("voice@1", "the example on its card held its words")
    assert registry.card("voice@2") == made_card()


def test_words_in_the_file_it_learned_from_tell_too_while_that_is_there(tmp_path):
    file = tmp_path / "examples.jsonl"
    turns = [("Who?", "Ada."), ("May it go back?", SECRET)]
    rows = [
        [{"role": "user", "content": asked}, {"role": "assistant", "content": said}]
        for asked, said in turns
    ]
    file.write_text("".join(json.dumps({"messages": row}) + "\n" for row in rows))
    registry = Registry(tmp_path / "adapters", examples=(tmp_path,))
    known = fingerprint(read_examples(file).examples)
    add(registry, file="examples.jsonl", fingerprint=known)
    [found] = registry.purge(GONE)
    assert found.reason == f"1 of the 2 examples in {file} hold its words"


def test_who_learned_nothing_from_it_keeps_all(registry):
    adapter = add(registry, rests_on=("other.txt",))
    before = {path.name: path.read_bytes() for path in adapter.path.iterdir()}
    assert registry.purge(GONE) == []
    assert {path.name: path.read_bytes() for path in adapter.path.iterdir()} == before


@pytest.mark.parametrize("before", ["write_text", "write_json", "hash_of"])
def test_a_purge_that_broke_off_is_done_by_the_next_one(registry, monkeypatch, before):
    add(registry, rests_on=("pay.txt",), sample=SAMPLE)

    def full_disk(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched, pytest.raises(StorageError):
        patched.setattr(records, before, full_disk)
        registry.purge(GONE)
    for _ in range(2):
        [found] = registry.purge(GONE)
        assert found.reason == "its examples show passages of pay.txt"
    card = registry.about("voice").card
    assert card.data.sample == ()
    assert len([note for note in card.notes if "purged" in note]) == 1


def test_a_card_that_nobody_can_read_is_named(registry):
    path = add(registry).path / "card.json"
    path.chmod(0o644)
    path.write_text("{")
    [found] = registry.purge(GONE)
    assert (found.adapter, "cannot be read" in found.reason) == ("voice@1", True)


def test_without_adapters_there_is_nothing_to_do(registry, tmp_path):
    assert registry.purge(GONE) == []
    assert not (tmp_path / "adapters").exists()
