"""The part of docs/benchmarks.md that is about answers; `page.py` puts it together."""

from page_parts import result, table, where


def extract():
    found = result("extract")
    rows = []
    for name, one in found["sets"].items():
        part = one["parts"]["all"]
        test = one["parts"].get("test", {})
        rows.append([
            name, part["questions"], part.get("gold in answer"), test.get("gold in answer"),
            part.get("gold in first sentence"), part.get("sentences"),
            part["abstains, answer there"], part["abstains, answer removed"],
            one["abstains, answer removed, at 10 % of those there"]["all"],
        ])  # fmt: skip
    head = [
        "set", "questions", "gold in answer", "... test half", "in first sentence", "sentences",
        "silent, answer there", "silent, answer removed", "... at 10 % of those there",
    ]  # fmt: skip
    return f"""## Answers without a language model

The paragraphs are the knowledge base; an abstention counts as a miss. "Removed": the paragraphs that hold the answer
are taken out of what was found. Weights were fitted on the other half, but a few settings (the threshold among them)
were chosen with both halves in sight: take the test half as slightly optimistic. The whole risk-coverage curve is in the
file. {where(found, "extract")}

{table(head, rows)}
"""


def checking():
    found = result("checking")
    parts = {"with MiniLM": found["with embedder"], "words alone": found["without embedder"]}
    rows = []
    for label, one in parts.items():
        scifact, pairs = one["scifact"], one["halueval"]["similar length"]
        rows.append([
            label, one["changes"]["swapped"]["right"], one["changes"]["same"]["right"],
            scifact["gold against highest-ranked other"]["balanced accuracy"],
            scifact["gold against highest-ranked other"]["auc"], scifact["rationale hit@1"],
            scifact["supporting against contradicting gold"]["balanced accuracy"],
            pairs["with its question"]["balanced accuracy"],
            pairs["without its question"]["balanced accuracy"],
        ])  # fmt: skip
    head = [
        "", "one detail swapped: verdict turns", "said differently: stays supported",
        "SciFact, gold against highest-ranked other", "... AUC", "... rationale hit@1",
        "... supporting against contradicting", "HaluEval, similar length", "... without its question",
    ]  # fmt: skip
    trivial = found["with embedder"]["halueval"]["similar length"]
    speed = found["speed"]["quoted, first time"]
    return f"""## Checking support without a language model

Balanced accuracies; weights were fitted on one half of each set, the other half is reported; some cues were chosen with
both in sight. On HaluEval length alone reaches {trivial["length only"]["balanced accuracy"]}, word overlap alone
{trivial["word overlap only"]["balanced accuracy"]}. What contradicts in other words (SciFact) is hardly told from what supports: that
takes a model for entailment. {found["quotes"]["checked"]:,} quotes checked, {found["quotes"]["not in their document"]} not in their document.
Five sentences against ten passages: p50 {speed["p50 ms"]} ms, p95 {speed["p95 ms"]} ms. {where(found, "checking")}

{table(head, rows)}
"""


def answering():
    found, memory = result("answering"), result("cache")
    names = [name for name, one in found.items() if isinstance(one, dict) and "whole" in one]
    rows = [
        [name, *found[name]["first event"].values(), *found[name]["whole"].values()]
        for name in names
    ]
    cached = memory["from_memory_ms"]
    rows.append(["an answer from memory alone", None, None, cached["p50"], cached["p95"]])
    head = ["", "first event p50, ms", "p95", "whole answer p50, ms", "p95"]
    return f"""## What Sartor adds around a model

{found["documents"]} SciFact abstracts; the model answers at once with five sentences, each of which is checked.
{where(found, "answering")}

{table(head, rows)}
"""


def trust():
    conflicts, injection, rules = result("conflicts"), result("injection"), result("rules")
    rows = [
        [name, one["newer or both with dates"], one["old alone"]]
        for name, one in conflicts["systems"].items()
    ]
    counts = injection["counts"]
    planted = rules["violations"]
    caught = ", ".join(f"{name}: {count}" for name, count in planted["caught"].items())
    return f"""## What must not be said

{conflicts["facts"]} facts in two dated versions of a document. They were in view while this was built. *`results/conflicts.json`*

{table(["", "newer value, or both with dates", "old value alone"], rows)}

{counts["answers"]} answers of a model that obeys every instruction it reads, with attacks planted into the documents (BIPIA's training
part and our own, both in view while this was built): {counts["foreign links or images in answers"]} foreign links or images (the model wrote
{counts["links or images the model wrote"]}), {counts["answers with the system prompt"]} answers with the system prompt (it gave it away in
{counts["answers in which the model gave its prompt away"]}), {counts["citations to text that is not there"]} citations to text that is not there. *`results/injection.json`*

{planted["planted"]} planted violations of output rules, caught by how the text was cut into pieces: {caught}. Alarms on
{rules["ordinary"]["sentences"]} ordinary sentences: {rules["ordinary"]["false_alarms"]}. The disguises are those the rules were written for. *`results/rules.json`*
"""


def generation():
    found, json_texts = result("generation"), result("constrained")
    rows = []
    for precision, one in found["precisions"].items():
        for name in (
            "single_against_plain", "eight_at_once_against_plain_in_turn", "eight_adapters_against_one",
        ):  # fmt: skip
            if name in one:
                label = f"{precision}: {name.replace('_', ' ')}"
                rows.append([label, one[name]["cpu"], one[name]["seconds"]])
    return f"""## Models on this machine

A Llama of 97M random parameters. The first two rows of a precision are speed against plain `generate` in the same run, the
third is time. {where(found, "generation")}

{table(["", "by CPU-seconds", "by seconds"], rows)}

JSON by grammar, {json_texts["schemas"]} schemas, {json_texts["texts"]} texts of a model with random weights: {100 * json_texts["valid"]:.0f} % valid
({json_texts["finished"]} ended by the model, {json_texts["closed"]} closed by the grammar when the tokens ran out); {json_texts["token_ms"]["median"]} ms a token.
*`results/constrained.json`*
"""
