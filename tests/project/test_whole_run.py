"""What is measured over a whole run: a voice, a judge, rules; and how it was made."""

import json
import subprocess
import sys
from contextlib import ExitStack

from sartor.evaluation.asked import Asked
from sartor.project import Project
from sartor.project.whole_run import MOST_EXAMPLES, WholeRun, silent_rules
from sartor.testing.embedder import HashingEmbedder
from sartor.testing.model import ScriptedModel
from sartor.types import Answer, Question

QUESTIONS = [
    Question(f"q{number}", f"How many are {number} and {number}?", (f"{2 * number} pieces",))
    for number in range(12)
]


def write(path, rows):
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def examples(path, count):
    turns = [
        [{"role": "user", "content": f"Ask {number}?"},
         {"role": "assistant", "content": f"Ahoy, dear friend! Number {number}, your crew!"}]
        for number in range(count)
    ]  # fmt: skip
    return write(path, [{"messages": turn} for turn in turns])


def learned(project, path, model, seed=0):
    whole = WholeRun(ExitStack())
    whole.add_voice(path, project._answering, model, timeout=60, seed=seed, progress=None)
    return whole


def test_a_voice_is_learned_from_a_sample_that_a_seed_draws(project, tmp_path):
    asked = []

    def says(messages):
        asked.append(messages[-1].content)
        return "It is so."

    path = examples(tmp_path / "mine.jsonl", MOST_EXAMPLES + 60)
    learned(project, path, ScriptedModel(says))
    first, asked[:] = list(asked), []
    learned(project, path, ScriptedModel(says))
    assert first == asked
    assert len(first) == MOST_EXAMPLES
    assert any(f"Ask {MOST_EXAMPLES + 30 + number}?" in " ".join(first) for number in range(30))
    asked.clear()
    learned(project, path, ScriptedModel(says), seed=1)
    assert asked != first


def test_the_base_of_a_voice_is_the_bare_model_which_has_seen_no_example(project, tmp_path):
    prompts = []

    def says(messages):
        prompts.append(messages)
        return "It is so."

    path = examples(project.folder / "examples.jsonl", 30)
    whole = learned(project, path, ScriptedModel(says))
    assert not any("Ahoy" in turn.content for messages in prompts for turn in messages)
    assert whole.notes[0] == (
        "style.match: 30 of 30 examples are compared with what prompt says to the same questions"
    )


def test_a_base_that_says_nothing_is_no_voice(project, documents, tmp_path):
    project.add(documents)
    path = examples(tmp_path / "mine.jsonl", 30)
    whole = learned(project, path, None)  # it quotes, and the documents know nothing of this
    assert whole.measures == []
    assert whole.notes == (
        "style.match is not measured: 0 of 30 examples are compared with what extract says to the "
        "same questions",
    )


def test_a_rule_in_force_that_did_not_fire_is_measured_as_zero():
    run = [
        Asked(QUESTIONS[0], Answer("a", flags=("links: 2",))),
        Asked(QUESTIONS[1], Answer("b")),
        Asked(QUESTIONS[2], None, "failed"),
    ]
    found = [(one.metric, one.question_id, one.value) for one in silent_rules(["links"])(run)]
    assert found == [("rules.links", "q1", 0.0)]


def test_rules_are_measured_for_our_own_system_and_not_for_one_that_tells_of_none(tmp_path):
    rules = {"policy.forbidden_phrases": ("pineapple",)}
    with Project.init(tmp_path / "shop", embedder=HashingEmbedder(), **rules) as project:
        model = ScriptedModel("4 pieces")
        verdict = project.climb(QUESTIONS, rungs=("prompt",), model=model, systems={"mine": Mine()})
    ours, theirs = verdict.cards["prompt"].measurements, verdict.cards["mine"].measurements
    name = next(name for name in ours if name.startswith("rules.") and "phrase" in name)
    assert (ours[name].mean, ours[name].n) == (0.0, len(QUESTIONS))
    assert not any(one.startswith("rules.") for one in theirs)


class Mine:
    """A system that is always wrong."""

    def answer(self, question):
        return Answer(f"no idea about {question}")


def judging(messages):
    """Answer as a model under test, and as a judge."""
    if "verdict" in " ".join(message.content for message in messages):
        return '{"verdict": "correct", "reason": "it says so"}'
    return "4 pieces"


def test_a_climb_whose_bar_asks_for_a_judge_has_each_rung_judged(project):
    verdict = project.climb(
        QUESTIONS,
        rungs=("prompt",),
        model=ScriptedModel(judging),
        systems={"mine": Mine()},
        bar="judge.correct >= 0.5",
    )
    for card in verdict.cards.values():
        assert card.measurements["judge.correct"].mean == 1.0
        told = [note for note in card.notes if note.startswith("the judge was asked")]
        assert len(told) == 1
        assert told[0].startswith("the judge was asked 12 times"), "what other rungs took is theirs"
    assert verdict.rung == "prompt"


def test_a_climb_without_a_judge_does_not_reuse_what_one_judged(project):
    model = ScriptedModel(judging)
    project.climb(QUESTIONS, rungs=("prompt",), model=model)
    verdict = project.climb(QUESTIONS, rungs=("prompt",), model=model, bar="judge.correct >= 0.5")
    assert verdict.cards["prompt"].measurements["judge.correct"].n == len(QUESTIONS)


def test_the_runs_of_a_climb_say_what_they_were_made_on(project, documents):
    project.add(documents)
    verdict = project.climb(QUESTIONS, rungs=("rag",))
    settings = project.run(verdict.cards["rag"].run).settings
    assert {"fingerprint.questions", "fingerprint.knowledge", "fingerprint.embedder"} <= {*settings}


SPARE = """
import sys
from sartor.project import Project
from sartor.testing.model import ScriptedModel
from sartor.types import Question

questions = [Question(f"q{n}", f"What is {n}?", (f"{n} pieces",)) for n in range(3)]
with Project.init(sys.argv[1]) as project:
    alone = project.climb(questions, rungs=(), systems={"mine": sys.argv[2]})
    bare = project.climb(questions, rungs=("prompt",), model=ScriptedModel("2 pieces"))
assert alone.cards["mine"].rows and bare.cards["prompt"].rows
loaded = {"openvino", "tokenizers", "torch"} & {*sys.modules}
assert not loaded, loaded
"""


def test_recorded_systems_and_the_bare_model_load_no_embedder(tmp_path):
    answers = write(
        tmp_path / "mine.jsonl", [{"id": f"q{n}", "answer": f"{n} pieces"} for n in range(3)]
    )
    done = subprocess.run(
        [sys.executable, "-c", SPARE, tmp_path / "shop", answers],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
