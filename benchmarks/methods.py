"""What each method of tuning brings and breaks, on the lab model: one table.

    python benchmarks/methods.py [--examples 400] [--threads 1] [--cases lora,full]

The same examples (a question, its answer as JSON) are learned by lora, qlora, bottleneck and full,
each with general text mixed in, and by lora without any; each case is a process of its own. Before
and after the same things are measured on examples, prose and prompts that training never saw: the
task (format, words), perplexity on general prose, small abilities, and how often the new form leaks
into answers where it does not belong. Names in the examples are new to the model, so what it has to
learn is the form. With --precision fp32 it runs as on a CPU without bf16 units. Writes
`benchmarks/results/methods.json`.
"""

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measuring import write_result

CASES = {
    "lora": ("lora", 2.0),
    "qlora": ("qlora", 2.0),
    "bottleneck": ("bottleneck", 2.0),
    "full": ("full", 2.0),
    "lora without replay": ("lora", 0.0),
}
CLAIMS = {
    "qlora within 1-2 % of full at a third of the memory": "guides",
    "4 bits cost 1-2 points of perplexity": "guides",
    "general data mixed in keeps a model from forgetting": "guides",
}
SEED = 7


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--examples", type=int, default=400)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--precision", default="auto")
    parser.add_argument("--cases", default=",".join(CASES))
    parser.add_argument("--one", help="(used by itself)")
    arguments = parser.parse_args()
    if arguments.one:
        print("\n" + json.dumps(train(arguments.one, arguments)))
        return
    found = {}
    for case in arguments.cases.split(","):
        command = [sys.executable, __file__, "--one", case, "--precision", arguments.precision]
        command += ["--examples", str(arguments.examples), "--threads", str(arguments.threads)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            sys.exit(done.stderr)
        found[case] = json.loads(done.stdout.splitlines()[-1])
        print(case, *(f"{name} {value}" for name, value in short(found[case]).items()), sep="  ")
        sys.stdout.flush()
        write(found, arguments)  # what is known is kept, should the next one fail


def write(found, arguments):
    name = "methods" if arguments.precision == "auto" else f"methods-{arguments.precision}"
    facts = {"examples": arguments.examples, "threads": arguments.threads, "claims": CLAIMS}
    write_result(name, {**facts, "cases": found})


def train(case, arguments):
    """Tune once, and tell everything of it."""
    import random

    from sartor.lab import model_folder
    from sartor.lab.handbook import handbook, house_style, style_examples
    from sartor.tuning.guard import Limits
    from sartor.tuning.order import Order
    from sartor.tuning.planning import read_shape
    from sartor.tuning.recipes import recipe_for
    from sartor.tuning.registry import Registry
    from sartor.tuning.tune import tune

    method, replay = CASES[case]
    pairs = list(handbook(SEED, arguments.examples).pairs)
    random.Random(SEED).shuffle(pairs)
    examples = style_examples(pairs[: arguments.examples], house_style)
    base = model_folder()
    shape = read_shape(base)
    recipe = recipe_for("ours", method, shape, examples=len(examples), tokens=45 * len(examples))
    order = Order(
        name="form",
        base=base,
        base_name="lab",
        file="",
        examples=examples,
        recipe=recipe,
        limits=Limits(),
        replay=replay,
        precision=arguments.precision,
        threads=arguments.threads,
        seed=SEED,
    )
    began, cpu = time.perf_counter(), time.process_time()
    with tempfile.TemporaryDirectory() as scratch:
        registry = Registry(Path(scratch) / "adapters")
        adapter = tune(order, registry, folder=Path(scratch) / "tuning")
        card = registry.card("form")
    return {
        "method": method,
        "replay": replay,
        "seconds": round(time.perf_counter() - began, 1),
        "cpu_seconds": round(time.process_time() - cpu, 1),
        "seconds_of_training": round(card.training.seconds, 1),
        "steps": card.training.steps,
        "stopped": card.training.stopped,
        "precision": card.training.precision.value,
        "trainable": card.training.trainable,
        "trainable_share": round(card.training.trainable / card.training.parameters, 5),
        "peak_mb": round(card.training.peak_memory / 1e6),
        "learning_rate": recipe.learning_rate,
        "before": figures(adapter.before),
        "after": figures(adapter.measurements),
        "guard": adapter.guard.passed,
        "findings": {one.name: [one.passed, one.reason] for one in adapter.guard.findings},
    }


def figures(measured):
    return {
        name: {key: round(getattr(one, key), 4) for key in ("mean", "low", "high", "n")}
        for name, one in measured.items()
    }


def short(case):
    before, after = case["before"], case["after"]
    ratio = after["general.perplexity"]["mean"] / before["general.perplexity"]["mean"]
    return {
        "format": f"{before['task.format']['mean']:.2f}->{after['task.format']['mean']:.2f}",
        "f1": after["task.f1"]["mean"],
        "perplexity": round(ratio, 3),
        "probe": after["general.probe"]["mean"] - before["general.probe"]["mean"],
        "leak": after["general.leak"]["mean"],
        "guard": case["guard"],
        "share": case["trainable_share"],
        "MB": case["peak_mb"],
        "cpu s": case["cpu_seconds"],
    }


if __name__ == "__main__":
    main()
