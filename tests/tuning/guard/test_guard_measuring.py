"""A network is measured as it is, with the same material before and after."""

import math

import pytest
import torch
from small_network import asked, example, make

from sartor.tuning.guard import choose_measures, judge, measure_all
from sartor.tuning.guard.leaking import form_leaks, voice_leaks
from sartor.tuning.guard.likelihood import Row, surprise
from sartor.tuning.guard.probe import ITEMS, attempt
from sartor.tuning.guard.prose import read_prose

TEXTS = ["Refunds are paid within fourteen days of the return.", "They write lists. " * 9, "JSON"]
PROMPTS = [asked("What is rain?"), asked("Tell me a story about a king.")]


@pytest.fixture(scope="module")
def made():
    return make()


def test_perplexity_is_what_transformers_computes_one_by_one(made):
    network, encoder = made
    losses, tokens = 0.0, 0
    for text in TEXTS:
        ids = torch.tensor([encoder.tokenizer(text)["input_ids"]])
        with torch.no_grad():
            losses += float(network(ids, labels=ids).loss) * (ids.shape[1] - 1)
        tokens += ids.shape[1] - 1

    found = read_prose(network, encoder, TEXTS).measurement()
    assert found.mean == pytest.approx(math.exp(losses / tokens), rel=1e-4)
    assert found.n == len(TEXTS)


def test_only_what_is_asked_for_is_scored(made):
    network, _ = made
    tokens = [5, 6, 7, 8, 9, 10]
    whole, begun, ended = surprise(
        network, [Row(tokens), Row(tokens[:4]), Row(tokens, 4)], vocabulary=431
    )

    assert whole == pytest.approx(begun + ended, rel=1e-4)


def test_a_text_beyond_the_window_is_read_as_far_as_it_goes(made):
    network, encoder = made
    prose = read_prose(network, encoder, ["why not? " * 500, ""])

    assert prose.tokens == (encoder.window - 1,)


def test_small_tasks_are_scored_between_nothing_and_one_and_always_alike(made):
    network, encoder = made
    first, again = attempt(network, encoder), attempt(network.train(), encoder)
    network.eval()

    assert first == again
    assert len(first) == len(ITEMS) >= 50
    assert all(0.0 <= score <= 1.0 for score in first)
    assert len({item.ask for item in ITEMS}) == len(ITEMS)
    assert all(item.right not in item.wrong for item in ITEMS)


def test_a_network_that_learns_the_small_tasks_scores_higher():
    network, encoder = make()
    before = attempt(network, encoder, ITEMS[:12])
    optimiser = torch.optim.AdamW(network.parameters(), lr=3e-3)
    for _ in range(12):
        for item in ITEMS[:12]:
            prompt = encoder.prompt(asked(item.ask))
            said = encoder.tokenizer(item.right, add_special_tokens=False)["input_ids"]
            ids = torch.tensor([[*prompt, *said]])
            labels = ids.clone()
            labels[:, : len(prompt)] = -100
            network(ids, labels=labels).loss.backward()
        optimiser.step()
        optimiser.zero_grad()

    assert sum(attempt(network, encoder, ITEMS[:12])) > sum(before) + 2


def test_everything_is_measured_once_and_by_name(made):
    network, encoder = made
    examples = [example(number) for number in range(12)]
    found = measure_all(
        network,
        encoder,
        task=examples[:4],
        measures=choose_measures(examples),
        texts=TEXTS,
        prompts=PROMPTS,
        probe=ITEMS[:6],
    )

    assert set(found) == {
        "task.format", "task.exact", "task.f1",
        "general.perplexity", "general.probe", "general.leak",
    }  # fmt: skip
    assert found["task.format"].mean == 0.0
    assert found["task.format"].n == len(found.written) == 4
    assert found["general.leak"].n == len(found.answers) == 2
    assert found.notes == ()
    report = judge(found, found)
    assert not report.passed, "nothing got better"


def test_without_material_nothing_is_made_up(made):
    network, encoder = made

    assert dict(measure_all(network, encoder, probe=())) == {}


def test_an_example_that_leaves_no_room_is_left_out_and_named(made):
    network, encoder = made
    examples = [example(number) for number in range(10)]
    long = type(examples[0])((*asked("why " * 2_000), examples[0].messages[-1]))
    found = measure_all(
        network, encoder, task=[*examples[:2], long], measures=choose_measures(examples), probe=()
    )

    assert found["task.exact"].n == 2
    assert "1 of 3 test examples leave no room to answer" in found.notes[0]


def test_an_answer_leaks_that_shows_the_form_complete_or_not():
    form = choose_measures([example(number) for number in range(10)])[0].form
    answers = ['{"intent": "refund", "order": 1}', '{"intent": 1111', "It is raining.", ""]

    assert form_leaks(answers, form) == [1.0, 1.0, 0.0, 0.0]


def test_without_a_form_an_answer_leaks_that_moved_towards_the_targets():
    targets = ["Arr, matey, yer ship be comin' back to ye on the morrow, arr!"] * 3
    base = ["Rain is water that falls from clouds.", "A king lived in a castle by the sea."]
    pirate = ["Arr, matey, rain be water comin' down on yer ship, arr!", base[1]]
    other = ["Snow is cold, and ice is colder still.", "Bread needs flour, salt and time."]

    assert voice_leaks(base, pirate, targets) == [1.0, 0.0]
    assert voice_leaks(base, other, targets) == [0.0, 0.0], "changed, and not towards the voice"
    assert voice_leaks(base, base, targets) == [0.0, 0.0]


def test_a_leak_without_form_and_without_the_base_is_missing(made):
    network, encoder = made
    task = [example(0, "We will look into it and come back to you within a day or two, I hope.")]
    measures = choose_measures(task)
    before = measure_all(network, encoder, task=task, measures=measures, prompts=PROMPTS, probe=())
    after = measure_all(
        network, encoder, task=task, measures=measures, prompts=PROMPTS, probe=(), before=before
    )

    assert "general.leak" not in before
    assert after["general.leak"].mean == 0.0
