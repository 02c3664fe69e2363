"""What `sartor tune plan` predicts, beside what training really takes: memory and seconds.

    python benchmarks/planning.py [--steps 5] [--only NAME]

Six small models with random weights are trained for some steps, each in a fresh process, by the
loop that every user's training runs through. Predicted is the peak memory of that whole process
(VmHWM: Python and torch, the weights, everything training holds), because that is what a machine
must have; the part above the libraries is reported besides, and what a model of next to nothing
takes. The speed of this machine is what `this_machine` measures, in the same process and before
the model. Seconds are of processor time, of one step (the median of all but the first). Writes
`benchmarks/results/planning.json`.

Whole runs of `tune run` are predicted and done as well: measuring before and after, replay, the
training with its evaluations; seconds of processor time, on one thread, each in a fresh process.
What the prediction adds for calls of Python (`CALLING`, `WRITING` in tuning/planning/duration.py)
was found on a Llama of 12 layers of width 64 and a Qwen 3 of 8 layers of width 384, which are not
among those that are run here.

    python benchmarks/planning.py --runs     the whole runs alone, added to the file
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

from measuring import write_result

RESULT = Path(__file__).parent / "results" / "planning.json"
LIBRARIES = "libraries alone"  # a model of next to nothing: what is held before any real one
LLAMA = {"model_type": "llama", "max_position_embeddings": 2_048, "tie_word_embeddings": True}
CONFIGURATIONS = {
    "5M lora fp32": {
        "shape": {"hidden_size": 256, "intermediate_size": 768, "num_hidden_layers": 5,
                  "num_attention_heads": 4, "num_key_value_heads": 2, "vocab_size": 4_096},
        "method": "lora", "precision": "fp32", "length": 256, "at_once": 2_048, "recipe": {},
    },
    "20M full bf16": {
        "shape": {"hidden_size": 384, "intermediate_size": 1_024, "num_hidden_layers": 10,
                  "num_attention_heads": 6, "num_key_value_heads": 6, "vocab_size": 8_192},
        "method": "full", "precision": "bf16", "length": 512, "at_once": 1_024, "recipe": {},
    },
    "54M lora bf16": {
        "shape": {"hidden_size": 768, "intermediate_size": 2_048, "num_hidden_layers": 6,
                  "num_attention_heads": 12, "num_key_value_heads": 12, "vocab_size": 16_000},
        "method": "lora", "precision": "bf16", "length": 512, "at_once": 1_024,
        "recipe": {"dropout": 0.0},
    },
    "54M full fp32": {
        "shape": {"hidden_size": 768, "intermediate_size": 2_048, "num_hidden_layers": 6,
                  "num_attention_heads": 12, "num_key_value_heads": 12, "vocab_size": 16_000},
        "method": "full", "precision": "fp32", "length": 256, "at_once": 512,
        "recipe": {"checkpointing": True},
    },
    "88M qlora bf16": {
        "shape": {"hidden_size": 768, "intermediate_size": 2_048, "num_hidden_layers": 12,
                  "num_attention_heads": 12, "num_key_value_heads": 4, "vocab_size": 16_000},
        "method": "qlora", "precision": "bf16", "length": 512, "at_once": 512, "recipe": {},
    },
    "114M bottleneck bf16": {
        "shape": {"hidden_size": 896, "intermediate_size": 2_432, "num_hidden_layers": 11,
                  "num_attention_heads": 14, "num_key_value_heads": 2, "vocab_size": 24_000},
        "method": "bottleneck", "precision": "bf16", "length": 1_024, "at_once": 1_024,
        "recipe": {"checkpointing": True},
    },
    LIBRARIES: {
        "shape": {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 1,
                  "num_attention_heads": 1, "num_key_value_heads": 1, "vocab_size": 64},
        "method": "lora", "precision": "bf16", "length": 16, "at_once": 32, "recipe": {},
    },
}  # fmt: skip


SEVEN, SIXTY_FIVE = (
    LLAMA
    | {"hidden_size": hidden, "intermediate_size": inner, "num_hidden_layers": layers,
       "num_attention_heads": heads, "vocab_size": 32_000, "tie_word_embeddings": False}
    for hidden, inner, layers, heads in ((4_096, 11_008, 32, 32), (8_192, 22_016, 80, 64))
)  # fmt: skip
ANCHORS = {  # published or everyday knowledge, at 512 tokens at once
    "65B in 4 bits, rank 64, on 48 GB": (SIXTY_FIVE, "qlora", 64, "48 GB"),
    "65B in bf16 on 80 GB": (SIXTY_FIVE, "lora", 16, "80 GB"),
    "7B in bf16, rank 16, on 24 GB": (SEVEN, "lora", 16, "24 GB"),
    "7B in 4 bits, rank 16, on 24 GB": (SEVEN, "qlora", 16, "24 GB"),
    "7B in full on 80 GB": (SEVEN, "full", 16, "80 GB"),
}


RUNS = {  # what is tuned, on how many examples of which kind, and what else is asked for
    "lab, 400 short examples": {
        "examples": 400, "kind": "short", "chosen": {"epochs": 2, "replay": 1.0},
    },
    "lab, 60 grounded examples": {
        "examples": 60, "kind": "grounded",
        "chosen": {"epochs": 1, "replay": 1.0, "evaluations": 3},
    },
    "54M Llama, random weights, 60 labels": {
        "examples": 60, "kind": "labels", "base": "54M lora bf16",
        "chosen": {"epochs": 2, "replay": 0.5, "evaluations": 2},
    },
}  # fmt: skip


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=5)
    parser.add_argument("--only", default="", help="configurations whose name holds this")
    parser.add_argument("--runs", action="store_true", help="the whole runs alone")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one in RUNS:
        print(json.dumps(run_one(RUNS[arguments.one])))
        return
    if arguments.runs:
        found = json.loads(RESULT.read_text(encoding="utf-8"))
        write_result("planning", {**found, **whole_runs()})
        return
    if arguments.one:
        print(json.dumps(train_one(CONFIGURATIONS[arguments.one], arguments.steps)))
        return
    rows = {}
    for name in CONFIGURATIONS:
        if arguments.only in name:
            rows[name] = in_a_fresh_process(name, arguments.steps)
            print(f"{name}: {json.dumps(rows[name])}", file=sys.stderr)
    alone = rows.pop(LIBRARIES, {}).get("measured_mb")
    errors = [abs(row["memory_error"]) for row in rows.values()]
    found = {
        "steps": arguments.steps,
        "anchors": {name: anchor(*asked) for name, asked in ANCHORS.items()},
        "libraries_alone_mb": alone,
        "largest_memory_error": max(errors),
        "largest_error_above_libraries": max(
            abs(r["error_above_libraries"]) for r in rows.values()
        ),
        "largest_seconds_error": max(abs(row["seconds_error"]) for row in rows.values()),
        "configurations": rows,
    }
    if not arguments.only:
        found |= whole_runs()
    if arguments.only:
        print(json.dumps(found, indent=1))
    else:
        write_result("planning", found)


def whole_runs():
    rows = {}
    for name in RUNS:
        rows[name] = in_a_fresh_process(name, 0)
        print(f"{name}: {json.dumps(rows[name])}", file=sys.stderr)
    return {
        "largest_run_error": max(abs(row["error"]) for row in rows.values()),
        "runs": rows,
    }


def run_one(asked):
    """Plan a whole run, do it, and compare; runs alone in its process."""
    import torch

    from sartor.project.tuning import options_of
    from sartor.samples.town import make_town

    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        project = make_town(root / "town", facts=120, examples=asked["examples"], seed=3)
        project.add(root / "town" / "documents")
        examples = made(project, asked)
        chosen = {"method": "lora", "seed": 0, **asked["chosen"]}
        if "base" in asked:
            chosen["base"] = str(with_lab_tokens(root / "base", asked["base"]))
        planned = project.tuning.plan(examples, options_of(chosen))[0][0]
        clock = Parts()
        begun = time.process_time()
        project.tune(examples, name="benchmark", **chosen)
        used = time.process_time() - begun
        project.close()
    least = planned.duration.least
    return {
        "examples": asked["examples"],
        "predicted_seconds": round(sum(least.values()), 1),
        "measured_seconds": round(used, 1),
        "error": round(sum(least.values()) / used - 1, 3),
        "predicted_parts": {name: round(seconds, 1) for name, seconds in least.items()},
        "measured_parts": {name: round(seconds, 1) for name, seconds in clock.spent.items()},
        "machine_gflops": round(planned.machine.speed / 1e9, 1),
    }


class Parts:
    """Notes the processor time of every part of a run, from when it is made."""

    def __init__(self):
        from sartor.tuning import bench, proof

        self.spent = dict.fromkeys(("training", "measuring", "replay"), 0.0)
        self._time(bench, "train", "training")
        self._time(proof.Proof, "measured", "measuring")
        self._time(bench.Bench, "_general", "replay")

    def _time(self, owner, name, part):
        real = getattr(owner, name)

        def timed(*given, **named):
            begun = time.process_time()
            try:
                return real(*given, **named)
            finally:
                self.spent[part] += time.process_time() - begun

        setattr(owner, name, timed)


def made(project, asked):
    """Write the examples of a run, and say where."""
    from sartor.samples.town import TO_LEARN
    from sartor.tuning.examples import write_examples

    path = project.folder / "learned.jsonl"
    if asked["kind"] == "short":
        return project.folder / "examples.jsonl"
    if asked["kind"] == "grounded":
        found = project.ground_examples(project.folder / TO_LEARN, form="json", seed=0)
        write_examples(path, found.examples[: asked["examples"]])
        return path
    rows = [
        {"messages": [
            {"role": "user", "content": f"Is number {number} even? Look at its last digit first."},
            {"role": "assistant", "content": "no" if number % 2 else "yes"},
        ]}
        for number in range(asked["examples"])
    ]  # fmt: skip
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def with_lab_tokens(folder, name):
    """Save a model with random weights and the lab's tokenizer and template."""
    from sartor.lab import model_folder

    folder.mkdir()
    save_model(folder, LLAMA | CONFIGURATIONS[name]["shape"])
    for file in model_folder().iterdir():
        if "token" in file.name or "template" in file.name:
            (folder / file.name).write_bytes(file.read_bytes())
    return folder


def anchor(configuration, method, rank, card):
    from sartor.tuning.planning import MACHINES, plan, read_shape
    from sartor.tuning.recipes import recipe_for

    shape = read_shape(configuration)
    paged = {"optimizer": "paged_adamw_32bit"} if method == "qlora" else {}
    recipe = recipe_for("ours", method, shape, rank=rank, checkpointing=True, **paged)
    planned = plan(shape, recipe, machine=MACHINES[card], tokens_per_step=512, length=512)
    weights = planned.parts["weights"]
    return {"peak_gb": round(planned.peak / 1e9, 1), "weights_gb": round(weights / 1e9, 1), "fits": planned.fits}  # fmt: skip


def in_a_fresh_process(name, steps):
    command = [sys.executable, __file__, "--one", name, "--steps", str(steps)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{name} failed\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def train_one(configuration, steps):
    """Plan, train, and compare; runs alone in its process."""
    import torch

    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        save_model(folder, LLAMA | configuration["shape"])
        return trained(configuration, Path(folder), steps)


def save_model(folder, shape):
    """Save a model with random weights, by another process: making one takes memory, too."""
    subprocess.run([sys.executable, "-c", MAKE, folder, json.dumps(shape)], check=True)


MAKE = """
import json, sys, torch
from tokenizers import Tokenizer, models
from transformers import AutoModelForCausalLM, CONFIG_MAPPING, PreTrainedTokenizerFast
folder, shape = sys.argv[1], json.loads(sys.argv[2])
torch.manual_seed(0)
torch.set_default_dtype(torch.bfloat16)
torch.set_default_device("cuda" if torch.cuda.is_available() else "cpu")
ends = {"eos_token_id": 1, "bos_token_id": None, "pad_token_id": 0}
config = CONFIG_MAPPING[shape.pop("model_type")](**shape, **ends)
AutoModelForCausalLM.from_config(config).save_pretrained(folder)
words = {"<pad>": 0, "<end>": 1, "word": 2}
PreTrainedTokenizerFast(
    tokenizer_object=Tokenizer(models.WordLevel(words, unk_token="word")),
    eos_token="<end>", pad_token="<pad>", chat_template="{{ messages }}",
).save_pretrained(folder)
"""


def trained(configuration, folder, steps):
    from sartor.tuning.base import open_base
    from sartor.tuning.encoding import Encoder
    from sartor.tuning.loop import Job, train
    from sartor.tuning.methods import METHODS
    from sartor.tuning.planning import plan, read_shape, this_machine
    from sartor.tuning.recipes import recipe_for

    machine = this_machine(configuration["precision"], "cpu")
    shape = read_shape(folder)
    at_once, length = configuration["at_once"], configuration["length"]
    recipe = recipe_for(
        "ours", configuration["method"], shape, epochs=1.0, batch_tokens=at_once,
        **configuration["recipe"],
    )  # fmt: skip
    examples = texts(shape.vocabulary, length, at_once * steps // length)
    planned = plan(
        shape, recipe, tokens_per_step=at_once, length=length, machine=machine,
        examples=len(examples),
    )  # fmt: skip
    before = memory("VmHWM")
    method = METHODS[recipe.method]
    base = open_base(
        folder, precision=configuration["precision"], device="cpu",
        quantised=method.quantised, whole=method.whole,
    )  # fmt: skip
    opened = memory("VmHWM")
    network = method.attach(base.network, recipe, seed=0)
    clock = Clock()
    job = Job(
        network, Encoder(base.tokenizer, window=shape.window), recipe, examples, (),
        folder / "run", method, base.precision, base.device, watch=clock, at_once=at_once,
    )  # fmt: skip
    result = train(job)
    used = statistics.median(later - earlier for earlier, later in pairwise(clock.seen))
    real = sum(one.numel() for one in result.network.parameters() if one.requires_grad)
    peak, libraries = memory("VmHWM"), machine.runtime
    return {
        "parameters": shape.total,
        "trainable": planned.trainable,
        "trainable_really": real,
        "predicted_mb": round(planned.peak / 1e6),
        "measured_mb": round(peak / 1e6),
        "memory_error": round(planned.peak / peak - 1, 3),
        "error_above_libraries": round((planned.peak - libraries) / (peak - libraries) - 1, 3),
        "measured_when_planned_mb": round(before / 1e6),
        "measured_when_opened_mb": round(opened / 1e6),
        "parts_mb": {name: round(size / 1e6) for name, size in planned.parts.items()},
        "predicted_seconds_of_a_step": round(planned.seconds / steps, 3),
        "measured_seconds_of_a_step": round(used, 3),
        "seconds_error": round(planned.seconds / steps / used - 1, 3),
        "machine_gflops": round(machine.speed / 1e9, 1),
        "machine_gb_per_second": round(machine.bandwidth / 1e9, 1),
    }


class Clock:
    """Notes the processor time after every step."""

    def __init__(self):
        self.seen = []

    def see(self, standing):
        self.seen.append(time.process_time())

    def say(self, note):
        pass


def texts(vocabulary, length, count):
    import random

    from sartor.tuning.encoding import Encoded

    drawn = random.Random(0)
    return [
        Encoded(tuple(drawn.randrange(3, vocabulary) for _ in range(length)), (True,) * length)
        for _ in range(count)
    ]


def memory(kind):
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if kind in line)


if __name__ == "__main__":
    main()
