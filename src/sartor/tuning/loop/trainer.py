"""transformers' Trainer with our batches, our loss and our checkpoints.

What Trainer calls a batch is here a whole optimiser step: a list of batches that go through the
network one after the other, and whose loss is divided by all learned tokens of the step together.
So the mean is right however tokens are spread over batches and processes. Checkpoints are written
by `checkpoints`; Trainer's own code fills in optimiser, schedule and the state of all chance.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, cast

import torch
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LambdaLR
from transformers import PrinterCallback, Trainer, TrainerCallback

from sartor.errors import ConfigError
from sartor.networks.resting import at_rest
from sartor.tuning.loop import checkpoints
from sartor.tuning.loop.arguments import arguments
from sartor.tuning.loop.batches import Batch, Layout, Tensors, tensors
from sartor.tuning.loop.evaluating import dev_loss, evaluated_steps
from sartor.tuning.loop.history import History
from sartor.tuning.loop.job import Job, Step, Stopped
from sartor.tuning.loop.loss import Learner, as_they_come, native_inputs
from sartor.tuning.loop.memory import peak_memory
from sartor.tuning.loop.processes import Processes
from sartor.tuning.loop.schedule import schedule

SAVE_SECONDS = 300.0  # at most so much work is lost, however far evaluations lie apart
STATE = "trainer_state.json"
HISTORY = "history.json"


class Diverged(Exception):
    """The loss or its gradient is no number any more."""


class Loop(Trainer):
    """One training. `fingerprint` says of which job a checkpoint is."""

    loss_is_scaled_for_ga = True

    def __init__(
        self, job: Job, steps: Sequence[tuple[Batch, ...]], layout: Layout, fingerprint: str
    ) -> None:
        self.job = job
        self.steps = steps
        self.layout = layout
        self.fingerprint = fingerprint
        self.history = History()
        self.stopped: Stopped = "finished"
        self.interrupted = False
        self._learner = Learner(job.network, bf16=job.precision.value == "bf16")
        if self._learner.note:
            job.say(self._learner.note)
        self._native = native_inputs(job.network) if self._learner.bf16 else ()
        super().__init__(
            model=self._learner,
            args=arguments(job),
            train_dataset=cast(Any, steps),  # all it needs is a length and items
            data_collator=cast(Any, self._lay_out),
            callbacks=[_EveryStep(self)],
        )
        self.remove_callback(PrinterCallback)
        self._processes = Processes(self.accelerator)
        self._last = math.ceil(len(steps) / self._processes.count)
        self._due = evaluated_steps(self._last, job.recipe.evaluations)
        self._begun = self._saved = time.monotonic()

    # --- a step ---

    def _lay_out(self, drawn: Sequence[tuple[Batch, ...]]) -> list[Tensors]:
        return [tensors(batch, self.job.train, pad=self.job.encoder.pad) for batch in drawn[0]]

    def training_step(  # type: ignore[override]
        self,
        model: torch.nn.Module,
        inputs: list[Tensors],
        num_items_in_batch: object = None,  # noqa: ARG002
    ) -> torch.Tensor:
        """Go through every batch of the step and leave the gradient of their common mean."""
        self._step_begun = time.perf_counter()
        self._rate = self._get_learning_rate()
        model.train()
        batches: list[Tensors] = self._prepare_inputs(inputs)  # type: ignore[arg-type, assignment]
        share = self._share_of(batches)
        loss = torch.zeros((), device=self.args.device)
        with as_they_come(self._native):
            for position, batch in enumerate(batches, start=1):
                with self._processes.apart(model, last=position == len(batches)):
                    part = model(**batch) * share
                    self.accelerator.backward(part)
                loss += part.detach()
        self._loss = self._require_finite(float(self._processes.mean(loss)), "loss")
        return loss

    def _share_of(self, batches: Sequence[Tensors]) -> torch.Tensor:
        """Return by what a summed loss becomes the mean of the step, on all processes together.

        Processes average their gradients, so each counts as many times as there are of them.
        """
        mine = torch.stack([batch["weights"].sum() for batch in batches]).sum()
        return 1.0 / self._processes.mean(mine).clamp(min=1e-9)

    def _get_grad_norm(self, model: torch.nn.Module, grad_norm: Any = None) -> Any:  # noqa: ANN401
        norm = super()._get_grad_norm(model, grad_norm)  # type: ignore[no-untyped-call]
        self._require_finite(float(norm), "gradient")
        return norm

    def _require_finite(self, value: float, name: str) -> float:
        if math.isfinite(value):
            return value
        step = self.state.global_step + 1
        sources = [self.job.train[one].source for one in self._examples_of(step)]
        raise Diverged(f"the {name} became {value} at step {step}", sources)

    def create_scheduler(
        self, num_training_steps: int, optimizer: Optimizer | None = None
    ) -> LambdaLR:
        """Make the recipe's schedule: transformers' own begin with a step that learns nothing.

        Where the minutes run out before the steps it falls with the minutes: a training that is
        cut off at a high rate has not settled.
        """
        recipe = self.job.recipe
        factor = schedule(recipe.schedule, steps=num_training_steps, warmup=recipe.warmup)

        def due(step: int) -> float:
            spent = self._seconds() / (60 * self.job.minutes) if self.job.minutes else 0.0
            return factor(max(step, min(num_training_steps - 1, int(spent * num_training_steps))))

        self.lr_scheduler = LambdaLR(cast(Optimizer, optimizer or self.optimizer), due)
        self._created_lr_scheduler = True
        return self.lr_scheduler

    def floating_point_ops(self, inputs: object) -> int:  # noqa: ARG002
        """Count nothing: what a step costs is measured."""
        return 0

    def log(self, logs: dict[str, float], start_time: float | None = None) -> None:
        """Write nothing: the history is what is kept, and the watch what is shown."""

    # --- after a step ---

    def after_step(self) -> None:
        """Take down the step that was just done and decide what follows it."""
        number = self.state.global_step
        seconds = time.perf_counter() - self._step_begun
        tokens = sum(len(self.job.train[one].ids) for one in self._examples_of(number))
        step = Step(number, self._loss, tokens, seconds, self._rate)
        self.history.steps.append(step)
        self.show()
        self.interrupted = self._processes.any(self.interrupted)
        late = self._processes.any(time.monotonic() - self._saved > SAVE_SECONDS)
        over = self._time_is_up()
        last = over or number >= self._last
        due = last or number in self._due
        if over and number < self._last:
            self.stopped = "time"
        self.control.should_evaluate = due and self.evaluates
        self.control.should_save = due or late or self.interrupted
        self.control.should_training_stop = last or self.interrupted

    def _examples_of(self, number: int) -> Iterator[int]:
        """Yield the examples of a step, of all processes."""
        world = self._processes.count
        for batches in self.steps[(number - 1) * world : number * world]:
            yield from (one for batch in batches for row in batch for one in row)

    def _seconds(self) -> float:
        """Return how long this training has run, over all its sessions; alike in all processes."""
        return self._processes.alike(time.monotonic() - self._begun)

    def _time_is_up(self) -> bool:
        return self.job.minutes > 0 and self._seconds() >= 60 * self.job.minutes

    def show(self) -> None:
        """Tell whoever looks on how far training has come."""
        if not self.args.should_log:
            return
        if self.job.progress is not None:
            self.job.progress("training", self.history.last.number, self._last)
        if self.job.watch is not None:
            memory = peak_memory(self.args.device)
            end = self._begun + 60 * self.job.minutes if self.job.minutes else math.inf
            left = max(0.0, end - time.monotonic())
            self.job.watch.see(self.history.standing(self._last, at_most=left, memory=memory))

    # --- evaluation ---

    @property
    def evaluates(self) -> bool:
        """Whether there is anything that tells good weights from bad ones."""
        return bool(self.job.dev) or self.job.measure is not None

    def evaluate(self, *_: object, **__: object) -> dict[str, float]:
        """Measure the network, keep it if it is the best, stop if nothing gets better."""
        network = self.job.network
        alike = self._processes.alike
        with at_rest(network):
            loss = alike(self._dev_loss()) if self.job.dev else None
            measure = alike(self.job.measure(network)) if self.job.measure else None
        self.control = self.callback_handler.on_evaluate(self.args, self.state, self.control, {})
        if self.history.evaluated(loss, measure):
            self._keep_best()
        elif self._gave_up() and not self.control.should_training_stop:
            self.stopped = "early"
            self.control.should_training_stop = True
        self.show()
        return {}

    def _gave_up(self) -> bool:
        return self.evaluates and self.history.waited >= self.job.recipe.patience

    def is_over(self, checkpoint: str) -> bool:
        """Take up a checkpoint; true when it was the last one, whatever ended that training."""
        self._load_from_checkpoint(checkpoint)
        if self.history.last.number >= self._last:
            return True
        if self._gave_up():
            self.stopped = "early"
        elif self._time_is_up():
            self.stopped = "time"
        return self.stopped != "finished"

    def _dev_loss(self) -> float:
        pad, device = self.job.encoder.pad, self.args.device
        with as_they_come(self._native):
            return dev_loss(self._learner, self.job.dev, self.layout, pad=pad, device=device)

    # --- checkpoints ---

    def _keep_best(self) -> None:
        if self.args.should_save:
            fill = partial(checkpoints.save_weights, self.job.network)
            needed = checkpoints.size_of(self.job.network)
            best = self.history.best_step
            checkpoints.write(self.job.folder, "best", best, fill, needed=needed)
        self._processes.wait()

    def restore_best(self) -> None:
        """Put the best weights back, where later ones were worse; the network is done learning."""
        best = self.history.best_step
        if best and best != self.history.last.number:
            folder = checkpoints.folder_of(self.job.folder, "best", best)
            checkpoints.load_weights(self.job.network, folder)
        self.job.network.eval()

    def _save_checkpoint(self, model: torch.nn.Module, trial: object) -> None:  # noqa: ARG002
        root = self.job.folder
        if self.args.should_save:
            needed = checkpoints.size_of(self.job.network, states=checkpoints.STATES)
            checkpoints.write(root, "step", self.state.global_step, self._fill, needed=needed)
            checkpoints.keep_last(root, "step")
            checkpoints.keep_only(root, "best", self.history.best_step)
        self._processes.wait()
        if not self.args.should_save:  # each process has chance of its own
            self._save_rng_state(str(checkpoints.folder_of(root, "step", self.state.global_step)))
        self._saved = time.monotonic()

    def _fill(self, folder: Path) -> None:
        checkpoints.save_weights(self.job.network, folder)
        self._save_optimizer_and_scheduler(str(folder))
        self._save_rng_state(str(folder))
        self.state.save_to_json(str(folder / STATE))
        stored = {
            "of": self.fingerprint,
            "seconds": time.monotonic() - self._begun,
            "history": self.history.to_json(),
        }
        (folder / HISTORY).write_text(json.dumps(stored), encoding="utf-8")

    def _load_from_checkpoint(self, resume_from_checkpoint: str, model: object = None) -> None:  # noqa: ARG002
        folder = Path(resume_from_checkpoint)
        stored = json.loads((folder / HISTORY).read_text(encoding="utf-8"))
        if stored["of"] != self.fingerprint:
            raise ConfigError(
                f"{folder} was written by a training with other examples or another recipe, or "
                "whose batches were made for another device or number of processes",
                hint="train anew, without resuming",
            )
        checkpoints.load_weights(self.job.network, folder)
        self.history = History.from_json(stored["history"])
        self._begun = time.monotonic() - stored["seconds"]


class _EveryStep(TrainerCallback):
    """Hands the end of every step to the loop, which knows what follows."""

    def __init__(self, loop: Loop) -> None:
        self._loop = loop

    def on_step_end(self, args: object, state: object, control: object, **_: object) -> None:  # noqa: ARG002
        self._loop.after_step()
