"""What happens to an adapter after training: kept, loaded again, switched, mixed, merged.

    python benchmarks/adapters.py [--rounds 5] [--only lab]

On the lab model and on a Llama of 54M parameters with random weights. Eight LoRA adapters of rank
16 on all linear layers are trained for a few steps each and added to a registry; figures are about
what comes out of it.

merge      what `sartor adapters merge` measures: the largest difference of logits between base with
           adapter and merged model (fp32 weights, sums in fp64), the same with sums in fp32, and
           how far the unmerged logits move when they are merely summed in fp32: no difference below
           that can be told from it; then what saving in the base's precision adds
reload     largest difference of logits between the trained network and the one read from disk
switch     milliseconds of processor time to make another adapter ready in a running LocalModel,
           and how much longer a call takes that asks for another adapter than the call before
batch      of eight calls at once with eight adapters, how many write what each writes alone; fp32

Writes `benchmarks/results/adapters.json`.
"""

import argparse
import statistics
import tempfile
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import torch
from transformers.utils import logging

from generation import make_model
from measuring import write_result
from sartor.lab import model_folder
from sartor.models.local import LocalModel
from sartor.networks.identity import identify
from sartor.protocols import Generation
from sartor.tuning.base import open_base
from sartor.tuning.methods import METHODS
from sartor.tuning.recipes import recipe_for
from sartor.tuning.registry import BaseFacts, Card, DataFacts, Registry, TrainingFacts
from sartor.types import Chosen, Message

AT_ONCE = 8
TOKENS = 32  # written by each call
CALLS = 16  # that are compared in a round
RANDOM = {
    "vocab_size": 16_000,
    "hidden_size": 768,
    "intermediate_size": 2_048,
    "num_hidden_layers": 6,
    "num_attention_heads": 12,
    "num_key_value_heads": 12,
    "max_position_embeddings": 2_048,
    "tie_word_embeddings": True,
}
QUESTION = "Where is my order?"
TAUGHT = "Your {} left our house today. Kind regards, desk {}."
GOODS = ["chair", "lamp", "table", "shelf", "carpet", "mirror", "clock", "basket"]
LORA = METHODS["lora"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--only", choices=["lab", "random"])
    arguments = parser.parse_args()
    logging.disable_progress_bar()
    warnings.simplefilter("ignore", FutureWarning)
    torch.set_num_threads(1)
    found = {}
    for name, steps in (("lab", 30), ("random", 4)):
        if arguments.only in (None, name):
            with tempfile.TemporaryDirectory() as place:
                base = base_of(name, Path(place))
                found[name] = measure(base, Path(place), steps, arguments.rounds)
    write_result("adapters", {"rounds": arguments.rounds, "adapters": AT_ONCE, "bases": found})


def base_of(name, place):
    if name == "lab":
        return model_folder()
    make_model(place / "base", RANDOM)
    return place / "base"


def measure(base, place, steps, rounds):
    registry = Registry(place / "adapters")
    reloaded, losses = [], []
    for number in range(AT_ONCE):
        network, tokenizer, loss = trained(base, number, steps)
        adapter = registry.add(
            f"voice{number}", card_of(base), lambda folder, one=network: LORA.save(one, folder)
        )
        losses.append(loss)
        reloaded.append(apart(logits(network, tokenizer), reload(base, adapter.path)))
    folders = {one.name: one.path for one in registry.list()}
    return {
        "parameters": sum(one.numel() for one in opened(base).network.parameters()),
        "loss_at_the_end": round(statistics.mean(losses), 3),
        "merge": merging(registry, base, place),
        "reload_difference": max(reloaded),
        "switch_ms": switching(base, folders, rounds),
        "eight_in_one_batch": mixing(base, folders),
    }


def opened(base):
    return open_base(base, precision="fp32", device="cpu")


def trained(base, number, steps):
    """Teach one adapter an answer of its own."""
    start = opened(base)
    recipe = recipe_for("ours", "lora", examples=1_000, learning_rate=2e-3, dropout=0.0)
    network = LORA.attach(start.network, recipe, seed=number).train()
    learning = [one for one in network.parameters() if one.requires_grad]
    optimizer = torch.optim.AdamW(learning, lr=recipe.learning_rate)
    tokens = conversation(start.tokenizer, number)
    for _ in range(steps):
        loss = network(input_ids=tokens, labels=tokens).loss
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
    return network.eval(), start.tokenizer, float(loss.detach())


def conversation(tokenizer, number):
    turns = [
        {"role": "user", "content": QUESTION},
        {"role": "assistant", "content": TAUGHT.format(GOODS[number], number)},
    ]
    return tokenizer.apply_chat_template(turns, return_tensors="pt", return_dict=True)["input_ids"]


def card_of(base):
    found = identify(base)
    nothing = Chosen("fp32", "set by the benchmark")
    return Card(
        "lora",
        BaseFacts(str(base), found.fingerprint, found.weights, found.tokenizer, found.template),
        DataFacts("", "", train=1),
        TrainingFacts({}, {}, nothing, Chosen("cpu", "set by the benchmark"), "", {}),
    )


@torch.inference_mode()
def logits(network, tokenizer):
    conversations = (conversation(tokenizer, number) for number in range(AT_ONCE))
    return torch.cat([network(input_ids=tokens).logits[0].double() for tokens in conversations])


def apart(some, others):
    return float((some - others).abs().max())


def reload(base, folder):
    start = opened(base)
    return logits(LORA.load(start.network, folder).eval(), start.tokenizer)


def merging(registry, base, place):
    merged = registry.merge("voice0", place / "merged", base)
    return {
        "difference": merged.difference,
        "largest_logit": round(merged.largest, 1),
        "difference_with_sums_in_fp32": merged.in_fp32,
        "fp32_sums_against_fp64_sums": merged.fp32_alone,
        "tokens": merged.tokens,
        "saved_in": merged.precision.value,
        "rounding": round(merged.rounding, 4),
        "same_likeliest_token": round(merged.agreeing, 4),
    }


def switching(base, folders, rounds):
    model = LocalModel(base, adapters=folders, threads=1)
    try:
        inside = []
        for _ in range(rounds):
            model._worker.between(lambda: inside.extend(made_ready(model._adapters, folders)))
        calls(model, folders, CALLS)
        again = [calls(model, ["voice0"], CALLS) for _ in range(rounds)]
        other = [calls(model, folders, CALLS) for _ in range(rounds)]
    finally:
        model.close()
    return {
        "precision": model.precision.value,
        "made_ready": round(statistics.median(inside), 3),
        "made_ready_at_worst": round(max(inside), 3),
        "longer_call": round(statistics.median(other) - statistics.median(again), 3),
        "call": round(statistics.median(again), 3),
    }


def made_ready(adapters, names):
    """Time each change from one adapter to the next."""
    for name in names:
        started = time.thread_time()
        adapters.use((name,))
        yield 1_000 * (time.thread_time() - started)


def calls(model, names, count):
    """Return the milliseconds of processor time of one call that writes one token."""
    names, question = list(names), [Message("user", QUESTION)]
    started = time.process_time()
    for number in range(count):
        options = Generation(max_tokens=1, adapter=names[number % len(names)])
        model.complete(question, options)
    return 1_000 * (time.process_time() - started) / count


def mixing(base, folders):
    model = LocalModel(base, adapters=folders, precision="fp32", threads=1)

    def write(name):
        options = Generation(max_tokens=TOKENS, adapter=name)
        return model.complete([Message("user", QUESTION)], options).text

    try:
        alone = [write(name) for name in folders]
        with ThreadPoolExecutor(AT_ONCE) as callers:
            together = list(callers.map(write, folders))
    finally:
        model.close()
    equal = sum(one == other for one, other in zip(alone, together, strict=True))
    return {"equal_to_alone": equal, "of": len(folders), "different_texts": len({*alone})}


if __name__ == "__main__":
    main()
