"""How well a voice is told: on two voices of our own, on one against itself, on real replies.

    python benchmarks/style.py [--data FOLDER] [--seeds 100]

FOLDER holds finetune/bitext_customer_support and finetune/pubmedqa; without it only our own voices
are measured. "told" is the share of draws in which `Voice.tells`: it should be all for two voices
and at most 5 % for one voice against itself. Blurred voices take a quarter of their parts from each
other. A terse third voice, which is neither, should not match.
"""

import argparse
import csv
import json
import sys
import time
from pathlib import Path
from random import Random

from measuring import write_result
from sartor.evaluation.style import Voice

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "evaluation"))
from voices import FORMAL, WARM, asked_as_text, prompts, speak

EXAMPLES = (10, 20, 50, 100, 200)
NEW = 200  # answers to new prompts, to see whether the threshold holds
BLUR = 0.25
CURVE_SEEDS = 10
MOST_OFTEN = 100  # examples up to which a voice is held against itself in all seeds


def learned(theirs, base, asked, seed):
    return Voice.learn(theirs, base, prompts=asked_as_text(asked), seed=seed)


def two_voices(count, seeds, share=0.0):
    """Learn both voices from `count` examples; then hold new answers of each to them."""
    voices, right, third = [], [], []
    for seed in range(seeds):
        asked, new = prompts(count, seed), prompts(NEW, 10_000 + seed)
        blur = {"share": share}
        voice = learned(
            speak(WARM, asked, 60_000 + seed, other=FORMAL, **blur),
            speak(FORMAL, asked, 70_000 + seed, other=WARM, **blur),
            asked,
            seed,
        )
        voices.append(voice)
        if voice.tells:
            ours = voice.match(speak(WARM, new, 20_000 + seed, other=FORMAL, **blur))
            others = voice.match(speak(FORMAL, new, 30_000 + seed, other=WARM, **blur))
            right.append((share_of(ours) + 1 - share_of(others)) / 2)
            terse = [f"{facts['time']}, {facts['place']}." for facts in new]
            third.append(share_of(voice.match(terse)))
    return {
        **summary(voices),
        "new_answers_right": mean(right),
        "third_voice_matches": mean(third),
    }


def one_voice(count, seeds):
    voices = []
    for seed in range(seeds):
        asked = prompts(count, seed)
        voices.append(
            learned(
                speak(WARM, asked, 40_000 + seed), speak(WARM, asked, 50_000 + seed), asked, seed
            )
        )
    return summary(voices)


def real(theirs, base, count, seeds):
    voices = []
    for seed in range(seeds):
        draw = Random(seed)
        voices.append(Voice.learn(draw.sample(theirs, count), draw.sample(base, count), seed=seed))
    return summary(voices)


def halves(replies, count, seeds):
    voices = []
    for seed in range(seeds):
        drawn = Random(seed).sample(replies, 2 * count)
        voices.append(Voice.learn(drawn[:count], drawn[count:], seed=seed))
    return summary(voices)


def summary(voices):
    areas = [voice.auc.mean for voice in voices]
    return {
        "draws": len(voices),
        "auc": mean(areas),
        "auc_least": round(min(areas), 3),
        "told": mean([voice.tells for voice in voices]),
        "ceiling": mean([voice.ceiling.mean for voice in voices]),
        "floor": mean([voice.floor.mean for voice in voices]),
    }


def share_of(probabilities):
    return sum(value >= 0.5 for value in probabilities) / len(probabilities)


def mean(values):
    return round(sum(values) / len(values), 3) if values else None


def replies_of(data):
    with (data / "finetune/bitext_customer_support/bitext_a.csv").open(encoding="utf-8") as file:
        support = [row["response"] for row in csv.DictReader(file)]
    papers = json.loads((data / "finetune/pubmedqa/pqal_train500.json").read_text(encoding="utf-8"))
    return support, [row["LONG_ANSWER"] for row in papers.values()]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path)
    parser.add_argument("--seeds", type=int, default=100)
    given = parser.parse_args()
    started = time.perf_counter()
    figures = {
        "two_voices": {count: two_voices(count, CURVE_SEEDS) for count in EXAMPLES},
        "two_blurred_voices": {count: two_voices(count, CURVE_SEEDS, BLUR) for count in EXAMPLES},
        "one_voice_against_itself": {
            count: one_voice(count, given.seeds if count <= MOST_OFTEN else CURVE_SEEDS)
            for count in EXAMPLES
        },
    }
    if given.data:
        support, papers = replies_of(given.data)
        figures["support_against_papers"] = {
            count: real(support, papers, count, CURVE_SEEDS) for count in EXAMPLES
        }
        figures["support_against_itself"] = {
            count: halves(support, count, 2 * CURVE_SEEDS) for count in EXAMPLES
        }
    figures["seconds"] = round(time.perf_counter() - started, 1)
    write_result("style", figures)


if __name__ == "__main__":
    main()
