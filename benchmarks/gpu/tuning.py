"""Tuning on a graphics card: tokens per second, memory against the plan, and a bare loop beside it.

    python benchmarks/gpu/tuning.py [--sizes 0.5B,8B] [--methods lora,qlora] [--lengths 512,4096]
    python benchmarks/gpu/tuning.py --smoke        the same code on a CPU, with tiny models

Models have the shapes of well-known ones and random weights: speed and memory do not depend on
what the weights say. Each row is a fresh process that plans, opens the model, trains some steps by
the loop that every user's training runs through, and then runs a bare PyTorch loop over the same
network and tokens, which scores every token. Memory is what the card reports as used, the
library's own included; the plan says beforehand which rows do not fit, and those are not run.
Writes `benchmarks/results/gpu_tuning.json`; with --smoke it prints and writes nothing.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from measuring import write_result
from planning import memory, save_model, texts

KNOWN = {"model_type": "llama", "max_position_embeddings": 8_192, "head_dim": 128}
SHAPES = {
    "0.5B": {"model_type": "qwen2", "max_position_embeddings": 32_768, "hidden_size": 896,
             "intermediate_size": 4_864, "num_hidden_layers": 24, "num_attention_heads": 14,
             "num_key_value_heads": 2, "vocab_size": 151_936, "tie_word_embeddings": True},
    "1B": KNOWN | {"hidden_size": 2_048, "intermediate_size": 8_192, "num_hidden_layers": 16,
                   "num_attention_heads": 32, "num_key_value_heads": 8, "vocab_size": 128_256,
                   "head_dim": 64, "tie_word_embeddings": True},
    "3B": KNOWN | {"hidden_size": 3_072, "intermediate_size": 8_192, "num_hidden_layers": 28,
                   "num_attention_heads": 24, "num_key_value_heads": 8, "vocab_size": 128_256,
                   "tie_word_embeddings": True},
    "8B": KNOWN | {"hidden_size": 4_096, "intermediate_size": 14_336, "num_hidden_layers": 32,
                   "num_attention_heads": 32, "num_key_value_heads": 8, "vocab_size": 128_256,
                   "tie_word_embeddings": False},
}  # fmt: skip
SMOKE_SHAPE = {
    "model_type": "llama", "max_position_embeddings": 256, "hidden_size": 64,
    "intermediate_size": 160, "num_hidden_layers": 2, "num_attention_heads": 4,
    "num_key_value_heads": 2, "vocab_size": 512, "tie_word_embeddings": True,
}  # fmt: skip
METHODS = ("lora", "qlora", "full")
LENGTHS = (512, 1_024, 2_048, 4_096)
AT_ONCE = 8_192  # tokens in one pass
SMOKE_AT_ONCE = 128


def main():
    arguments = parsed()
    if arguments.one:
        print(json.dumps(row(json.loads(arguments.one))))
        return
    device = "cpu" if arguments.smoke else require_cuda()
    rows = []
    for size in arguments.sizes.split(","):
        with tempfile.TemporaryDirectory() as folder:
            save_model(folder, SMOKE_SHAPE if arguments.smoke else SHAPES[size])
            for asked in asked_of(arguments, size, folder, device):
                rows.append(in_a_fresh_process(asked))
                print(json.dumps(rows[-1]), file=sys.stderr)
    if arguments.smoke:
        print(json.dumps(rows))
    else:
        write_result(
            "gpu_tuning", {"device": device_name(), "steps": arguments.steps, "rows": rows}
        )


def parsed():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", default=",".join(SHAPES))
    parser.add_argument("--methods", default=",".join(METHODS))
    parser.add_argument("--lengths", default=",".join(map(str, LENGTHS)))
    parser.add_argument("--steps", type=int, default=8)
    parser.add_argument("--smoke", action="store_true", help="tiny models, on a CPU")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.smoke:
        arguments.sizes, arguments.lengths, arguments.steps = "tiny", "64", 3
    return arguments


def require_cuda():
    import torch

    if not torch.cuda.is_available():
        raise SystemExit(
            "no CUDA device was found, and this benchmark measures one; "
            "--smoke runs the same code on a CPU"
        )
    return "cuda"


def device_name():
    import torch

    return torch.cuda.get_device_name()


def asked_of(arguments, size, folder, device):
    for length in map(int, arguments.lengths.split(",")):
        for method in arguments.methods.split(","):
            yield {
                "size": size, "method": method, "length": length, "folder": folder,
                "device": device, "steps": arguments.steps,
                "at_once": SMOKE_AT_ONCE if arguments.smoke else AT_ONCE,
            }  # fmt: skip


def in_a_fresh_process(asked):
    done = subprocess.run(
        [sys.executable, __file__, "--one", json.dumps(asked)], capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"{asked} failed\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def row(asked):
    """Plan, train, and run the bare loop over what was trained."""
    from sartor.tuning.planning import plan, read_shape, this_machine
    from sartor.tuning.recipes import recipe_for

    shape = read_shape(asked["folder"])
    at_once, steps = asked["at_once"], asked["steps"]
    recipe = recipe_for(
        "ours", asked["method"], shape, epochs=1.0, batch_tokens=at_once, optimizer="adamw_torch"
    )
    examples = texts(shape.vocabulary, asked["length"], at_once * steps // asked["length"])
    machine = this_machine("auto", asked["device"])
    planned = plan(
        shape, recipe, tokens_per_step=at_once, length=asked["length"], machine=machine,
        examples=len(examples),
    )  # fmt: skip
    said = {key: asked[key] for key in ("size", "method", "length", "at_once")} | {
        "parameters": shape.total,
        "trainable": planned.trainable,
        "planned_mb": round(planned.peak / 1e6),
        "planned_tokens_per_second": round(at_once * steps / planned.seconds),
    }
    if not planned.fits:
        return said | {"run": False, "reason": planned.reason}
    return said | {"run": True} | measured(asked, recipe, examples, planned, shape)


def measured(asked, recipe, examples, planned, shape):
    from sartor.tuning.base import open_base
    from sartor.tuning.encoding import Encoder
    from sartor.tuning.loop import Job, train
    from sartor.tuning.methods import METHODS as WAYS

    used_before = used(asked["device"])
    method = WAYS[recipe.method]
    base = open_base(
        Path(asked["folder"]), device=asked["device"], quantised=method.quantised,
        whole=method.whole,
    )  # fmt: skip
    network = method.attach(base.network, recipe, seed=0)
    with tempfile.TemporaryDirectory() as folder:
        job = Job(
            network, Encoder(base.tokenizer, window=shape.window), recipe, examples, (),
            Path(folder), method, base.precision, base.device, at_once=asked["at_once"],
        )  # fmt: skip
        result = train(job)
    on_card = asked["device"] != "cpu"
    peak = used(asked["device"]) - used_before if on_card else memory("VmHWM")
    ours = statistics.median(step.seconds for step in result.losses[1:])
    bare = bare_step_seconds(network, examples, asked, bf16=base.precision.value == "bf16")
    return {
        "measured_mb": round(peak / 1e6),
        "memory_error": round(planned.peak / peak - 1, 3),
        "tokens_per_second": round(asked["at_once"] / ours),
        "step_cost_against_bare_loop": round(ours / bare, 3),
        "first_loss": round(result.losses[0].loss, 3),
    }


def used(device):
    """Return the bytes in use on the card, with all that is not ours."""
    import torch

    if device == "cpu":
        return 0
    free, total = torch.cuda.mem_get_info()
    return total - free


def bare_step_seconds(network, examples, asked, *, bf16):
    """Run the same steps as a page of a tutorial would: every token is scored."""
    import torch
    from torch.nn import functional

    device, rows = asked["device"], asked["at_once"] // asked["length"]
    trained = [one for one in network.parameters() if one.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=1e-5, fused=True)
    network.train()
    seconds = []
    for begin in range(0, len(examples), rows):
        begun = time.perf_counter()
        ids = torch.tensor([one.ids for one in examples[begin : begin + rows]], device=device)
        with torch.autocast(device, torch.bfloat16, enabled=bf16):
            scores = network(input_ids=ids, use_cache=False).logits
        loss = functional.cross_entropy(scores[:, :-1].flatten(0, 1).float(), ids[:, 1:].flatten())
        loss.backward()
        optimizer.step()
        optimizer.zero_grad()
        loss.item()  # waits for the card
        seconds.append(time.perf_counter() - begun)
    return statistics.median(seconds[1:])


if __name__ == "__main__":
    main()
