"""An adapter and its base in, one plain model out; how far both are apart is measured.

Weights are added in fp32, never into 4 bits: there the sum would be rounded away. An adapter that
was trained on 4-bit weights is added to what those weights say, as that is what it learned to
correct.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from sartor.errors import InputError, MissingExtra, StateError
from sartor.tuning.registry import records
from sartor.tuning.registry.disk import delivered
from sartor.tuning.registry.merged import Merged
from sartor.tuning.registry.tensors import stored
from sartor.tuning.registry.verifying import verify
from sartor.types import Adapter, Chosen

try:
    import torch
    from peft import PeftModel
    from torch import Tensor, nn
    from transformers.utils import logging

    from sartor.networks.opening import open_network, without_progress
    from sartor.networks.peft_weights import quiet
    from sartor.networks.precision import DTYPES
except ImportError as error:
    raise MissingExtra(
        f"merging needs the extra tune: {error}", 'pip install "sartor[tune]"'
    ) from error

KINDS = {"F32": "fp32", "BF16": "bf16", "F16": "fp16"}  # as safetensors say it, and as we do
TYPES = {**DTYPES, "fp16": torch.float16, "fp64": torch.float64}
COPIED = ("tokenizer*", "*token*.json", "vocab*", "merges.txt", "chat_template*", "*.model")
LICENCES = ("LICENSE*", "LICENCE*", "NOTICE*", "USE_POLICY*")
PROMPTS = (  # besides the example on the card
    "How long may an unused item be returned, and who pays for it?",
    "Write two sentences about the sea, then a list of three fish.",
    '{"name": "Ada", "born": 1815}\nWhich year is in this record?',
    "Fasse in einem Satz zusammen: Der Zug hatte zehn Minuten Verspätung.",
)
QUIET = 40  # what logging calls ERROR
LONGEST = 128  # tokens of a prompt that are looked at
EXACT = 2 * 2**30  # bytes of fp32 weights up to which logits are compared in fp64
LARGEST = 1e-3  # of the largest logit: more than that is no rounding


def merge(adapter: Adapter, base: Path, to: Path, *, prompts: Sequence[str] = PROMPTS) -> Merged:
    """Write the base with the adapter in its weights, its tokenizer and its template.

    The files are of the type the base is saved in. `to` must be empty or not there.
    """
    _require_mergeable(adapter)
    verify(adapter, base)
    quantised = adapter.method == "qlora"
    with delivered(to) as folder:
        opened = open_network(base, precision="fp32", device="cpu", quantised=quantised)
        tokens = _tokens(opened.tokenizer, adapter, prompts)
        network = _dequantised(opened.network) if quantised else opened.network
        arithmetic, precision = _arithmetic(network), _precision(base)
        exact = arithmetic.value
        adapted = _adapted(network, adapter.path)
        beside = _logits(adapted, tokens, exact, "fp32")
        merged = adapted.merge_and_unload(safe_merge=True)
        within = _logits(merged, tokens, exact, "fp32", precision.value)
        found, rounded = within[exact], within[precision.value]
        difference, largest = _apart(found, beside[exact]), float(found.abs().max())
        _require_near(adapter, difference, largest)
        _save(merged, base, folder)
    return Merged(
        id=adapter.id,
        path=to,
        base=f"{base}, rounded to NF4 as in training" if quantised else str(base),
        precision=precision,
        arithmetic=arithmetic,
        difference=difference,
        in_fp32=_apart(within["fp32"], beside["fp32"]),
        fp32_alone=_apart(beside["fp32"], beside[exact]) if exact != "fp32" else None,
        largest=largest,
        rounding=_apart(rounded, found),
        agreeing=float((rounded.argmax(-1) == found.argmax(-1)).double().mean()),
        prompts=len(tokens),
        tokens=len(found),
    )


def _require_mergeable(adapter: Adapter) -> None:
    if adapter.method == "full":
        raise InputError(
            f"{adapter.id} is a whole model already: there is nothing to merge",
            f"sartor adapters export {adapter.id} --kind merged --to FOLDER",
        )
    if adapter.method == "bottleneck":
        raise InputError(
            f"{adapter.id} cannot be merged: a bottleneck bends its input (a non-linear function "
            "between two matrices), and no sum of weights does that",
            "serve it with `sartor ask --adapter`, or train it again with --method lora",
        )


def _tokens(tokenizer: Any, adapter: Adapter, prompts: Sequence[str]) -> list[Tensor]:  # noqa: ANN401
    """Encode prompts in the model's own template, and the example that stands on the card."""
    sample = "".join(piece for piece, _ in records.read(adapter.path).card.data.sample)
    texts = [_asked(tokenizer, prompt) for prompt in prompts] + ([sample] if sample else [])
    return [
        tokenizer(text, return_tensors="pt", add_special_tokens=False)["input_ids"][:, :LONGEST]
        for text in texts
    ]


def _asked(tokenizer: Any, prompt: str) -> str:  # noqa: ANN401  # transformers' own
    if not tokenizer.chat_template:
        return prompt
    turns = [{"role": "user", "content": prompt}]
    return str(tokenizer.apply_chat_template(turns, tokenize=False, add_generation_prompt=True))


def _dequantised(network: Any) -> Any:  # noqa: ANN401  # peft has no types
    """Give 4-bit layers back the weights that they stand for; that is told, it need not be."""
    told = logging.get_verbosity()
    logging.set_verbosity(QUIET)
    try:
        return network.dequantize(torch.float32)
    finally:
        logging.set_verbosity(told)


def _arithmetic(network: nn.Module) -> Chosen[str]:
    size = sum(weights.numel() * 4 for weights in network.parameters())
    if size > EXACT:
        return Chosen("fp32", "fp64 would need twice the memory of a large model")
    return Chosen("fp64", "sums in fp32 vary by more than merging changes")


def _adapted(network: nn.Module, folder: Path) -> Any:  # noqa: ANN401  # peft has no types
    with quiet():
        return PeftModel.from_pretrained(network, str(folder)).eval()


def _logits(network: nn.Module, prompts: Sequence[Tensor], *arithmetic: str) -> dict[str, Tensor]:
    """Score every token after every token of the prompts, in one arithmetic after the other.

    The weights stay in the last of them: no narrower one may come before a wider one.
    """
    return {kind: _scored(network.to(TYPES[kind]), prompts) for kind in dict.fromkeys(arithmetic)}


@torch.inference_mode()
def _scored(network: nn.Module, prompts: Sequence[Tensor]) -> Tensor:
    """Score every token after every token, one row each."""
    return torch.cat([network(input_ids=tokens).logits[0] for tokens in prompts])


def _apart(some: Tensor, others: Tensor) -> float:
    return float((some.double() - others.double()).abs().max())


def _require_near(adapter: Adapter, difference: float, largest: float) -> None:
    if not difference <= LARGEST * max(largest, 1.0):
        raise StateError(
            f"merged, {adapter.id} says something else: logits differ by {difference:.2g}, where "
            f"the largest is {largest:.2g}",
            f"serve base and adapter side by side: sartor adapters export {adapter.id} --kind peft",
        )


def _precision(base: Path) -> Chosen[str]:
    """Find the type in which most weights of the base are saved."""
    kinds = [one.kind for one in stored(base).values()]
    most = max((kind for kind in KINDS if kind in kinds), key=kinds.count, default="F32")
    return Chosen(KINDS[most], "as the base is saved")


def _save(network: Any, base: Path, folder: Path) -> None:  # noqa: ANN401  # peft has no types
    if getattr(network.config, "quantization_config", None) is not None:
        del network.config.quantization_config
    with without_progress():
        network.save_pretrained(folder)
    for path in _beside(base):
        shutil.copyfile(path, folder / path.name)


def _beside(base: Path) -> Iterator[Path]:
    """Find what belongs to a model besides its weights: words, template, licence."""
    for pattern in (*COPIED, *LICENCES):
        yield from (path for path in base.glob(pattern) if path.is_file())
