"""A cross-encoder for natural language inference as a judge: evidence first, claim second.

Works with any sequence classifier of transformers whose labels are called entailment, neutral and
contradiction, from a folder or the hub. It runs on the CPU and is loaded when first asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any

from sartor.errors import ConfigError, MissingExtra
from sartor.protocols import Judgement
from sartor.types import Support

_BATCH = 16
_LONGEST = 512  # tokens of claim and evidence together
_SUPPORTS: dict[str, Support] = {
    "entailment": "supported",
    "neutral": "unsupported",
    "contradiction": "contradicted",
}
_REASONS: dict[Support, str] = {
    "supported": "the evidence entails it",
    "unsupported": "the evidence does not entail it",
    "contradicted": "the evidence contradicts it",
}


class NliJudge:
    """Implements `Judge` with a classifier from `path`: a folder, or a name on the hub."""

    def __init__(self, path: str | Path) -> None:
        self._path = str(path)
        self._lock = Lock()

    def judge(self, pairs: Sequence[tuple[str, str]]) -> list[Judgement]:
        """Classify each (claim, evidence); confidence is the probability of entailment."""
        judged: list[Judgement] = []
        for start in range(0, len(pairs), _BATCH):
            with self._lock:  # a tokenizer must not be used by two threads at once
                rows = self._probabilities(pairs[start : start + _BATCH])
            judged.extend(_judgement(row, self._labels) for row in rows)
        return judged

    def _probabilities(self, pairs: Sequence[tuple[str, str]]) -> list[list[float]]:
        import torch

        tokenizer, model = self._loaded
        claims, evidence = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
        batch = tokenizer(
            evidence,
            claims,
            padding=True,
            truncation=True,
            max_length=_LONGEST,
            return_tensors="pt",
        )
        with torch.inference_mode():
            rows: list[list[float]] = model(**batch).logits.softmax(-1).tolist()
        return rows

    @cached_property
    def _loaded(self) -> tuple[Any, Any]:
        try:
            from transformers import AutoModelForSequenceClassification, AutoTokenizer
        except ImportError as missing:
            raise MissingExtra(
                "an NLI judge needs torch and transformers", hint='pip install "sartor[local]"'
            ) from missing
        try:
            tokenizer = AutoTokenizer.from_pretrained(self._path)
            model = AutoModelForSequenceClassification.from_pretrained(self._path)
        except (OSError, ValueError) as refused:
            raise ConfigError(
                f"{self._path!r} holds no sequence classifier: {refused}",
                hint="name a folder or a hub model that tells entailment from contradiction",
            ) from refused
        return tokenizer, model.eval()

    @cached_property
    def _labels(self) -> list[Support]:
        """The verdict that each output of the model stands for."""
        named = self._loaded[1].config.id2label
        labels = [str(named[number]).lower() for number in range(len(named))]
        if sorted(labels) != sorted(_SUPPORTS):
            raise ConfigError(
                f"the labels of {self._path!r} are {', '.join(labels)}; "
                "expected entailment, neutral, contradiction",
                hint="choose a model made for natural language inference",
            )
        return [_SUPPORTS[label] for label in labels]


def _judgement(row: Sequence[float], labels: Sequence[Support]) -> Judgement:
    likeliest = max(range(len(row)), key=row.__getitem__)
    support = labels[likeliest]
    return Judgement(support, row[labels.index("supported")], _REASONS[support])
