"""`python -m sartor.lab.publish RUN --to FOLDER`: a training becomes the model that is shipped.

Takes the last checkpoint of a training, finished or not, measures how it reads, and writes weights
in bf16, tokenizer, chat template and card.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sartor.lab.cards import Trained, make_card, write_page

if TYPE_CHECKING:
    from transformers import LlamaForCausalLM


def main() -> None:
    """Read the flags, export, measure, and write the card."""
    flags = _flags()
    import torch
    from transformers import LlamaForCausalLM

    from sartor.lab.exporting import export
    from sartor.lab.training import CHECKPOINT, new_model

    torch.set_num_threads(flags.threads)
    kept = torch.load(flags.run / CHECKPOINT, weights_only=True)
    model = new_model()
    model.load_state_dict(kept["model"])
    export(model, flags.run, flags.to)
    shipped = LlamaForCausalLM.from_pretrained(flags.to, dtype=torch.float32)
    card = _measured(shipped, kept["spent"], flags)
    (flags.to / "card.json").write_text(json.dumps(card, indent=2) + "\n", encoding="utf-8")
    (flags.to / "README.md").write_text(write_page(card), encoding="utf-8")


def _measured(
    model: LlamaForCausalLM, spent: dict[str, Any], flags: argparse.Namespace
) -> dict[str, Any]:
    from sartor.lab.english import read_english
    from sartor.lab.reading_test import measure_english, measure_reading, standard_tests
    from sartor.lab.tokenizer import load_encoder

    encoder = load_encoder(flags.to)
    reading = {}
    for name, test in standard_tests(flags.questions).items():
        figures = asdict(measure_reading(model, encoder, test))
        reading[name] = {key: round(value, 3) for key, value in figures.items()}
    perplexity = measure_english(model, encoder, read_english(flags.english).held_out)
    trained = Trained(
        parameters=sum(parameter.numel() for parameter in model.parameters()),
        bytes=(flags.to / "model.safetensors").stat().st_size,
        steps=spent["steps"],
        tokens=spent["tokens"],
        questions=spent["questions"],
        minutes=spent["seconds"] / 60,
        cpu_minutes=spent["cpu_seconds"] / 60,
        note=flags.note,
    )
    return make_card(trained, reading, perplexity)


def _flags() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sartor.lab.publish", description=__doc__)
    parser.add_argument("run", type=Path, help="the folder of a training")
    parser.add_argument("--to", type=Path, required=True, help="the folder of the model")
    parser.add_argument("--questions", type=int, default=200, help="for each test of reading")
    parser.add_argument("--note", default="", help="what else the card should say of the training")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--english", type=Path, help="the folder that the training read instead")
    return parser.parse_args()


if __name__ == "__main__":
    main()
