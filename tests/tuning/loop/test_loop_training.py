import errno
import math
import socket
from dataclasses import replace

import pytest
import torch
from small import CPU, FP32, adapted, make_job, make_network, make_tokenizer
from test_loop_loss import single
from test_loop_resume import Seconds

from sartor.errors import ConfigError, ExamplesRefused, TrainingFailed
from sartor.tuning.encoding import Encoded
from sartor.tuning.loop import Step, checkpoints, train, trainer
from sartor.tuning.loop.arguments import arguments
from sartor.tuning.loop.batches import Layout, plan_steps
from sartor.tuning.loop.history import History
from sartor.tuning.loop.memory import ran_out
from sartor.types import Chosen

BF16 = Chosen("bf16", "set by the test")
PATIENT = {"evaluations": 6, "epochs": 4, "patience": 3}


class Looking:
    def __init__(self):
        self.seen, self.said = [], []

    def see(self, standing):
        self.seen.append(standing)

    def say(self, note):
        self.said.append(note)


def bare_loop(job, rates):
    """The same training without Trainer: one example after the other, mean over the step."""
    network = adapted(make_network(make_tokenizer()), lora_dropout=0.0)
    weights = [one for one in network.parameters() if one.requires_grad]
    optimiser = torch.optim.AdamW(weights, lr=1.0, weight_decay=0.0)
    lengths = [len(one.ids) for one in job.train]
    layout = Layout(job.recipe.batch_tokens, job.at_once)
    for step, rate in zip(plan_steps(lengths, layout, epochs=2, seed=0), rates, strict=True):
        drawn = [job.train[one] for batch in step for row in batch for one in row]
        loss = sum(single(network, one) for one in drawn)
        loss = loss / sum(sum(one.learned[1:]) * one.weight for one in drawn)
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(weights, 1.0)
        optimiser.param_groups[0]["lr"] = rate
        optimiser.step()
        yield loss.item()


@pytest.mark.parametrize("at_once", [120, 60])
def test_losses_are_those_of_a_bare_loop(tmp_path, at_once):
    job = make_job(tmp_path, lora={"lora_dropout": 0.0}, at_once=at_once)
    heavy = [replace(one, weight=1.0 + number % 3) for number, one in enumerate(job.train)]
    job = replace(job, train=heavy)
    ours = train(job).losses
    theirs = list(bare_loop(job, [step.learning_rate for step in ours]))
    assert [step.loss for step in ours] == pytest.approx(theirs, rel=1e-4)
    assert ours[-1].loss < ours[0].loss


@pytest.mark.parametrize("packing", [False, True])
@pytest.mark.parametrize("precision", [FP32, BF16])
def test_training_learns_and_says_what_it_did(tmp_path, packing, precision):
    watch = Looking()
    told = []
    job = make_job(
        tmp_path,
        precision=precision,
        recipe={"packing": packing, "epochs": 3},
        watch=watch,
        progress=lambda *now: told.append(now),
    )
    if precision is BF16:
        job.network.base_model.model.to(torch.bfloat16)
    trained = train(job)
    assert trained.losses[-1].dev_loss < trained.losses[trained.steps // 2 - 1].dev_loss
    assert trained.stopped == "finished"
    assert trained.epochs == 3
    assert trained.tokens == 3 * sum(len(one.ids) for one in job.train)
    assert 0.2 < trained.supervised_share < 0.6
    assert any(learned for _, learned in trained.sample)
    assert all(one.dtype == torch.float32 for one in checkpoints.trainable(job.network).values())
    last = watch.seen[-1]
    assert (last.step.number, last.steps, last.seconds_left) == (trained.steps, trained.steps, 0)
    assert last.tokens_per_second > 0
    assert last.memory > 10_000_000
    assert told[-1][:2] == ("training", trained.steps)
    assert any("are learned" in note for note in watch.said)


def test_a_seed_makes_a_training_repeatable(tmp_path):
    first, second, other = (
        [step.loss for step in train(make_job(tmp_path / str(n), seed=seed)).losses]
        for n, seed in enumerate([3, 3, 4])
    )
    assert first == second
    assert first != other


def test_activations_computed_again_give_the_same_losses(tmp_path):
    dropless = {"lora_dropout": 0.0}
    kept = train(make_job(tmp_path / "kept", lora=dropless)).losses
    again = train(
        make_job(tmp_path / "again", lora=dropless, recipe={"checkpointing": True})
    ).losses
    assert [one.loss for one in again] == pytest.approx([one.loss for one in kept], rel=1e-5)


def test_dora_trains_in_bf16_with_activations_computed_again(tmp_path):
    recipe = {"checkpointing": True, "epochs": 4}
    job = make_job(tmp_path, lora={"use_dora": True}, precision=BF16, recipe=recipe)
    losses = train(job).losses
    assert losses[-1].loss < losses[0].loss


def test_the_whole_network_can_be_trained(tmp_path):
    network = make_network(make_tokenizer(), tie_word_embeddings=True).to(torch.bfloat16)
    watch = Looking()
    job = make_job(tmp_path, network=network, watch=watch, recipe={"learning_rate": 1e-3})
    trained = train(job)
    assert trained.losses[-1].loss < trained.losses[0].loss
    assert any("kept in fp32" in note for note in watch.said)


def test_the_task_decides_which_weights_are_kept(tmp_path):
    """The measure falls after its second value: those weights come back."""
    values = iter([0.2, 0.9, 0.5, 0.4, 0.3, 0.2])
    seen = []

    def measure(network):
        assert not network.training
        seen.append(copied(network))
        torch.rand(7)  # measuring may draw: training must not notice
        return next(values)

    def without_dev(folder, **chosen):  # whose loss still falls: then nobody stops
        return replace(make_job(folder, **chosen), dev=())

    job = without_dev(tmp_path, measure=measure, recipe=PATIENT)
    trained = train(job)
    assert trained.stopped == "early"
    assert len(seen) == 5
    assert (
        trained.best_step
        == trained.losses[[one.measure for one in trained.losses].index(0.9)].number
    )
    assert all(
        torch.equal(now, best) for now, best in zip(copied(job.network), seen[1], strict=True)
    )
    assert not job.network.training
    again = train(replace(without_dev(tmp_path, recipe=PATIENT), measure=measure, resume=True))
    assert (again.stopped, again.losses) == ("early", trained.losses)
    undisturbed = train(without_dev(tmp_path / "other", recipe=PATIENT | {"patience": 9}))
    assert [one.loss for one in trained.losses] == [
        one.loss for one in undisturbed.losses[: trained.steps]
    ]


def copied(network):
    return [one.detach().clone() for one in checkpoints.trainable(network).values()]


def test_without_dev_and_measure_the_last_weights_stay(tmp_path):
    trained = train(make_job(tmp_path, dev=0))
    assert trained.best_step == trained.steps
    assert all(step.dev_loss is None for step in trained.losses)


def test_time_is_a_limit(tmp_path):
    trained = train(make_job(tmp_path, minutes=1e-9, recipe={"epochs": 50}))
    assert trained.stopped == "time"
    assert trained.steps == 1
    assert trained.losses[0].dev_loss is not None


def test_the_rate_falls_with_the_minutes_where_they_run_out_first(tmp_path, monkeypatch):
    monkeypatch.setattr(trainer, "time", clock := Seconds())
    job = make_job(tmp_path, minutes=10 / 60, recipe={"epochs": 400}, watch=clock)
    trained = train(job)
    rates = [step.learning_rate for step in trained.losses]
    assert trained.stopped == "time"
    assert rates[-1] < max(rates) / 4


def test_one_example_longer_than_a_step_does_not_lengthen_the_others(tmp_path):
    job = make_job(tmp_path, recipe={"batch_tokens": 40, "epochs": 1})
    lengths = [len(one.ids) for one in job.train]
    assert max(lengths) > 40
    held = [one.tokens for one in train(job).losses]
    assert sum(held) == sum(lengths)
    assert len(held) >= sum(lengths) // (40 + max(lengths))
    assert max(held) <= max(lengths)


def test_several_graphics_cards_without_torchrun_do_not_share_a_step(tmp_path, monkeypatch):
    """Trainer would draw two steps at once, and the loop would lay out the first alone."""
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 2)
    made = arguments(make_job(tmp_path, device=Chosen("cuda", "set by the test")))
    assert (made.n_gpu, made.train_batch_size) == (1, 1)


def test_the_last_two_checkpoints_and_the_best_are_kept(tmp_path):
    train(make_job(tmp_path, recipe={"evaluations": 5, "epochs": 3}))
    names = sorted(path.name for path in tmp_path.iterdir() if path.is_dir())
    assert [name.split("-")[0] for name in names] == ["best", "step", "step"]


# --- what cannot be ---


def test_examples_of_which_nothing_is_learned_are_refused(tmp_path):
    masked = [Encoded((1, 2, 3), (False,) * 3)]
    with pytest.raises(ExamplesRefused, match="none of the tokens"):
        train(make_job(tmp_path, train=masked))
    with pytest.raises(ExamplesRefused, match="no examples"):
        train(make_job(tmp_path, train=[]))


def test_what_a_device_cannot_do_is_refused(tmp_path, monkeypatch):
    with pytest.raises(ConfigError, match="precision"):
        train(make_job(tmp_path, precision=Chosen("fp8", "")))
    with pytest.raises(ConfigError, match="CUDA_VISIBLE_DEVICES=1"):
        train(make_job(tmp_path, device=Chosen("cuda:1", "")))
    monkeypatch.setenv("ACCELERATE_USE_FSDP", "true")
    with pytest.raises(ConfigError, match="FSDP"):
        train(make_job(tmp_path, device=CPU))


def test_a_network_that_mixes_packed_examples_is_refused(tmp_path, monkeypatch):
    job = make_job(tmp_path, recipe={"packing": True})
    inner = job.network.get_base_model().model
    original = inner.forward
    monkeypatch.setattr(inner, "forward", lambda position_ids=None, **named: original(**named))
    with pytest.raises(ConfigError, match="would see each other"):
        train(job)


def test_a_loss_that_is_no_number_stops_names_the_batch_and_keeps_the_last_good_weights(tmp_path):
    job = make_job(tmp_path, recipe={"evaluations": 10, "epochs": 4})
    poison = iter([0.5, 0.5])

    def measure(network):
        if next(poison, None) is None:  # after the third evaluation: nothing good can follow
            weights = next(iter(checkpoints.trainable(network).values()))
            weights.data.fill_(math.nan)
        return 0.5

    with pytest.raises(TrainingFailed, match=r"became nan.*made\.jsonl:\d+") as caught:
        train(replace(job, measure=measure))
    assert "learning_rate below" in str(caught.value)
    assert all(torch.isfinite(one).all() for one in copied(job.network)) or "step" in str(
        caught.value
    )


def test_weights_that_grow_beyond_all_numbers_are_caught_at_the_gradient(tmp_path):
    job = make_job(tmp_path)
    weights = next(iter(checkpoints.trainable(job.network).values()))
    weights.register_hook(lambda gradient: gradient * math.inf)
    with pytest.raises(TrainingFailed, match="gradient became"):
        train(job)


def test_too_little_memory_proposes_the_next_smaller_plan(tmp_path, monkeypatch):
    def full(*_, **__):
        raise torch.OutOfMemoryError("CUDA out of memory.")

    for recipe, at_once, wanted in [
        ({}, 10_000, "checkpointing = true"),
        ({"checkpointing": True}, 10_000, "tokens through at once instead of"),
        ({"checkpointing": True, "batch_tokens": 4_096}, 0, ": set batch_tokens = "),
    ]:
        job = make_job(tmp_path, recipe=recipe, at_once=at_once)
        monkeypatch.setattr(job.network.get_base_model().model, "forward", full)
        with pytest.raises(TrainingFailed, match="do not fit") as caught:
            train(job)
        assert wanted in str(caught.value)


@pytest.mark.parametrize(
    ("error", "memory"),
    [
        (MemoryError(), True),
        (torch.OutOfMemoryError("CUDA out of memory."), True),
        (RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory"), True),
        (RuntimeError("could not create a primitive"), True),  # of oneDNN, seen with ulimit -v
        (RuntimeError("mat1 and mat2 shapes cannot be multiplied"), False),
        (ValueError("out of memory"), False),
    ],
)
def test_too_little_memory_is_told_from_other_errors(error, memory):
    assert ran_out(error) is memory


def test_a_full_disk_leaves_the_checkpoint_before_whole(tmp_path, monkeypatch):
    written = []
    original = checkpoints.save_weights

    def save(network, folder):
        if folder.name.startswith(checkpoints.UNFINISHED + "step"):
            written.append(folder)
            if len(written) > 1:
                (folder / "half").write_bytes(b"half")
                raise OSError(errno.ENOSPC, "No space left on device")
        original(network, folder)

    monkeypatch.setattr(checkpoints, "save_weights", save)
    with pytest.raises(
        TrainingFailed,
        match=r"no space left in .*about \S+ MB are needed, \S+ MB are free; .*step 3 is whole",
    ) as caught:
        train(make_job(tmp_path))
    assert "make room" in str(caught.value)
    assert checkpoints.newest(tmp_path, "step").name == "step-00000003"
    assert not list(tmp_path.glob(f"{checkpoints.UNFINISHED}*"))
    monkeypatch.setattr(checkpoints, "save_weights", original)
    assert train(make_job(tmp_path, resume=True)).steps == 6


def test_training_is_quiet_and_opens_no_socket(tmp_path, monkeypatch, capfd):
    def refuse(*_, **__):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    train(make_job(tmp_path))
    captured = capfd.readouterr()
    assert captured.out == ""
    assert captured.err == ""


def test_a_falling_loss_is_waited_for_though_the_measure_goes_up_and_down():
    history = History(steps=[Step(1, 1.0, 10, 1.0, 0.1)])
    seen = [(2.0, 0.3), (1.5, 0.6), (1.2, 0.5), (1.1, 0.4), (1.3, 0.5), (1.2, 0.4)]
    kept = [history.evaluated(*one) for one in seen]
    assert kept == [True, True, False, False, False, False]
    assert history.waited == 2


def test_of_measures_as_good_as_equal_the_lower_loss_is_kept():
    history = History(steps=[Step(1, 1.0, 10, 1.0, 0.1)])
    seen = [(2.0, 0.56), (1.5, 0.54), (1.2, 0.53), (1.1, 0.40), (1.6, 0.58), (1.6, 0.70)]
    kept = [history.evaluated(*one) for one in seen]
    assert kept == [True, True, True, False, False, True]
