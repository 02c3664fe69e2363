"""Examples for a provider: what it takes, split as ours were, nothing sent."""

import json
from dataclasses import replace

import pytest
from made_adapters import made_card, write_small

from sartor.errors import ExamplesRefused, NotFound
from sartor.tuning.examples import fingerprint, held_out, read_examples, split_examples
from sartor.tuning.registry import Registry
from sartor.tuning.registry.providers import export_examples
from sartor.types import Example, Message

WORDS = (
    "harbour", "violin", "granite", "meadow", "lantern", "copper", "orchard", "glacier", "saddle",
)  # fmt: skip


def example(number, **changes):
    word = WORDS[number % len(WORDS)]
    turns = (
        Message("user", f"What is said of the {word} in year {number * 37}, {word * 2}?"),
        Message("assistant", f"The {word} is number {number}."),
    )
    return Example(**({"messages": turns, "source": f"examples.jsonl:{number}"} | changes))


def rows(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "examples.jsonl"
    turns = [
        [{"role": turn.role, "content": turn.content} for turn in example(number).messages]
        for number in range(100)
    ]
    path.write_text("".join(json.dumps({"messages": one}) + "\n" for one in turns))
    return path


def test_a_file_is_split_as_for_the_adapter_and_the_test_part_is_kept_back(
    registry, tmp_path, file
):
    registry.add("voice", made_card(), write_small)
    exported = registry.export("voice", tmp_path / "out", "provider", examples=file)
    train, validation = (
        rows(tmp_path / "out" / f"{name}.jsonl") for name in ("train", "validation")
    )
    assert exported.counts["train"] == len(train)
    assert exported.counts["validation"] == len(validation)
    assert 10 <= len(train) < len(train) + len(validation) < 100
    assert f"{100 - len(train) - len(validation)} examples are kept back" in exported.notes[0]
    assert "is not what voice@1 learned from" in exported.notes[1]
    assert set(train[0]) == {"messages"}


def learned_from(file):
    """A card of what was trained on a file, and how training split it."""
    examples = read_examples(file).examples
    dev, test = held_out(len(examples))
    split = split_examples(examples, seed=0, dev=dev, test=test)
    known = {"fingerprint": fingerprint(examples), "split": split.fingerprint}
    card = made_card()
    return replace(card, data=replace(card.data, file=file.name, **known)), split


@pytest.mark.parametrize("renamed", [False, True])
def test_what_it_learned_from_is_found_and_split_as_it_was(tmp_path, file, renamed):
    card, split = learned_from(file)
    if renamed:
        file = file.rename(tmp_path / "renamed.jsonl")
    registry = Registry(tmp_path / "adapters", examples=(tmp_path, file))
    registry.add("voice", card, write_small)
    notes = registry.export("voice", tmp_path / "out", "provider").notes
    assert notes[0] == f"{file}: {len(split.test)} examples are kept back, to measure with"
    assert not [note for note in notes if "learned from" in note or "measured on" in note]
    assert [note for note in notes if "secrets and personal data" in note]
    asked = {row["messages"][0]["content"] for row in rows(tmp_path / "out" / "train.jsonl")}
    assert asked == {one.messages[0].content for one in split.train}


def test_examples_that_changed_since_are_asked_for(tmp_path, file):
    registry = Registry(tmp_path / "adapters", examples=(tmp_path,))
    registry.add("voice", learned_from(file)[0], write_small)
    file.write_text(file.read_text().replace("harbour", "port"))
    with pytest.raises(NotFound, match="examples.jsonl.* say something else") as refused:
        registry.export("voice", tmp_path / "out", "provider")
    assert "--examples FILE" in refused.value.hint
    file.unlink()
    with pytest.raises(NotFound, match="no file is there"):
        registry.export("voice", tmp_path / "out", "provider")
    assert not (tmp_path / "out").exists()


def test_the_steps_upload_what_was_written_and_go_on_from_there(tmp_path):
    exported = export_examples("voice@1", [example(n) for n in range(12)], tmp_path / "out")
    assert list(exported.lines) == ["open", "upload train.jsonl", "start", "watch", "measure"]
    for line in list(exported.lines.values())[:-1]:
        compile(line, "step", "exec")
    assert "validation_file" not in exported.lines["start"]


def test_general_examples_and_those_that_do_not_count_stay_here(tmp_path):
    examples = [example(n) for n in range(12)]
    examples += [example(20, tags=("replay",)), example(21, weight=0.0)]
    assert export_examples("voice@1", examples, tmp_path / "out").counts["train"] == 12


@pytest.mark.parametrize(
    ("turns", "says"),
    [
        ((Message("user", "Who?"),), "the last turn is not the assistant's"),
        ((Message("assistant", "I."),), "nobody asks"),
        ((Message("user", " "), Message("assistant", "I.")), "a turn is empty"),
        ((Message("tool", "x"), Message("user", "Who?"), Message("assistant", "I.")), "role tool"),
    ],
)
def test_what_no_provider_takes_is_named_with_its_line(tmp_path, turns, says):
    examples = [example(n) for n in range(12)] + [example(99, messages=turns)]
    with pytest.raises(ExamplesRefused, match=f"examples.jsonl:99: .*{says}"):
        export_examples("voice@1", examples, tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_too_few_are_refused(tmp_path):
    with pytest.raises(ExamplesRefused, match="3 examples; providers take 10 at least"):
        export_examples("voice@1", [example(n) for n in range(3)], tmp_path / "out")
