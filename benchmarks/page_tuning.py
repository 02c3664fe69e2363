"""The part of docs/benchmarks.md that is about tuning and the lab; `page.py` puts it together."""

from page_parts import number, result, table, where


def lab():
    found = result("lab")
    if not found:
        return ""
    return f"""## The lab model

{lab_table(found)}

{where(found, "lab")}
"""


def lab_table(found):
    rows = [
        [key, number(value)] for key, value in found.items() if not isinstance(value, dict | list)
    ]
    tables = [table(["", ""], rows)] if rows else []
    for name, part in found.items():
        if name == "machine" or not isinstance(part, dict):
            continue
        cells = {key: value for key, value in part.items() if isinstance(value, dict)}
        if cells:
            heads = list(dict.fromkeys(column for one in cells.values() for column in one))
            lines = [[key, *(_mean(one.get(head)) for head in heads)] for key, one in cells.items()]
            tables.append(f"{name}:\n\n" + table([name, *heads], lines))
    return "\n\n".join(tables)


def step_cost():
    found = result("step_cost")
    rows = [
        [name, case["ratio"], case["ours cpu_s"], case["bare cpu_s"]]
        for name, case in found["cases"].items()
    ]
    peers = result("tuning_peers")
    beside = [
        [name, one["times_its_useful_tokens"], one["share_of_its_memory"]]
        for name, one in peers["against"].items()
    ]
    return f"""## A step of training

LoRA r=16 on all linear layers of a Llama of about 50M parameters, {found["threads"]} thread, against a bare PyTorch loop in the same
process, CPU-seconds a step. {where(found, "step_cost")}

{table(["", "ratio", "Sartor", "bare loop"], rows)}

The same chats through TRL's SFTTrainer and transformers' Trainer: useful tokens per CPU-second, and peak memory.
{where(peers, "tuning_peers")}

{table(["against", "times its tokens", "share of its memory"], beside)}
"""


def qlora():
    found = result("qlora")
    sizes, errors = found["bytes"], found["gradient_error"]
    rows = [
        [name, *(passes["gradients"] for passes in case.values())]
        for name, case in errors.items()
        if isinstance(case, dict)
    ]
    heads = list(next(case for case in errors.values() if isinstance(case, dict)))
    return f"""## Four bits

Linear weights in NF4 with double quantisation take {number(sizes["linear_ratio"])} of their size in bf16, the whole model {number(sizes["model_ratio"])}.
Relative error of LoRA's gradients against the same weights dequantised: {where(found, "qlora")}

{table(["", *heads], rows)}
"""


def planning():
    found = result("planning")
    rows = [
        [name, one["predicted_mb"], one["measured_mb"], one["memory_error"]]
        for name, one in found["configurations"].items()
    ]
    runs = [
        [name, one["predicted_seconds"], one["measured_seconds"], one["error"]]
        for name, one in found["runs"].items()
    ]
    return f"""## Planned and measured memory and time

Peak of the whole process, from the model's configuration alone; two constants were chosen with an earlier run of the same
configurations in view. {where(found, "planning")}

{table(["", "predicted MB", "measured MB", "error"], rows)}

Whole runs of `tune run`, with measuring before and after, replay and evaluations; CPU-seconds on one thread:

{table(["", "predicted", "measured", "error"], runs)}
"""


def adapters():
    found = result("adapters")
    rows = []
    for name, base in found["bases"].items():
        merge, switch, mixed = base["merge"], base["switch_ms"], base["eight_in_one_batch"]
        rows.append(
            [
                name,
                f"{merge['difference']:.1e}",
                f"{merge['difference_with_sums_in_fp32']:.1e}",
                f"{merge['fp32_sums_against_fp64_sums']:.1e}",
                base["reload_difference"],
                switch["made_ready"],
                switch["made_ready_at_worst"],
                f"{mixed['equal_to_alone']} of {mixed['of']}",
            ]
        )
    heads = ["base", "merge, largest difference of logits", "with sums in fp32"]
    heads += ["fp32 sums alone, nothing merged", "reload"]
    heads += ["switch, ms", "at worst", "eight in one batch as alone"]
    return f"""## Adapters

{where(found, "adapters")}

{table(heads, rows)}
"""


def methods():
    found = result("methods")
    rows = []
    for name, case in found["cases"].items():
        before, after = case["before"], case["after"]
        general = "general.perplexity"
        rows.append(
            [
                name,
                f"{before['task.format']['mean']:.2f} -> {after['task.format']['mean']:.2f}",
                after["task.f1"]["mean"],
                after[general]["mean"] / before[general]["mean"],
                after["general.probe"]["mean"] - before["general.probe"]["mean"],
                after["general.leak"]["mean"],
                "passes" if case["guard"] else "fails",
                case["trainable_share"],
                case["peak_mb"],
                case["cpu_seconds"],
            ]
        )
    heads = ["method", "format", "words (F1)", "perplexity, times", "small tasks", "leak", "guard"]
    heads += ["share trained", "peak MB", "CPU-seconds, all"]
    return f"""## Four methods on the lab model

{found["examples"]} examples of a form (JSON), names never seen; held-out examples, prose and prompts. The guides say that QLoRA comes within
1-2 % of full tuning at a third of the memory, and that 4 bits cost 1-2 points of perplexity; at this size libraries and activations,
not weights, are the memory. {where(found, "methods")}

{table(heads, rows)}
"""


def behaviour():
    found = result("behaviour")
    rows = [
        [
            name,
            _mean(found[name]["format before"]),
            _mean(found[name]["format after"]),
            "passed"
            if found[name]["guard passed"]
            else "failed: " + ", ".join(_broken(found[name])),
            found[name]["training seconds"],
        ]
        for name in ("with replay", "without replay")
    ]
    return f"""## A form learned from examples

The lab model and the handbook of `sartor demo`, trained in {found["precision"]}: shares of {found["with replay"]["format after"]["n"]} questions about other facts than
the examples whose answers have the form; what the guard said; seconds of training. {where(found, "behaviour")}

{table(["", "before", "after", "guard", "seconds"], rows)}
"""


def _broken(found):
    return [name for name, one in found["guard"].items() if not one["passed"]]


def grounded():
    found = result("grounded")
    kinds = [name for name in ("untuned", "retrieval-aware", "classic") if name in found]
    measures = ["format", "right", "cited", "cited where right", "abstains", "abstains wrongly"]
    rows = [[name, *(_mean(found[name].get(one)) for one in measures)] for name in kinds]
    return f"""## Tuning with passages

The lab model, {found["questions"]} questions tuned on, other questions about names never seen asked, with passages that search found. *Classic* is tuned
on questions and answers without passages. The form is JSON with the number of the passage behind the quoted sentence. {found["seeds"]} runs with other names and other
first weights, their answers counted together. Adapters of the first leave attention as it is. {where(found, "grounded")}

{table(["", *measures], rows)}

What tuning with passages changed, in points: {_changes(found["retrieval-aware"], measures[1:])}.
"""


def _changes(figures, measures):
    changes = {name: figures[name]["change"] for name in measures}
    return "; ".join(
        f"{name} {100 * one['mean']:+.1f} [{100 * one['low']:+.1f}, {100 * one['high']:+.1f}]"
        for name, one in changes.items()
    )


def searching():
    found = result("searching")
    if not found:
        return ""
    search, curve = found["search"], found["curve"]
    tried = [
        ["started from", *_figures(search["started"])],
        ["taken", *_figures(search["test"])],
    ]
    points = [
        [f"{point['examples']} examples", *_figures(point["score"])] for point in curve["points"]
    ]
    heads = ["mean of all measures", "from", "to"]
    return f"""## Searching for a recipe, and learning curves

The handbook of `sartor demo` on the lab model, {found["epochs"]} epochs a training. `tune search` tried {len(search["trials"])} recipes in {number(search["seconds"] / 60)} minutes
({search["reason"]}); on examples that neither chose by: {where(found, "searching")}

{table(["recipe", *heads], tried)}

`tune curve`: {curve["helps"]}.

{table(["", *heads], points)}
"""


def _figures(measured):
    return [measured["mean"], measured["low"], measured["high"]]


def _mean(value):
    return value["mean"] if isinstance(value, dict) and "mean" in value else value


SECTIONS = (
    lab, step_cost, qlora, planning, adapters, methods, behaviour, grounded, searching,
)  # fmt: skip
