"""A trained model -> the folder that is shipped: weights in bf16, tokenizer and chat template."""

from __future__ import annotations

import copy
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from transformers import LlamaForCausalLM

_TOKENIZER = ("tokenizer.json", "tokenizer_config.json", "chat_template.jinja")


def export(model: LlamaForCausalLM, tokenizer: Path, folder: Path) -> None:
    """Write the model in bf16, with the tokenizer of another folder beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    copy.deepcopy(model).bfloat16().save_pretrained(folder)
    (folder / "model.safetensors").chmod(0o644)  # it is written readable by its owner alone
    for name in _TOKENIZER:
        shutil.copyfile(tokenizer / name, folder / name)
