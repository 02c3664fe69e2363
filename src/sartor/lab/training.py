"""Trains the lab model from nothing within a number of minutes, and can be stopped at any time.

In go lessons and a time, out comes a trained model, and on the way checkpoints to go on from.
Progress is counted in time: learning rate and curriculum follow the share of the minutes that is
spent, so that every machine ends with a finished schedule.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

import torch
from transformers import LlamaConfig, LlamaForCausalLM

from sartor.lab.curriculum import draw_batch
from sartor.lab.lessons import Lessons
from sartor.lab.losses import Losses, measure_losses
from sartor.lab.muon import Muon
from sartor.lab.start import give_structure
from sartor.lab.tokenizer import LONGEST, VOCABULARY
from sartor.networks.precision import DTYPES, choose_precision

_MATRIX_RATE = 0.02
_REST_RATE = 2e-3
_WEIGHT_DECAY = 0.05
_WARM_UP_STEPS = 60
_FALL_FROM = 0.5  # the share of the time after which the learning rate falls
_LAST_RATE = 0.03
_CLIP = 1.0
_LOG_EVERY = 25
CHECKPOINT = "checkpoint.pt"


@dataclass(slots=True)
class Spent:
    """What the training has cost so far."""

    steps: int = 0
    tokens: int = 0
    questions: int = 0
    seconds: float = 0.0
    cpu_seconds: float = 0.0


class Training:
    """One training run in one folder; opening the folder again goes on where it stopped."""

    def __init__(self, lessons: Lessons, folder: Path, *, minutes: float, seed: int = 0) -> None:
        torch.manual_seed(seed)
        self.spent = Spent()
        self._lessons, self._folder, self._seed = lessons, folder, seed
        self._seconds = minutes * 60
        self._dtype = DTYPES[choose_precision("auto", "cpu").value]
        self.model = new_model()
        give_structure(self.model)
        named = list(self.model.named_parameters())
        matrices = [p for name, p in named if p.dim() == 2 and "embed" not in name]
        rest = [p for name, p in named if p.dim() != 2 or "embed" in name]
        self._muon = Muon(matrices, weight_decay=_WEIGHT_DECAY, dtype=self._dtype)
        self._adam = torch.optim.AdamW(
            rest, lr=_REST_RATE, betas=(0.9, 0.95), weight_decay=0.0, fused=True
        )
        self._go_on()

    @property
    def done(self) -> float:
        """The share of the time that is spent."""
        return min(1.0, self.spent.seconds / self._seconds)

    def run(self, *, save_every: int, report: Callable[[str], None]) -> None:
        """Train until the time is spent, saving every so many steps."""
        self.model.train()
        logged: list[Losses] = []
        while self.done < 1.0:
            logged.append(self.step())
            if self.spent.steps % _LOG_EVERY == 0:
                report(self._line(logged))
                logged.clear()
            if self.spent.steps % save_every == 0:
                self.save()
        self.save()

    def step(self) -> Losses:
        """Learn from one batch."""
        wall, cpu = time.monotonic(), time.process_time()
        batch = draw_batch(self._lessons, self._random(), self.done)
        with torch.autocast("cpu", torch.bfloat16, enabled=self._dtype is torch.bfloat16):
            total, losses = measure_losses(self.model, batch, seed=self.spent.steps)
        total.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.model.parameters(), _CLIP)
        self._move()
        self.spent.steps += 1
        self.spent.tokens += batch.tokens.size
        self.spent.questions += batch.questions
        self.spent.seconds += time.monotonic() - wall
        self.spent.cpu_seconds += time.process_time() - cpu
        return losses

    def save(self) -> None:
        """Write the checkpoint in one step: a killed run leaves the one before."""
        self._folder.mkdir(parents=True, exist_ok=True)
        kept = {
            "model": self.model.state_dict(),
            "adam": self._adam.state_dict(),
            "momenta": self._muon.momenta(),
            "spent": asdict(self.spent),
        }
        partial = self._folder / f"{CHECKPOINT}.partial"
        torch.save(kept, partial)
        os.replace(partial, self._folder / CHECKPOINT)

    def _go_on(self) -> None:
        path = self._folder / CHECKPOINT
        if not path.exists():
            return
        kept = torch.load(path, weights_only=True)
        self.model.load_state_dict(kept["model"])
        self._adam.load_state_dict(kept["adam"])
        self._muon.resume(kept["momenta"])
        self.spent = Spent(**kept["spent"])

    def _random(self) -> Random:
        return Random(f"{self._seed}/{self.spent.steps}")  # noqa: S311 - lessons, no secret

    def _move(self) -> None:
        rate = learning_rate(self.spent.steps, self.done)
        self._muon.step(_MATRIX_RATE * rate)
        for group in self._adam.param_groups:
            group["lr"] = _REST_RATE * rate
        self._adam.step()
        self.model.zero_grad(set_to_none=True)

    def _line(self, logged: list[Losses]) -> str:
        count = len(logged)
        figures = {
            **asdict(self.spent),
            "done": round(self.done, 4),
            "answers": round(sum(one.answers for one in logged) / count, 4),
            "reading": round(sum(one.reading for one in logged) / count, 4),
        }
        return json.dumps(figures)


def new_model() -> LlamaForCausalLM:
    """Make the network with random weights: 4.43 million of them."""
    return LlamaForCausalLM(
        LlamaConfig(
            vocab_size=VOCABULARY,
            hidden_size=256,
            num_hidden_layers=5,
            num_attention_heads=8,
            num_key_value_heads=8,
            intermediate_size=640,
            max_position_embeddings=LONGEST,
            rope_parameters={"rope_type": "default", "rope_theta": 1e5},
            tie_word_embeddings=True,
            initializer_range=0.04,
            pad_token_id=0,
            bos_token_id=None,
            eos_token_id=1,
        )
    )


def learning_rate(step: int, done: float) -> float:
    """Rise for some steps, stay, then fall straight to a small rest."""
    rise = min(1.0, (step + 1) / _WARM_UP_STEPS)
    fall = 1.0 if done < _FALL_FROM else (1 - done) / (1 - _FALL_FROM)
    return rise * max(_LAST_RATE, fall)
