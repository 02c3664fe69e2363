"""`python -m sartor.lab.train --out FOLDER --minutes M`: trains the lab model, or goes on training.

The folder holds the tokenizer, the checkpoint and a log; `python -m sartor.lab.publish` makes the
model of it. Stopped at any time, the same command goes on from the last checkpoint.
"""

from __future__ import annotations

import argparse
from pathlib import Path

SAVE_EVERY = 100


def main() -> None:
    """Read the flags, then train until the time is over."""
    flags = _flags()
    import torch

    from sartor.lab.english import read_english
    from sartor.lab.lessons import Lessons
    from sartor.lab.tokenizer import load_encoder, save_tokenizer, train_tokenizer
    from sartor.lab.training import Training

    torch.set_num_threads(flags.threads)
    english = read_english(flags.english)
    if not (flags.out / "tokenizer.json").exists():
        flags.out.mkdir(parents=True, exist_ok=True)
        save_tokenizer(train_tokenizer(english), flags.out)
    lessons = Lessons(load_encoder(flags.out), english)
    training = Training(lessons, flags.out, minutes=flags.minutes, seed=flags.seed)
    with (flags.out / "log.jsonl").open("a", encoding="utf-8", buffering=1) as log:
        training.run(save_every=SAVE_EVERY, report=lambda line: log.write(line + "\n"))


def _flags() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sartor.lab.train", description=__doc__)
    parser.add_argument("--out", type=Path, required=True, help="the folder of this training")
    parser.add_argument("--minutes", type=float, default=150, help="how long to train, in all")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument(
        "--english", type=Path, help="a folder of .txt or .gz files to read instead"
    )
    return parser.parse_args()


if __name__ == "__main__":
    main()
