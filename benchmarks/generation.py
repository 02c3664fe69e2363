"""How fast a local model writes, beside plain `generate` of transformers in the same run.

    python benchmarks/generation.py [--threads 1] [--rounds 3] [--precisions fp32,bf16] [--peft]

A Llama of 97M parameters with random weights is made in a temporary folder; it never ends by
itself, so every call writes the same number of tokens. Both sides start from messages and end at
text. The workload is a turn of a chat: eight prompts of 64 to 127 tokens, no two of one length,
and 96 tokens written for each. Reading a prompt costs the same per token whoever is read beside
it, so longer prompts or shorter answers bring the ratio of eight at once nearer to one.

Each round runs every contestant once, one directly after another, and ratios are taken within a
round, of CPU-seconds (what the work costs, whoever else uses the machine) and of seconds: the
median is reported. "One" adapter is a batch of eight requests that all use the same adapter,
"eight" one of eight requests with an adapter each; `--peft` runs both as PEFT does, too. Writes
`benchmarks/results/generation.json`.
"""

import argparse
import statistics
import tempfile
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import torch
from peft import LoraConfig, PeftModel, get_peft_model
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import (
    AutoModelForCausalLM,
    AutoTokenizer,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedTokenizerFast,
)
from transformers.utils import logging

from measuring import write_result
from sartor.models.local import LocalModel
from sartor.networks.precision import DTYPES, choose_precision
from sartor.protocols import Generation
from sartor.types import Message

AT_ONCE = 8
PROMPTS = [64 + 9 * number for number in range(AT_ONCE)]  # tokens to read ...
TOKENS = 96  # ... and to write
SHAPE = {
    "vocab_size": 16_000,
    "hidden_size": 768,
    "intermediate_size": 2_048,
    "num_hidden_layers": 12,
    "num_attention_heads": 12,
    "num_key_value_heads": 12,
    "max_position_embeddings": 2_048,
    "tie_word_embeddings": True,
}
TEMPLATE = "{% for m in messages %}{{ m.content }}\n{% endfor %}"
ONE, EIGHT = "eight at once, one adapter", "eight at once, eight adapters"
DOCS = Path(__file__).parent.parent / "docs"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--precisions", default="", help="default: what is chosen here")
    parser.add_argument("--peft", action="store_true", help="run mixed batches by PEFT as well")
    arguments = parser.parse_args()
    logging.disable_progress_bar()
    warnings.simplefilter("ignore", FutureWarning)
    torch.set_num_threads(arguments.threads)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        text = make_model(folder)
        adapters = make_adapters(folder)
        chosen = choose_precision("auto", "cpu")
        found = {
            precision: measure(folder, adapters, text, precision, arguments)
            for precision in (arguments.precisions or chosen.value).split(",")
        }
    settings = {"threads": arguments.threads, "rounds": arguments.rounds, "tokens": TOKENS}
    write_result("generation", {**settings, "chosen": chosen.reason, "precisions": found})


def make_model(folder, shape=SHAPE, end=None):
    """Save the model and a tokenizer made from the documentation; returns that text."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in sorted(DOCS.rglob("*.md")))
    made = Tokenizer(models.BPE())
    made.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    made.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=SHAPE["vocab_size"], initial_alphabet=alphabet, show_progress=False
    )
    made.train_from_iterator([text], trainer)
    tokenizer = PreTrainedTokenizerFast(tokenizer_object=made, chat_template=TEMPLATE)
    tokenizer.save_pretrained(folder)
    torch.manual_seed(0)
    config = LlamaConfig(**shape, eos_token_id=end, bos_token_id=None, pad_token_id=None)
    LlamaForCausalLM(config).save_pretrained(folder)
    return text


def make_adapters(folder):
    """Save eight LoRA adapters of rank 16 on all linear layers."""
    made = {}
    for number in range(AT_ONCE):
        torch.manual_seed(number)
        network = AutoModelForCausalLM.from_pretrained(folder)
        settings = LoraConfig(r=16, target_modules="all-linear", init_lora_weights=False)
        made[f"adapter{number}"] = folder / f"adapter{number}"
        get_peft_model(network, settings).save_pretrained(made[f"adapter{number}"])
    return made


def measure(folder, adapters, text, precision, arguments):
    threads = arguments.threads
    plain = Plain(folder, DTYPES[precision])
    ours = Ours(LocalModel(folder, precision=precision, threads=threads))
    adapted = Ours(LocalModel(folder, adapters=adapters, precision=precision, threads=threads))
    questions = [plain.question(text[3_000 * n :], size) for n, size in enumerate(PROMPTS)]
    middle = questions[AT_ONCE // 2]
    names = list(adapters)
    contestants = {
        "single, plain": lambda: plain.one(middle),
        "single, ours": lambda: ours.together([middle]),
        "eight in turn, plain": lambda: [plain.one(one) for one in questions],
        "eight at once, ours": lambda: ours.together(questions),
        "single, one adapter": lambda: adapted.together([middle], names),
        ONE: lambda: adapted.together(questions, names[:1] * AT_ONCE),
        EIGHT: lambda: adapted.together(questions, names),
    }
    if arguments.peft:
        peft = PlainAdapters(folder, adapters, DTYPES[precision])
        contestants["PEFT, one adapter"] = lambda: peft.together(questions, names[:1] * AT_ONCE)
        contestants["PEFT, eight adapters"] = lambda: peft.together(questions, names)
    for name, run in contestants.items():
        if "single" in name or "PEFT" in name:
            run()
    rounds = [
        {name: seconds(run) for name, run in contestants.items()} for _ in range(arguments.rounds)
    ]
    same = plain.one(middle) == ours.together([middle])[0]
    for model in (ours, adapted):
        model.close()
    return summary(rounds) | {
        "prompt_tokens": [plain.count(one) for one in questions],
        "same_text_as_plain": same,
    }


class Plain:
    """Messages to text by `generate`, with nothing of ours."""

    def __init__(self, folder, dtype):
        self.tokenizer = AutoTokenizer.from_pretrained(folder)
        self.network = AutoModelForCausalLM.from_pretrained(folder, dtype=dtype).eval()

    def question(self, text, size):
        """Make a message that fills the template to so many tokens."""
        words = self.tokenizer(text[:2_000])["input_ids"][:size]
        return [Message("user", self.tokenizer.decode(words[:-1]))]

    def prompt(self, messages):
        turns = [{"role": one.role, "content": one.content} for one in messages]
        return self.tokenizer.apply_chat_template(
            turns, add_generation_prompt=True, return_tensors="pt"
        )

    def count(self, messages):
        return self.prompt(messages)["input_ids"].shape[1]

    def one(self, messages):
        prompt = self.prompt(messages)
        written = self.network.generate(**prompt, max_new_tokens=TOKENS, do_sample=False)
        return self.tokenizer.decode(written[0, prompt["input_ids"].shape[1] :])


class PlainAdapters(Plain):
    """A mixed batch as PEFT runs it."""

    def __init__(self, folder, adapters, dtype):
        super().__init__(folder, dtype)
        for number, (name, path) in enumerate(adapters.items()):
            if number:
                self.network.load_adapter(path, name)
            else:
                self.network = PeftModel.from_pretrained(self.network, path, adapter_name=name)
        self.network.to(dtype).eval()

    def together(self, questions, names):
        prompts = [
            self.prompt(one)["input_ids"][:, -self.shortest(questions) :] for one in questions
        ]
        self.network.generate(
            input_ids=torch.cat(prompts),
            attention_mask=torch.ones_like(torch.cat(prompts)),
            max_new_tokens=TOKENS,
            do_sample=False,
            adapter_names=names,
        )

    def shortest(self, questions):
        return min(self.count(one) for one in questions)


class Ours:
    """Messages to text by calls that come at the same time."""

    def __init__(self, model):
        self.model = model
        self.callers = ThreadPoolExecutor(AT_ONCE)

    def together(self, questions, names=(None,) * AT_ONCE):
        def one(question, name):
            options = Generation(max_tokens=TOKENS, adapter=name)
            return self.model.complete(question, options).text

        return list(self.callers.map(one, questions, names[: len(questions)]))

    def close(self):
        self.callers.shutdown()
        self.model.close()


def seconds(run):
    started, used = time.perf_counter(), time.process_time()
    run()
    return {"seconds": time.perf_counter() - started, "cpu": time.process_time() - used}


def summary(rounds):
    def ratio(upper, lower):
        return {
            clock: round(
                statistics.median(one[upper][clock] / one[lower][clock] for one in rounds), 3
            )
            for clock in ("cpu", "seconds")
        }

    def rate(name):
        count = TOKENS if "single" in name else TOKENS * AT_ONCE
        return round(count / min(one[name]["seconds"] for one in rounds), 1)

    found = {
        "single_against_plain": ratio("single, plain", "single, ours"),
        "eight_at_once_against_plain_in_turn": ratio("eight in turn, plain", "eight at once, ours"),
        "eight_adapters_against_one": ratio(EIGHT, ONE),
        "eight_adapters_against_single": ratio(EIGHT, "single, one adapter"),
        "tokens_per_second": {name: rate(name) for name in rounds[0]},
        "rounds": rounds,
    }
    if "PEFT, one adapter" in rounds[0]:
        found["eight_adapters_against_one_by_peft"] = ratio(
            "PEFT, eight adapters", "PEFT, one adapter"
        )
        found["eight_adapters_ours_against_peft"] = ratio("PEFT, eight adapters", EIGHT)
    return found


if __name__ == "__main__":
    main()
