"""Write docs/measures.md again from the register of measures: `python scripts/make_measures_page.py`."""

from itertools import groupby
from pathlib import Path

from sartor.evaluation.measures.names import MEASURES, STAGES, Measure

PAGE = Path(__file__).parent.parent / "docs/measures.md"

HEAD = """# Measures

Every figure that `sartor eval` prints and every name that a bar may use. Each comes with its 95 % interval and the
number of questions behind it; a value that could not be had is left out, never counted as zero. `K` is the number of
hits that are looked at (`eval.k`), `STEP` a step of answering (search, pack, generate, check ...), `FLAG` an output rule.
How they are decided: [Measure](measure.md). What tables and sentences call a measure stands behind its name, in italics.
"""
ROOMS = {
    "answers": "Answers",
    "retrieval": "Retrieval",
    "citations": "Citations",
    "faithfulness": "Faithfulness",
    "format": "Format",
    "rules": "Output rules",
    "style": "Style",
    "judge": "A judge",
    "latency": "Latency",
    "tokens": "Tokens",
    "cost": "Cost",
}
BETTER = {True: "higher", False: "lower", None: ""}


def main() -> None:
    """Write one table for each room."""
    lines = [HEAD]
    listed = [measure for measure in MEASURES if not measure.name.endswith(STAGES)]
    for room, measures in groupby(listed, key=lambda measure: measure.name.partition(".")[0]):
        lines += [
            f"## {ROOMS[room]}",
            "",
            "| measure | meaning | unit | better |",
            "|---|---|---|---|",
        ]
        lines += [
            f"| {named(one)} | {one.meaning} | {one.unit} | {BETTER[one.higher_is_better]} |"
            for one in measures
        ]
        lines.append("")
        if room == "retrieval":
            stages = " or ".join(f"`.{stage}`" for stage in STAGES)
            lines += [
                f"With {stages} behind it, each of them is about that leg of the search alone.",
                "",
            ]
    PAGE.write_text("\n".join(lines).rstrip() + "\n", encoding="utf-8")


def named(measure: Measure) -> str:
    """Write the name of a measure, and what people call it."""
    return f"`{measure.name}`{f', *{measure.called}*' if measure.called else ''}"


if __name__ == "__main__":
    main()
