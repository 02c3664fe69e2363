"""What 4-bit weights save, and whether what is learned over them is right.

    python benchmarks/qlora.py [--layers 6] [--threads 1]

A Llama of 21M parameters with random weights is made in a temporary folder. Three things are
measured: the bytes of its linear layers in NF4 with double quantisation against bf16, and those of
the whole model; the error of LoRA's gradients against the same values as plain fp32 matrices,
before and after evaluation passes, as we open the base and as bitsandbytes opens it by itself (on
CPUs with bf16 units a pass in eval mode rearranges the weights in place: the loss looks right, the
gradients are not); and the peak memory and CPU-seconds of training steps on a wider model of 101M
parameters, each kind of base in a process of its own. Writes `benchmarks/results/qlora.json`.
"""

import argparse
import ctypes
import gc
import json
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path

import torch
from bitsandbytes.functional import dequantize_4bit, has_avx512bf16
from torch import nn
from transformers import LlamaConfig, LlamaForCausalLM
from transformers.utils import logging

from generation import TEMPLATE
from measuring import write_result
from sartor.networks.quantised import quantised_layers
from sartor.tuning.base import open_base
from sartor.tuning.methods import METHODS
from sartor.tuning.recipes import recipe_for

SHAPE = {
    "vocab_size": 4_000,
    "hidden_size": 512,
    "intermediate_size": 1_408,
    "num_attention_heads": 8,
    "num_key_value_heads": 8,
    "max_position_embeddings": 1_024,
    "tie_word_embeddings": True,
}
WIDER = {"hidden_size": 1_024, "intermediate_size": 2_816, "num_hidden_layers": 8}
TINY = {"hidden_size": 64, "intermediate_size": 64, "num_hidden_layers": 1}
TOKENS, STEPS = 128, 3
KINDS = {"fp32": ("lora", "fp32"), "bf16": ("lora", "bf16"), "nf4": ("qlora", "bf16")}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--layers", type=int, default=6)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--train", nargs=2, metavar=("KIND", "FOLDER"), help="(used by itself)")
    arguments = parser.parse_args()
    logging.disable_progress_bar()
    warnings.simplefilter("ignore")
    torch.set_num_threads(arguments.threads)
    if arguments.train:
        print(json.dumps(train(arguments.train[0], Path(arguments.train[1]))))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        base = make_base(folder / "base", {"num_hidden_layers": arguments.layers})
        make_base(folder / "wider", WIDER)
        make_base(folder / "tiny", TINY)
        figures = {
            "shape": {**SHAPE, "num_hidden_layers": arguments.layers},
            "threads": arguments.threads,
            "bytes": sizes(base),
            "gradient_error": {
                "the CPU rearranges weights by itself": bool(has_avx512bf16()),
                "as opened here": errors(base, rearranging=False),
                "as bitsandbytes opens it": errors(base, rearranging=True),
            },
            "training_shape": {**SHAPE, **WIDER, "tokens": TOKENS},
            "training": {kind: in_a_process(kind, folder, arguments) for kind in KINDS},
        }
    write_result("qlora", figures)


def make_base(folder, changes):
    """Save a model, and a tokenizer that knows single bytes."""
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import PreTrainedTokenizerFast

    alphabet = {one: number for number, one in enumerate(pre_tokenizers.ByteLevel.alphabet())}
    made = Tokenizer(models.BPE(vocab=alphabet, merges=[]))
    PreTrainedTokenizerFast(tokenizer_object=made, chat_template=TEMPLATE).save_pretrained(folder)
    torch.manual_seed(0)
    config = LlamaConfig(**{**SHAPE, **changes}, bos_token_id=None, eos_token_id=None)
    LlamaForCausalLM(config).to(torch.bfloat16).save_pretrained(folder)
    return folder


def opened(folder, method, precision="fp32"):
    wants = METHODS[method]
    return open_base(folder, precision=precision, device="cpu", quantised=wants.quantised).network


def batch(seed=0):
    drawing = torch.Generator().manual_seed(seed)
    return torch.randint(SHAPE["vocab_size"], (1, TOKENS), generator=drawing)


# --- bytes -------------------------------------------------------------------------------------


def sizes(folder):
    """Bytes of all linear layers and of the model, in bf16 and in 4 bits."""
    plain, quantised = opened(folder, "lora", "bf16"), opened(folder, "qlora", "bf16")
    layers = list(quantised_layers(quantised))
    linear = sum(2 * one.in_features * one.out_features for one in layers)
    four_bits = sum(bytes_of(one.weight) for one in layers)
    whole = sum(one.nbytes for one in plain.parameters())
    return {
        "linear_bf16": linear,
        "linear_nf4": four_bits,
        "linear_ratio": round(four_bits / linear, 4),
        "model_bf16": whole,
        "model_nf4": whole - linear + four_bits,
        "model_ratio": round((whole - linear + four_bits) / whole, 4),
    }


def bytes_of(weight):
    """Bytes of a quantised matrix with all that is needed to read it."""
    state = weight.quant_state.as_dict(packed=True)
    return weight.nbytes + sum(one.nbytes for one in state.values())


# --- gradients ---------------------------------------------------------------------------------


def errors(folder, *, rearranging):
    """Relative error of all LoRA gradients together, after more and more evaluation passes."""
    recipe = recipe_for("ours", "qlora", dropout=0.0)
    plain = dequantised(opened(folder, "qlora"))
    expected = gradients(moved(METHODS["lora"].attach(plain, recipe, seed=0)))
    network = moved(METHODS["qlora"].attach(opened(folder, "qlora"), recipe, seed=0))
    if rearranging:
        for layer in quantised_layers(network):
            layer.support_avx512bf16_for_cpu = has_avx512bf16()
    found = {}
    for passes in (0, 1, 3):
        network.eval()
        with torch.no_grad():
            for _ in range(passes):
                network(input_ids=batch(1))
        loss, got = gradients(network)
        wrong = sum((got[name] - one).square().sum() for name, one in expected[1].items())
        right = sum(one.square().sum() for one in expected[1].values())
        found[f"after {passes} evaluation passes"] = {
            "gradients": float(f"{float((wrong / right).sqrt()):.3g}"),
            "loss": float(f"{abs(loss - expected[0]) / expected[0]:.3g}"),
        }
    return found


def dequantised(network):
    quantised = set(quantised_layers(network))
    for path, layer in list(network.named_modules()):
        if layer in quantised:
            plain = nn.Linear(layer.in_features, layer.out_features, bias=False)
            weight = dequantize_4bit(layer.weight.data, layer.weight.quant_state)
            plain.weight = nn.Parameter(weight.float(), requires_grad=False)
            network.set_submodule(path, plain)
    return network


def moved(network):
    """Give the thin matrices values: where one of them is zero, the other has no gradient."""
    drawing = torch.Generator().manual_seed(0)
    for one in network.parameters():
        if one.requires_grad:
            one.data.copy_(torch.randn(one.shape, generator=drawing) * 0.02)
    return network


def gradients(network):
    network.train()
    network.zero_grad()
    loss = network(input_ids=batch(), labels=batch()).loss
    loss.backward()
    learning = {
        name: one.grad.clone() for name, one in network.named_parameters() if one.requires_grad
    }
    return float(loss), learning


# --- memory and time ---------------------------------------------------------------------------


def in_a_process(kind, folder, arguments):
    command = [sys.executable, __file__, "--threads", str(arguments.threads)]
    made = subprocess.run(
        [*command, "--train", kind, str(folder)], capture_output=True, text=True, check=True
    )
    return json.loads(made.stdout.splitlines()[-1])


def train(kind, folder):
    """Open a base and take some steps; memory is what that adds to the libraries.

    The peak of opening holds the pages of the file that is read, which the system may take back.
    """
    step(attached(kind, folder / "tiny"), 0)
    idle = start_of_peak()
    network = attached(kind, folder / "wider")
    opening = peak() - idle
    start_of_peak()
    seconds = [step(network, number) for number in range(STEPS)]
    return {
        "weights_mb": round(sum(one.nbytes for one in network.parameters()) / 2**20, 1),
        "peak_mb_while_opening": round(opening, 1),
        "peak_mb_while_training": round(peak() - idle, 1),
        "cpu_seconds_per_step": round(min(seconds), 2),
    }


def attached(kind, folder):
    method, precision = KINDS[kind]
    recipe = recipe_for("ours", method)
    return METHODS[method].attach(opened(folder, method, precision), recipe, seed=0).train()


def step(network, number):
    learning = [one for one in network.parameters() if one.requires_grad]
    optimizer = torch.optim.SGD(learning, lr=1e-4)
    started = time.process_time()
    network(input_ids=batch(number), labels=batch(number)).loss.backward()
    optimizer.step()
    optimizer.zero_grad()
    return time.process_time() - started


def start_of_peak():
    """Give back what is free, and let the peak begin here; returns the megabytes in use."""
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)
    Path("/proc/self/clear_refs").write_text("5")
    return peak()


def peak():
    """The most resident megabytes of this process since the peak began."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


if __name__ == "__main__":
    main()
