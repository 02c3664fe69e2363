"""What an optimiser step of ours costs, beside a bare PyTorch loop in the same process.

    python benchmarks/step_cost.py [--threads 1] [--steps 12]

A Llama of six layers and 55M parameters with random weights, a vocabulary of 16k, LoRA of rank 16
on all linear layers, two rows of 512 tokens a step, in the fastest precision this CPU has. Two
cases: every token is learned, and 30 % are.

The bare loop is what one writes who knows PyTorch: forward with labels, backward, clip, AdamW, no
Trainer, no log, no checkpoint. Over a bf16 base it runs in every way that is in use, as PEFT comes
(adapters turn their inputs into fp32), under autocast, and with adapters in bf16 too, which costs
them small steps, and is taken at its fastest one. Steps alternate, ours and each of these, and
ratios are of CPU-seconds, medians over the steps after the second: what the work costs, whoever
else uses the machine. Writes `benchmarks/results/step_cost.json`.
"""

import argparse
import random
import statistics
import tempfile
import time
import warnings
from pathlib import Path

import torch
from peft import LoraConfig, get_peft_model
from tokenizers import Tokenizer, models
from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast
from transformers.utils import logging

from measuring import write_result
from sartor.networks.precision import DTYPES, choose_device, choose_precision
from sartor.tuning.encoding import Encoded, Encoder
from sartor.tuning.loop import Job, train
from sartor.tuning.recipes import recipe_for

ROWS, LENGTH, VOCABULARY = 2, 512, 16_000
SHAPE = {
    "vocab_size": VOCABULARY,
    "hidden_size": 768,
    "intermediate_size": 2_048,
    "num_hidden_layers": 6,
    "num_attention_heads": 12,
    "num_key_value_heads": 12,
    "max_position_embeddings": 1_024,
    "tie_word_embeddings": True,
}
RATE, WARM = 2e-4, 2


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--steps", type=int, default=12)
    arguments = parser.parse_args()
    logging.disable_progress_bar()
    warnings.simplefilter("ignore")
    torch.set_num_threads(arguments.threads)
    chosen = choose_precision("auto", "cpu")
    cases = {
        "all tokens learned": case(1.0, arguments.steps, chosen),
        "70 % masked": case(0.3, arguments.steps, chosen),
    }
    for name, found in cases.items():
        print(f"{name}: {found['ratio']:.3f} of the bare loop's {found['bare cpu_s']:.3f} s")
    settings = {"threads": arguments.threads, "rows": ROWS, "length": LENGTH}
    write_result("step_cost", {**settings, "chosen": chosen.reason, "cases": cases})


def case(share, steps, chosen):
    examples = make_examples(share, steps)
    bare = {"as PEFT comes": Bare(chosen)}
    if chosen.value == "bf16":
        bare["autocast"] = Bare(chosen, autocast=True)
        bare["adapters in bf16"] = Bare(chosen, adapters=torch.bfloat16)
    beside = Alternating(bare, examples)
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=Tokenizer(models.BPE()))
    recipe = recipe_for(
        "ours", "lora", learning_rate=RATE, epochs=1, batch_tokens=ROWS * LENGTH, dropout=0.0,
        warmup=0.0, schedule="constant_with_warmup", checkpointing=False, packing=False,
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        train(
            Job(
                network=make_network(chosen),
                encoder=Encoder(tokenizer, window=LENGTH),
                recipe=recipe,
                train=examples,
                dev=(),
                folder=Path(folder),
                method=None,
                precision=chosen,
                device=choose_device("cpu"),
                watch=beside,
                at_once=recipe.batch_tokens,
            )
        )
    return beside.summary()


def make_network(chosen):
    torch.manual_seed(0)
    config = LlamaConfig(**SHAPE, eos_token_id=None, bos_token_id=None, pad_token_id=None)
    network = LlamaForCausalLM(config).to(DTYPES[chosen.value])
    settings = LoraConfig(r=16, lora_alpha=32, target_modules="all-linear", task_type="CAUSAL_LM")
    return get_peft_model(network, settings)


def make_examples(share, steps):
    chance = random.Random(0)
    return [
        Encoded(
            tuple(chance.randrange(VOCABULARY) for _ in range(LENGTH)),
            tuple(at >= LENGTH * (1 - share) for at in range(LENGTH)),
        )
        for _ in range(ROWS * steps)
    ]


class Bare:
    """A training loop as one writes it by hand."""

    def __init__(self, chosen, *, autocast=False, adapters=None):
        self.network = make_network(chosen).to(adapters).train()
        self.network.config.use_cache = False
        self.autocast = autocast
        self.weights = [one for one in self.network.parameters() if one.requires_grad]
        self.optimiser = torch.optim.AdamW(self.weights, lr=RATE, weight_decay=0.0, fused=True)

    def step(self, rows):
        ids = torch.tensor([row.ids for row in rows])
        labels = ids.masked_fill(~torch.tensor([row.learned for row in rows]), -100)
        with torch.autocast("cpu", torch.bfloat16, enabled=self.autocast):
            loss = self.network(input_ids=ids, labels=labels).loss
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.weights, 1.0)
        self.optimiser.step()
        self.optimiser.zero_grad()
        return loss.item()


class Alternating:
    """After every step of ours, one of each bare loop on as many tokens."""

    def __init__(self, bare, examples):
        self.bare, self.examples = bare, examples
        self.cpu = {"ours": [], **{name: [] for name in bare}}
        self.loss = {"ours": [], **{name: [] for name in bare}}
        self.since = time.process_time()

    def say(self, note):
        pass

    def see(self, standing):
        self.cpu["ours"].append(time.process_time() - self.since)
        self.loss["ours"].append(standing.step.loss)
        number = standing.step.number - 1
        rows = self.examples[ROWS * number : ROWS * (number + 1)]
        for name, loop in self.bare.items():
            begun = time.process_time()
            self.loss[name].append(loop.step(rows))
            self.cpu[name].append(time.process_time() - begun)
        self.since = time.process_time()

    def summary(self):
        medians = {name: statistics.median(found[WARM:]) for name, found in self.cpu.items()}
        fastest = min((name for name in medians if name != "ours"), key=medians.get)
        pairs = zip(self.cpu["ours"][WARM:], self.cpu[fastest][WARM:], strict=True)
        return {
            "ratio": round(statistics.median(ours / bare for ours, bare in pairs), 3),
            "ours cpu_s": round(medians["ours"], 4),
            "bare cpu_s": round(medians[fastest], 4),
            "fastest bare loop": fastest,
            "medians": {name: round(value, 4) for name, value in medians.items()},
            "last loss": {name: round(found[-1], 3) for name, found in self.loss.items()},
            "steps": {name: [round(one, 4) for one in found] for name, found in self.cpu.items()},
        }


if __name__ == "__main__":
    main()
