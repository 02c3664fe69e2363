"""Training learns, stops at any time and goes on as if it had not; its parts do what they say."""

import json
from pathlib import Path

import pytest
import torch

from sartor.lab import curriculum
from sartor.lab.exporting import export
from sartor.lab.lessons import Lessons
from sartor.lab.masking import block_mask
from sartor.lab.muon import orthogonal
from sartor.lab.rows import Row, collate
from sartor.lab.tokenizer import load_encoder, save_tokenizer, train_tokenizer
from sartor.lab.training import CHECKPOINT, Training, learning_rate, new_model

FOREVER = 1e9  # minutes: the schedule stands still, so that runs can be compared


@pytest.fixture(autouse=True)
def small_steps(monkeypatch):
    monkeypatch.setattr(curriculum, "TOKENS_PER_STEP", 400)


@pytest.fixture
def lessons(encoder, english):
    return Lessons(encoder, english)


def test_a_resumed_training_takes_the_same_steps(lessons, tmp_path):
    whole = Training(lessons, tmp_path / "whole", minutes=FOREVER)
    losses = [whole.step().answers for _ in range(3)]
    first = Training(lessons, tmp_path / "parts", minutes=FOREVER)
    assert [first.step().answers for _ in range(2)] == losses[:2]
    first.save()
    second = Training(lessons, tmp_path / "parts", minutes=FOREVER)
    assert second.spent.steps == 2
    assert second.step().answers == losses[2]


def test_training_ends_with_its_time_and_reports(lessons, tmp_path, monkeypatch):
    monkeypatch.setattr("sartor.lab.training._LOG_EVERY", 1)
    training = Training(lessons, tmp_path, minutes=0.5 / 60)
    lines = []
    training.run(save_every=100, report=lines.append)
    assert training.done == 1.0
    assert json.loads(lines[-1])["steps"] == training.spent.steps
    assert (tmp_path / CHECKPOINT).exists()
    assert not list(tmp_path.glob("*.partial"))


def test_an_interrupted_save_leaves_the_checkpoint_before(lessons, tmp_path, monkeypatch):
    training = Training(lessons, tmp_path, minutes=FOREVER)
    training.save()
    before = (tmp_path / CHECKPOINT).read_bytes()

    def full_disk(kept, path):
        Path(path).write_bytes(b"half")
        raise OSError("No space left on device")

    monkeypatch.setattr(torch, "save", full_disk)
    with pytest.raises(OSError, match="No space"):
        training.save()
    assert (tmp_path / CHECKPOINT).read_bytes() == before


def test_a_block_sees_the_shared_beginning_and_itself():
    row = Row()
    row.share([1, 1], [0.0, 0.0])
    row.ask([1, 1], [0.0, 1.0])
    row.ask([1, 1], [0.0, 1.0])
    mask = block_mask(torch.from_numpy(collate([row], 7).blocks))[0, 0].int().tolist()
    assert mask == [
        [1, 0, 0, 0, 0, 0, 0],
        [1, 1, 0, 0, 0, 0, 0],
        [1, 1, 1, 0, 0, 0, 0],
        [1, 1, 1, 1, 0, 0, 0],
        [1, 1, 0, 0, 1, 0, 0],
        [1, 1, 0, 0, 1, 1, 0],
        [1, 1, 0, 0, 0, 0, 1],
    ]


def test_blocks_get_the_scores_of_separate_prompts(lessons):
    model = new_model().train(False)
    row = Row()
    row.share([10, 11, 12], [0.0] * 3)
    row.ask([20, 21, 22], [0.0, 0.0, 1.0])
    row.ask([30, 31, 32], [0.0, 1.0, 1.0])
    batch = collate([row])
    with torch.no_grad():
        together = model(
            input_ids=torch.from_numpy(batch.tokens),
            attention_mask=block_mask(torch.from_numpy(batch.blocks)),
            position_ids=torch.from_numpy(batch.positions),
        ).logits[0]
        alone = model(input_ids=torch.tensor([[10, 11, 12, 30, 31, 32]])).logits[0]
    torch.testing.assert_close(together[6:9], alone[3:6], rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("shape", [(3, 8, 8), (2, 4, 16), (2, 16, 4)])
def test_the_direction_of_muon_is_nearly_orthogonal(shape):
    torch.manual_seed(0)
    singular = torch.linalg.svdvals(orthogonal(torch.randn(shape), torch.float32))
    assert singular.min() > 0.3
    assert singular.max() < 1.4


def test_the_learning_rate_rises_stays_and_falls():
    assert learning_rate(0, 0.0) == pytest.approx(1 / 60)
    assert learning_rate(500, 0.3) == 1.0
    assert learning_rate(500, 0.75) == pytest.approx(0.5)
    assert learning_rate(500, 1.0) == pytest.approx(0.03)


def test_a_tokenizer_of_our_own_gives_text_back(english, tmp_path, monkeypatch):
    monkeypatch.setattr("sartor.lab.tokenizer._SCENES", 200)
    save_tokenizer(train_tokenizer(english), tmp_path)
    encoder = load_encoder(tmp_path)
    text = 'The Velmora kettle costs EUR 1,250.75 (see [12]). "Gate" — it\'s 37 days.'
    assert encoder.text(encoder.begin(text)) == text
    assert len(encoder.begin("2024")) == 5  # the space, then every digit alone


def test_what_is_exported_is_small_and_loads(tmp_path):
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from sartor.lab import model_folder

    export(new_model(), model_folder(), tmp_path)
    loaded = AutoModelForCausalLM.from_pretrained(tmp_path)
    assert loaded.dtype == torch.bfloat16
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 12_000_000
    messages = [{"role": "user", "content": "Hello!"}]
    chat = AutoTokenizer.from_pretrained(tmp_path).apply_chat_template(
        messages, tokenize=False, add_generation_prompt=True
    )
    assert chat == "<|user|>Hello!<|end|><|assistant|>"
