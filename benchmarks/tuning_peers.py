"""Tuning with LoRA on a CPU beside TRL's SFTTrainer and transformers' own Trainer.

    python benchmarks/tuning_peers.py PEER.py --env PYTHON [--steps 10] [--rounds 3]

PEER.py is the peers' harness: it makes the chats, the tokenizer and the network of 50M parameters
(random weights), and runs the peers. PYTHON has trl beside what Sartor needs. Every case runs in a
fresh process, one after the other, round by round: the same rows, the same LoRA, rows cut at the
same length, steps of as many tokens as the peers' rows have on average, all in the fastest
precision this CPU has. Useful tokens are those of the chats, without filler; rates are of
CPU-seconds of the steps after the first, memory is the peak of the process. Medians of rounds.
Writes `benchmarks/results/tuning_peers.json`.
"""

import argparse
import importlib.util
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

from measuring import write_result

WANTED = {"trl": 1.4, "trainer": 1.15}
KEPT = (
    "tokens_per_cpu_s", "tokens_per_s", "loss_tokens_per_cpu_s", "step_cpu_s", "peak_rss_mb",
    "padding_fraction", "supervised_fraction", "loss_first", "loss_last", "tokens_per_step",
)  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("peer", type=Path)
    parser.add_argument("--env", required=True, help="interpreter that has trl")
    parser.add_argument("--steps", type=int, default=10)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--worker", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    options = {
        "examples": 200, "steps": arguments.steps, "batch": 4, "length": 512, "seed": 20261120,
    }  # fmt: skip
    if arguments.worker:
        print("\n" + json.dumps(ours(arguments.peer, arguments.worker, options)))
        return
    from sartor.networks.precision import choose_precision

    chosen = choose_precision("auto", "cpu")
    rounds = []
    for _ in range(arguments.rounds):
        rounds.append(one_round(arguments, options, chosen.value))
        print({name: round(found["tokens_per_cpu_s"], 1) for name, found in rounds[-1].items()})
    settings = {"threads": arguments.threads, "rounds": arguments.rounds, **options}
    write_result("tuning_peers", {**settings, "chosen": chosen.reason, **summary(rounds)})


def one_round(arguments, options, precision):
    """Run ours and every peer once, each in a process of its own."""
    found = {}
    script = [__file__, str(arguments.peer), "--env", "", "--steps", str(arguments.steps)]
    commands = {"ours": [sys.executable, *script, "--worker", precision]}
    for name in WANTED:
        commands[name] = [arguments.env, arguments.peer.name, "--worker", f"{name}/{precision}"]
    with tempfile.TemporaryDirectory() as scratch:
        for name, command in commands.items():
            started = {"scratch": scratch, "started": time.time()}
            given = [] if name == "ours" else [json.dumps(options | started)]
            done = subprocess.run(
                [*command, *given],
                cwd=None if name == "ours" else arguments.peer.parent,
                env=os.environ | {"OMP_NUM_THREADS": str(arguments.threads)},
                capture_output=True,
                text=True,
            )
            if done.returncode:
                raise SystemExit(f"{name} failed:\n{done.stderr[-3_000:]}")
            values = json.loads(done.stdout.strip().splitlines()[-1])
            found[name] = {key: values.get(key) for key in KEPT}
    return found


def summary(rounds):
    cases = {
        name: {key: middle(one[name][key] for one in rounds) for key in KEPT} for name in rounds[0]
    }
    against = {}
    for name, wanted in WANTED.items():
        pairs = [(one["ours"], one[name]) for one in rounds]
        against[name] = {
            "times_its_useful_tokens": middle(
                mine["tokens_per_cpu_s"] / theirs["tokens_per_cpu_s"] for mine, theirs in pairs
            ),
            "wanted": wanted,
            "share_of_its_memory": middle(
                mine["peak_rss_mb"] / theirs["peak_rss_mb"] for mine, theirs in pairs
            ),
        }
    return {"against": against, "cases": cases, "each": rounds}


def middle(values):
    known = [value for value in values if value is not None]
    return round(statistics.median(known), 4) if known else None


# --- our side, in a process of its own ----------------------------------------------------------


def ours(path, precision, options):
    warnings.simplefilter("ignore")
    from peft import get_peft_model

    from sartor.networks.precision import choose_device
    from sartor.tuning.encoding import Encoder
    from sartor.tuning.loop import Job, train
    from sartor.tuning.recipes import recipe_for
    from sartor.types import Chosen

    peer = module(path)
    chats = peer.make_chats(options["examples"], options["seed"])
    tokenizer = peer.make_tokenizer(chats)
    network = get_peft_model(peer.make_model(precision, options["seed"]), peer.lora())
    examples = encoded(Encoder(tokenizer, window=100_000), chats, options["length"])
    total = sum(len(one.ids) for one in examples)
    step_tokens = round(total / len(examples) * options["batch"])
    recipe = recipe_for(
        "ours", "lora", learning_rate=2e-4, schedule="constant_with_warmup", warmup=0.0,
        epochs=options["steps"] / (total / step_tokens), batch_tokens=step_tokens,
        checkpointing=False, packing=False, dropout=0.0,
    )  # fmt: skip
    steps = Steps()
    with tempfile.TemporaryDirectory() as folder:
        train(
            Job(
                network=network,
                encoder=Encoder(tokenizer, window=options["length"]),
                recipe=recipe,
                train=examples,
                dev=(),
                folder=Path(folder),
                method=None,
                precision=Chosen(precision, "the fastest here"),
                device=choose_device("cpu"),
                watch=steps,
                seed=options["seed"],
                at_once=recipe.batch_tokens,
            )
        )
    share = Encoder.share(examples)
    found = steps.figures()
    found["loss_tokens_per_cpu_s"] = found["tokens_per_cpu_s"] * share
    return found | {"supervised_fraction": share}


def module(path):
    spec = importlib.util.spec_from_file_location("tuning_peer", path)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def encoded(encoder, chats, length):
    """Encode chats as the peers have them: cut where their sequence ends."""
    from sartor.tuning.encoding import Encoded
    from sartor.types import Example, Message

    found = []
    for chat in chats:
        messages = tuple(Message(one["role"], one["content"]) for one in chat["messages"])
        whole = encoder.encode(Example(messages))
        found.append(Encoded(whole.ids[:length], whole.learned[:length]))
    return found


class Steps:
    """CPU seconds from the end of one step to the end of the next."""

    def __init__(self):
        self.rows = []
        self.cpu, self.wall = time.process_time(), time.perf_counter()

    def say(self, note):
        pass

    def see(self, standing):
        cpu, wall = time.process_time(), time.perf_counter()
        self.rows.append((standing.step, cpu - self.cpu, wall - self.wall))
        self.cpu, self.wall = cpu, wall

    def figures(self):
        rows = self.rows[1:]
        tokens = sum(step.tokens for step, _, _ in rows)
        return {
            "tokens_per_cpu_s": tokens / sum(cpu for _, cpu, _ in rows),
            "tokens_per_s": tokens / sum(wall for _, _, wall in rows),
            "tokens_per_step": tokens / len(rows),
            "step_cpu_s": statistics.median(cpu for _, cpu, _ in rows),
            "peak_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            "loss_first": self.rows[0][0].loss,
            "loss_last": self.rows[-1][0].loss,
        }


if __name__ == "__main__":
    main()
