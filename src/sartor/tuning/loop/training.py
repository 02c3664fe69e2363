"""A job in, trained weights out; and what is said when it cannot go on."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import asdict
from types import FrameType
from typing import Any

import torch

from sartor.errors import ConfigError, ExamplesRefused, StateError, TrainingFailed
from sartor.networks.precision import DTYPES
from sartor.storage.lock import exclusive
from sartor.tuning.loop import checkpoints
from sartor.tuning.loop.architecture import keeps_apart
from sartor.tuning.loop.batches import Batch, Layout, plan_steps
from sartor.tuning.loop.job import Job, Trained
from sartor.tuning.loop.memory import peak_memory, ran_out
from sartor.tuning.loop.trainer import Diverged, Loop

AT_ONCE = {"cpu": 2_048, "cuda": 16_384}  # tokens that go through the network together
MIXED = 4  # batches of a step at least: what is of one length is often of one kind
COARSE = (torch.bfloat16, torch.float16)
SHOWN = 5  # sources that are named when a batch went wrong


def train(job: Job) -> Trained:
    """Train until the recipe is done, nothing gets better, or the time is up.

    The best weights are in the network afterwards. Ctrl-C writes a checkpoint after the running
    step and is raised again.
    """
    _refuse_what_cannot_be(job)
    notes = _prepare(job)
    layout = _layout(job)
    _require_apart(job, layout)
    lengths = [len(one.ids) for one in job.train]
    steps = plan_steps(lengths, layout, epochs=job.recipe.epochs, seed=job.seed)
    job.folder.mkdir(parents=True, exist_ok=True)
    with _alone(job):
        begin = _beginning(job)
        with _failures_told(job, layout):
            loop = Loop(job, steps, layout, _fingerprint(job, steps))
            with _ctrl_c_saves(loop):
                if begin is None or not loop.is_over(begin):
                    loop.train(resume_from_checkpoint=begin)
                loop.restore_best()
    return _trained(job, loop, len(steps), notes)


def _alone(job: Job) -> AbstractContextManager[None]:
    """Keep other trainings out of the folder; processes of one (torchrun) count as one."""
    if not _is_first():
        return nullcontext()
    taken = StateError(f"another training runs in {job.folder}", "wait for it, or name another")
    return exclusive(job.folder / "lock", taken=taken)


def _is_first() -> bool:
    return os.environ.get("RANK", "0") == "0"


def _refuse_what_cannot_be(job: Job) -> None:
    if not job.train:
        raise ExamplesRefused("there are no examples to train on")
    if job.precision.value not in DTYPES:
        raise ConfigError(f"precision is {job.precision.value!r}; known are {', '.join(DTYPES)}")
    place, _, number = job.device.value.partition(":")
    if number not in {"", "0"}:
        raise ConfigError(
            f"training uses the first graphics card it sees, not {job.device.value}",
            hint=f'set CUDA_VISIBLE_DEVICES={number} and device = "cuda"',
        )
    if place == "cpu" and os.environ.get("ACCELERATE_USE_FSDP", "").lower() in {"1", "true"}:
        raise ConfigError(
            "weights cannot be sharded (FSDP) on a CPU; without a word they would be copied to "
            "every process instead",
            hint="start with torchrun alone, or on graphics cards",
        )
    if job.encoder.share(job.train) == 0:
        raise ExamplesRefused(
            f"none of the tokens of {len(job.train)} examples would be learned",
            hint="sartor tune check FILE shows what is learned of each",
        )


def _prepare(job: Job) -> tuple[str, ...]:
    """Make what is trained fp32, switch checkpointing on; say what one should know."""
    share = job.encoder.share(job.train)
    pieces = [piece for piece, learned in job.encoder.pieces(job.train[0]) if learned]
    notes = [
        f"precision {job.precision.value}: {job.precision.reason}",
        f"{share:.1%} of {sum(len(one.ids) for one in job.train):,} tokens are learned; "
        f"of {job.train[0].source or 'the first example'} this: {' ... '.join(pieces)}",
    ]
    coarse = [one for one in checkpoints.trainable(job.network).values() if one.dtype in COARSE]
    for parameter in coarse:
        parameter.data = parameter.data.float()
    if coarse:
        notes.append("what is trained is kept in fp32: small steps are lost in fewer bits")
    if job.recipe.checkpointing:
        _enable_checkpointing(job.network)
    for note in notes:
        job.say(note)
    return tuple(notes)


def _enable_checkpointing(network: Any) -> None:  # noqa: ANN401
    inner = network.get_base_model() if hasattr(network, "get_base_model") else network
    if not getattr(inner, "supports_gradient_checkpointing", False):
        raise ConfigError(
            f"{type(inner).__name__} cannot compute activations again instead of keeping them",
            hint="set checkpointing = false in the recipe",
        )
    inner.activation_checkpointing_enable(activation_checkpointing_kwargs={"use_reentrant": False})


def _layout(job: Job) -> Layout:
    longest = max(len(one.ids) for one in (*job.train, *job.dev))
    step_tokens = job.recipe.batch_tokens
    most = AT_ONCE[job.device.value.partition(":")[0]]
    at_once = job.at_once or min(most, step_tokens // MIXED)
    return Layout(step_tokens, min(step_tokens, max(longest, at_once)), job.recipe.packing)


def _require_apart(job: Job, layout: Layout) -> None:
    if layout.packing and not keeps_apart(job.network):
        raise ConfigError(
            "examples in one row would see each other in this architecture",
            hint="set packing = false in the recipe",
        )


def _beginning(job: Job) -> str | None:
    """Return the checkpoint to go on from; without one, or not resuming, clear the folder."""
    found = checkpoints.newest(job.folder, "step") if job.resume else None
    if found is None:
        if _is_first():
            checkpoints.clear(job.folder)
        return None
    if _is_first():
        checkpoints.clear_unfinished(job.folder)
    job.say(f"going on after step {checkpoints.step_of(found)}")
    return str(found)


def _fingerprint(job: Job, steps: Sequence[tuple[Batch, ...]]) -> str:
    """Return what must be the same for losses to go on as if nothing had happened.

    The same examples may lie in other batches: another device lets more through at once.
    """
    recipe = asdict(job.recipe)
    recipe.pop("reasons", None)
    shapes = {n: list(p.shape) for n, p in checkpoints.trainable(job.network).items()}
    world = os.environ.get("WORLD_SIZE", "1")
    said = json.dumps([recipe, job.seed, job.precision.value, shapes, world, steps], sort_keys=True)
    digest = hashlib.sha256(said.encode())
    for one in (*job.train, *job.dev):
        digest.update(repr((one.ids, one.learned, one.weight)).encode())
    return digest.hexdigest()


def _trained(job: Job, loop: Loop, planned: int, notes: tuple[str, ...]) -> Trained:
    history = loop.history
    return Trained(
        network=job.network,
        steps=history.last.number,
        epochs=job.recipe.epochs * history.last.number * loop.args.world_size / planned,
        losses=tuple(history.steps),
        best_step=history.best_step or history.last.number,
        stopped=loop.stopped,
        seconds=history.seconds,
        tokens=history.tokens,
        tokens_per_second=history.tokens / max(history.seconds, 1e-9),
        peak_memory=peak_memory(loop.args.device),
        supervised_share=job.encoder.share(job.train),
        sample=job.encoder.pieces(job.train[0]),
        notes=notes,
    )


# --- when it cannot go on ---


@contextmanager
def _ctrl_c_saves(loop: Loop) -> Iterator[None]:
    """Let the first Ctrl-C end training after the running step; a second one ends it at once."""
    if threading.current_thread() is not threading.main_thread():
        yield  # only the main thread is told
        return
    before = signal.getsignal(signal.SIGINT)

    def heard(number: int, frame: FrameType | None) -> None:  # noqa: ARG001
        loop.interrupted = True
        signal.signal(signal.SIGINT, before)
        loop.job.say("saving after this step; Ctrl-C again stops at once")

    signal.signal(signal.SIGINT, heard)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if loop.interrupted:
        step = loop.history.last.number
        raise KeyboardInterrupt(f"saved after step {step}; resume this training to go on")


@contextmanager
def _failures_told(job: Job, layout: Layout) -> Iterator[None]:
    try:
        yield
    except Diverged as error:
        raise _diverged(job, *error.args) from error
    except (RuntimeError, MemoryError) as error:
        if not ran_out(error):
            raise
        raise _out_of_memory(job, layout) from error


def _diverged(job: Job, what: str, sources: list[str]) -> TrainingFailed:
    named = [source for source in dict.fromkeys(sources) if source]
    shown = ", ".join(named[:SHOWN]) + (f" and {len(named) - SHOWN} more" if named[SHOWN:] else "")
    last = checkpoints.newest(job.folder, "step")
    kept = "no checkpoint was written before"
    if last is not None:
        checkpoints.load_weights(job.network, last)
        kept = f"the weights of step {checkpoints.step_of(last)} are back, and kept in {last}"
    return TrainingFailed(
        f"{what}, on the examples {shown or 'of a batch without sources'}; {kept}",
        hint=f"look at these examples, or train anew with learning_rate below "
        f"{job.recipe.learning_rate / 2:g}",
    )


def _out_of_memory(job: Job, layout: Layout) -> TrainingFailed:
    longest = max(len(one.ids) for one in job.train)
    if not job.recipe.checkpointing:
        smaller = "set checkpointing = true: activations are computed again instead of kept"
    elif layout.batch_tokens > longest:
        half = max(longest, layout.batch_tokens // 2)
        smaller = f"let {half} tokens through at once instead of {layout.batch_tokens}"
        smaller += "" if job.at_once else f": set batch_tokens = {MIXED * half}"
    elif job.recipe.method in {"full", "lora"}:
        smaller = 'set method = "qlora": the base takes a quarter of the memory'
    else:
        smaller = f"set max_length below {longest}, or take a smaller base"
    most = max(longest, layout.batch_tokens)
    return TrainingFailed(
        f"{most} tokens at once do not fit into the memory of {job.device.value}",
        hint=f"{smaller}; sartor tune plan says what fits",
    )
