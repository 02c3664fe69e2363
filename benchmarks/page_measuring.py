"""The part of docs/benchmarks.md that is about measuring; `page.py` puts it together."""

from page_parts import number, result, table, where


def coverage():
    found = result("coverage")
    rows = []
    for kind in ("proportions", "graded", "clustered", "percentiles", "differences"):
        covers = [cell["covers"] for cell in found[kind].values()]
        inside = sum(0.93 <= share <= 0.97 for share in covers)
        rows.append([kind, f"{inside} of {len(covers)}", min(covers), max(covers)])
    alarms = found["false alarms"]
    outside = "; ".join(
        f"{name} {number(found[name.partition(': ')[0]][name.partition(': ')[2]]['covers'])}"
        for name in found["outside"]
    )
    hard = "; ".join(f"{name} {number(cell['covers'])}" for name, cell in found["limits"].items())
    return f"""## Do the intervals hold the truth

{found["projects"]:,} simulated test sets in each cell; an interval of 95 % should hold the truth in 93-97 %. A test at 5 % tells
two equal systems apart in at most {number(100 * max(alarms.values()))} % ({len(alarms)} cells). {where(found, "coverage")}

{table(["interval of", "cells within 93-97 %", "least", "most"], rows)}

Outside: {outside}. Known to be hard, and not counted above: {hard}.
"""


def decision():
    found = result("decision")
    cells = found["cells"]
    rows = [
        [name, cell["right"], cell["dearer"], cell["inadequate"], cell["none"]]
        for name, cell in cells.items()
    ]
    trained = [
        [name, cell["right"], cell["inadequate"], cell["none"], cell["trained"], cell["in vain"]]
        for name, cell in found["training"].items()
        if "n=300," in name
    ]
    return f"""## Which rung is chosen

{found["projects"]:,} simulated projects in each cell: rungs of known quality and cost, the bar at {found["bar"]}, their true quality that
far above or below it. Shares of projects. {where(found, "decision")}

{table(["questions, gap to the bar", "cheapest adequate", "a dearer one", "one that is inadequate", "none"], rows)}

![the same as a chart](../benchmarks/results/decision.svg)

The same with two rungs that must be trained first and cost money once: the adequate rung is there, has to be trained, or
(`--all`) everything is trained; other numbers of questions are in the file. `in vain`: trainings begun although a cheaper rung was proved or likely.

{table(["which is adequate", "right", "inadequate", "none", "trainings a project", "in vain"], trained)}
"""


def attribution():
    found = result("attribution")
    confusion = found["confusion"]
    rows = [
        [stage, confusion[stage]["cases"], right] for stage, right in found["named right"].items()
    ]
    gains = ", ".join(number(share) for share in found["gains: coverage of the interval"].values())
    return f"""## Where answers were lost

Failures planted at known stages, most of them by real reading, splitting, search, packing and checking with scripted models;
the planting shares no code with the attribution, but was written by the same hand. "unknown" counts as wrong, except where
a system stores nothing to tell from. The interval of the expected gain holds the truth in {gains}
(six settings). {where(found, "attribution")}

{table(["lost at", "cases", "named right"], rows)}
"""


def correct():
    found = result("correct")
    names = {
        "halueval": "HaluEval: right and invented answers",
        "translated": "XQuAD numbers, answered in German and Chinese",
        "references": "10-Q references; another question's as the wrong one",
        "sentences": "yes and no as whole sentences",
    }
    rows = []
    for name, label in names.items():
        one = found[name]["all"]
        rows.append([label, one["answers"], one["agreement"], one["kappa"], one["right refused"], one["wrong accepted"]])  # fmt: skip
    trec = result("trec")
    worst = max(run["largest difference"] for one in trec["sets"].values() for run in one.values())
    asked = sum(run["questions"] for one in trec["sets"].values() for run in one.values())
    return f"""## Right or wrong

`answers.correct` against labels. Where the right answer is the expected text itself, refusing it cannot be shown; many of
the accepted "wrong" ones of HaluEval do give the right answer. {where(found, "correct")}

{table(["labels", "answers", "agreement", "kappa", "right refused", "wrong accepted"], rows)}

Retrieval measures against trec_eval: largest difference {worst:.0e} over {asked:,} questions of {len(trec["sets"])} sets. *`results/trec.json`*
"""


def style():
    found = result("style")
    labels = {
        "two_voices": "two voices",
        "two_blurred_voices": "two voices, a quarter mixed",
        "one_voice_against_itself": "one voice against itself",
        "support_against_papers": "support replies against answers from papers",
        "support_against_itself": "support replies, split in two",
    }
    sizes = list(found["two_voices"])
    rows = [
        [label, *(f"{number(found[name][size]['auc'])}, {number(found[name][size]['told'])}" for size in sizes)]
        for name, label in labels.items()
        if name in found
    ]  # fmt: skip
    return f"""## Whose voice

Mean AUC on texts not learned from, and the share of draws in which the two were told apart, by number of examples of each.
{where(found, "style")}

{table(["", *sizes], rows)}
"""


def questions_made():
    found = result("questions_made")
    rows = [
        [
            name, one["documents"], one["made"], one["kinds"].get("unanswerable", 0),
            one["expected_in_span"]["share"], one["extract_says_it"]["share"],
            one["extract_silent"]["share"],
        ]
        for name, one in found["sets"].items()
    ]  # fmt: skip
    head = [
        "documents", "how many", "questions made", "unanswerable among them", "expected text in its evidence",
        "quoting answers them", "quoting is silent on the unanswerable",
    ]  # fmt: skip
    return f"""## Questions made without a model

100 were asked for; only sure patterns count, so prose gives few. {where(found, "questions_made")}

{table(head, rows)}
"""


def evaluating():
    found = result("evaluating")
    extract, recorded = found["300 questions through extract"], found["recorded rows"]
    page = result("report")
    rows = [
        [one["questions"], one["characters_an_answer"], one["bytes"] / 1e6, one["render_seconds"], one["laid_out_ms"]]
        for one in page["cases"]
    ]  # fmt: skip
    return f"""## What measuring costs

{extract["questions"]} questions through quotes over {extract["documents"]:,} documents, {extract["resamples"]:,} resamples: evaluation adds
{extract["evaluation adds s"]} s ({extract["evaluation adds s of the processor"]} s of the processor) to answering and checking.
{recorded["rows"]:,} recorded rows: {recorded["s"]} s ({recorded["s of the processor"]} s of the processor), {recorded["peak MB"]} MB. {where(found, "evaluating")}

{table(["questions", "characters an answer", "report, MB", "written in, s", "laid out in a browser, ms"], rows)}

*`results/report.json`*
"""
