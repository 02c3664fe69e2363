"""What is found out about examples before anything is trained on them."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from sartor.errors import ExamplesRefused
from sartor.tuning.examples import Read, accepted, check_examples
from sartor.types import Example, Message, Question, Rests

WORDS = [
    *("lamp", "cable", "window", "garden", "ticket", "parcel"),
    *("engine", "letter", "bridge", "candle", "river", "market"),
]


def example(asked, answered, line=1, **more):
    turns = (Message("user", asked), Message("assistant", answered))
    return Example(turns, source=f"voice.jsonl:{line}", **more)


def several(count, seed=0):
    """Make examples that nothing is wrong with."""
    dice = random.Random(seed)
    return [
        example(
            " ".join(dice.choices(WORDS, k=9)) + f" {line}?",
            "It is because of the " + " ".join(dice.choices(WORDS, k=9)) + ".",
            line,
        )
        for line in range(1, count + 1)
    ]


def findings(examples, kind, **options):
    checked = check_examples(Read(tuple(examples)), **options)
    return [one for one in checked.findings if one.kind == kind]


def test_nothing_is_found_where_nothing_is_wrong():
    checked = check_examples(Read(tuple(several(600)), name="voice.jsonl"))
    assert {finding.kind for finding in checked.findings} == {"not checked"}
    assert accepted(checked) == checked.examples
    assert checked.counts["examples"] == 600
    assert checked.lengths.unit == "characters"


@pytest.mark.parametrize(
    ("roles", "told"),
    [
        (["assistant", "user", "assistant"], "the assistant speaks first"),
        (["user", "user", "assistant"], "two user turns in a row"),
        (["user", "system", "assistant"], "a system turn that is not the first"),
    ],
)
def test_an_unusual_order_of_turns_is_named(roles, told):
    turns = tuple(Message(role, f"word {number}.") for number, role in enumerate(roles))
    (found,) = findings([Example(turns, "voice.jsonl:7")], "turn order")
    assert (found.severity, found.line, found.fixable) == ("warning", 7, True)
    assert found.message == told


def test_copies_near_copies_and_contradictions_name_the_line_they_repeat():
    rows = several(60)
    long = "please tell me where exactly the spare parts of my old red lamp are kept in the shop"
    rows += [
        example(rows[4].messages[0].content, rows[4].target, 71),
        example(long, "They are in the drawer below the counter, next to the old till.", 72),
        example(
            f"{long} now", "They are in the drawer below the counter, next to the old till.", 73
        ),
        example(rows[9].messages[0].content.upper(), "It is because of nothing at all.", 74),
    ]
    (copy,) = findings(rows, "duplicate")
    assert (copy.line, copy.message, copy.fixable) == (71, "the same as line 5", True)
    (near,) = findings(rows, "near duplicate")
    assert (near.line, near.message, near.fixable) == (73, "nearly the same as line 72", False)
    (against,) = findings(rows, "contradiction")
    assert against.line == 74
    assert "asks the same as line 10" in against.message


def test_instructions_around_every_question_make_no_near_copies():
    frame = "You are given a question about a house. Answer it in one sentence and be polite.\n\n"
    rows = [
        example(frame + one.messages[0].content, one.target, line)
        for line, one in enumerate(several(80), start=1)
    ]
    assert findings(rows, "near duplicate") == []


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("We send the parcel by ship and by...", "ends with"),
        ("We send the parcel by ship and then by the", "something should follow"),
        ("We send the parcel by ship, by train, by lorry,", "something should follow"),
        ("We send all of it by ship and by the old eng", "ends in mid word: 'the old eng'"),
        ("We send all of it by ship and by train", "no full stop at the end"),
        ("Type this:\n```\nls -l", "block of code"),
    ],
)
def test_a_cut_answer_is_told_from_how_the_others_end(answer, told):
    rows = [*several(40), example("How does it come?", answer, 99)]
    (found,) = findings(rows, "cut")
    assert found.line == 99
    assert told in found.message


def test_answers_that_never_end_with_a_full_stop_are_not_cut():
    rows = [example(one.prompt[0].content, one.target.rstrip("."), 1) for one in several(40)]
    assert findings(rows, "cut") == []


def test_answers_cut_at_the_same_length_are_seen():
    rows = [example(f"{word}?", (f"{word} " * 40)[:100] + "x", n) for n, word in enumerate(WORDS)]
    assert {one.message for one in findings(rows, "cut")} == {
        "the answer is cut at 101 characters, as others are"
    }


def test_among_answers_in_json_those_that_are_none_stand_out():
    rows = [example(f"{n}?", f'{{"n": {n}}}', n) for n in range(1, 31)]
    rows.append(example("31?", '{"n": 31', 31))
    (found,) = findings(rows, "cut")
    assert (found.line, found.message) == (31, "the answer is not JSON, as nearly all others are")


def test_empty_answers_are_errors_and_blanks_are_noted():
    rows = [*several(20), example("Why?", "  \n", 31), example("Who?", " It was him.\n", 32)]
    (empty,) = findings(rows, "empty")
    assert (empty.severity, empty.line, empty.fixable) == ("error", 31, True)
    (blanks,) = findings(rows, "blanks")
    assert "lines 31, 32" in blanks.message
    with pytest.raises(ExamplesRefused, match="line 31: an empty answer") as caught:
        accepted(check_examples(Read(tuple(rows), name="voice.jsonl")))
    assert "sartor tune check voice.jsonl --fix" in str(caught.value)


def test_answers_all_alike_and_answers_of_very_different_lengths_are_warned_of():
    alike = [example(one.prompt[0].content, "Please ask our staff.", 1) for one in several(20)]
    (found,) = findings(alike, "alike")
    assert "every answer is the same" in found.message
    mostly = [*alike, *several(15, seed=5)]
    assert "57%" in findings(mostly, "alike")[0].message
    uneven = [*several(60), *(example(f"{n}?", "A long word. " * 900, n) for n in (91, 92, 93))]
    assert "hold" in findings(uneven, "lengths")[0].message


SECRET = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6"


def test_secrets_are_errors_personal_data_is_warned_of_and_neither_is_shown():
    row = example(f"My key is {SECRET}", "Write to eva@firm.org or call +49 30 123456789.", 3)
    (secret,) = findings([row], "secret")
    assert (secret.severity, secret.line, secret.message) == ("error", 3, "a key: GitHub token")
    personal = findings([row], "personal data")
    assert [one.message for one in personal] == ["an e-mail address", "a phone number"]
    assert all(one.severity == "warning" and one.fixable for one in personal)
    told = str([secret, *personal])
    assert SECRET not in told
    assert "eva" not in told


def test_what_is_quoted_of_an_example_hides_what_is_private():
    rows = [
        *several(40),
        example("Which one?", f"It is the one that everybody here is using: {SECRET}", 41),
        example("And now?", f"The key is {SECRET}.", 42),
        example("And now?", "Ask eva@firm.org.", 43),
    ]
    checked = check_examples(Read(tuple(rows)))
    assert {"cut", "contradiction"} <= {one.kind for one in checked.findings}
    assert SECRET[:12] not in str(checked.findings)
    assert "eva@" not in str(checked.findings)


def test_test_questions_among_the_examples_are_named_exactly_and_nearly():
    rows = [
        *several(20),
        example("Hello!\nHow long may I keep the library book?", "Two weeks.", 31),
        example("Where can I hand in the red forms of last year again please", "Here.", 32),
    ]
    questions = [
        Question("q1", "How long may I keep the library book?"),
        Question("q2", "Where can I hand in the red forms of last year again?"),
        Question("q3", "Why?"),
    ]
    exact, near = findings(rows, "leakage", questions=questions)
    assert (exact.severity, exact.line) == ("error", 31)
    assert "is the test question 'q1'" in exact.message
    assert (near.severity, near.line) == ("warning", 32)
    assert "is nearly the test question 'q2'" in near.message


def test_facts_that_change_are_a_job_for_retrieval():
    rows = [
        *several(20),
        example("Price?", "It costs 40 euros.", 31),
        example("Which?", "Take version 2.4.1 of it.", 32),
        example("When?", "We open on 3 March 2025.", 33),
    ]
    (found,) = findings(rows, "facts that change")
    assert found.severity == "warning"
    assert "13% of the answers" in found.message
    assert "lines 31, 32, 33" in found.message
    assert "retrieval" in found.fix


def test_answers_from_passages_may_state_facts():
    rests = (Rests("p", "d", "h"),)
    rows = [example("Price?", "It costs 40 euros. [1]", 1, rests_on=rests)]
    assert findings(rows, "facts that change") == []


def test_a_mix_of_languages_is_told_with_its_shares():
    german = "Das ist nicht so einfach, weil wir erst noch auf die neue Lampe warten müssen."
    english = "That is not so easy because we have to wait for the new lamp to arrive here."
    asked = "Could you please tell me when all of this will be ready for me and for my friends?"
    rows = [example(f"{asked} {n}", english, n) for n in range(1, 17)]
    rows += [example(f"{asked} {n}", german, n) for n in range(17, 20)]
    found = findings(rows, "language")
    assert [one.line for one in found if one.line] == [17, 18, 19]
    assert "asked in 'en' and answered in 'de'" in found[0].message
    assert "en 84%, de 16%" in found[-1].message


def test_too_few_examples_name_the_figures_of_the_guides():
    assert findings([], "too few")[0].severity == "error"
    (hopeless,) = findings(several(20), "too few")
    assert hopeless.severity == "warning"
    assert "nearly hopeless" in hopeless.message
    (few,) = findings(several(120), "too few")
    assert few.severity == "note"
    assert "500" in few.message
    assert "1,000" in few.message


def test_errors_come_first_and_each_kind_is_together():
    rows = [*several(20), example("a b c", "", 31), example("d e f", "", 30)]
    kinds = [
        (one.severity, one.kind, one.line) for one in check_examples(Read(tuple(rows))).findings
    ]
    assert kinds[:2] == [("error", "empty", 30), ("error", "empty", 31)]


def test_examples_that_come_from_no_file_are_numbered():
    rows = [Example((Message("user", "a"), Message("assistant", "")))]
    (found,) = findings(rows, "empty")
    assert (found.line, found.item) == (None, 1)


# --- with tokens ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Words:
    """An example as words: good enough to see what is done with tokens."""

    ids: Sequence[str]
    learned: Sequence[bool]


class WordEncoder:
    """Reads words for tokens and learns the answers; `blind` learns nothing at all."""

    def __init__(self, window=50, blind=False):
        self.window, self.blind = window, blind

    def encode(self, one):
        words, learned = [], []
        for turn in one.messages:
            said = turn.content.split()
            words += said
            learned += [turn.role == "assistant" and not self.blind] * len(said)
        if len(words) > self.window:
            raise ValueError(f"it is {len(words)} tokens long; {self.window} fit")
        return Words(words, learned)

    def pieces(self, encoded):
        return [(word, kept) for word, kept in zip(encoded.ids, encoded.learned, strict=True)]

    def roundtrip(self, one):
        return (
            "the chat template drops message 1 (system)" if one.messages[0].role == "system" else ""
        )

    def share(self, encodeds):
        return sum(sum(one.learned) for one in encodeds) / sum(len(one.ids) for one in encodeds)


def test_tokens_say_what_is_learned_and_what_does_not_fit():
    rows = several(40)
    rows.append(example("long", "word " * 60 + ".", 41))
    rows.append(Example((Message("system", "x"), *rows[0].messages), "voice.jsonl:42"))
    checked = check_examples(Read(tuple(rows)), encoder=WordEncoder())
    (long,) = [one for one in checked.findings if one.kind == "too long"]
    assert (long.severity, long.line) == ("error", 41)
    (lost,) = [one for one in checked.findings if one.kind == "template"]
    assert (lost.severity, lost.line) == ("warning", 42)
    assert checked.lengths.unit == "tokens"
    assert checked.lengths.total == sum(found.count for found in checked.lengths.bins) * 24 + 1
    assert 0.5 < checked.supervised_share < 0.7
    assert " ".join(word for word, learned in checked.sample if learned).startswith("It is because")


def test_training_is_refused_when_no_token_is_learned():
    checked = check_examples(Read(tuple(several(20))), encoder=WordEncoder(blind=True))
    assert checked.supervised_share == 0.0
    with pytest.raises(ExamplesRefused, match="0 % of the tokens are learned"):
        accepted(checked)


def test_answers_that_stop_at_the_same_number_of_tokens_were_cut_by_a_limit():
    rows = [example("go on", f"{word} " * 39 + "and", n) for n, word in enumerate(WORDS[:4], 1)]
    rows += [example("short", f"{word}.", 20 + n) for n, word in enumerate(WORDS)]
    checked = check_examples(Read(tuple(rows)), encoder=WordEncoder())
    cut = [one for one in checked.findings if "after 40 tokens" in one.message]
    assert [one.line for one in cut] == [1, 2, 3, 4]


def test_the_real_encoder_is_understood():
    transformers = pytest.importorskip("transformers")
    from sartor.lab import model_folder
    from sartor.tuning.encoding import Encoder

    tokenizer = transformers.AutoTokenizer.from_pretrained(model_folder())
    rows = [*several(12), example("long", "word " * 300 + ".", 41)]
    checked = check_examples(Read(tuple(rows)), encoder=Encoder(tokenizer, window=128))
    ((severity, kind, line), *_) = [(one.severity, one.kind, one.line) for one in checked.findings]
    assert (severity, kind, line) == ("error", "too long", 41)
    assert 0 < checked.supervised_share < 1
    assert any("because" in piece for piece, learned in checked.sample if learned)


def test_lengths_are_counted_in_round_bins_that_hold_them_all():
    from sartor.tuning.examples.checks.tokens import histogram

    dice = random.Random(3)
    for _ in range(200):
        lengths = [int(dice.lognormvariate(4, 1.5)) for _ in range(dice.randint(1, 60))]
        found = histogram(lengths, "tokens")
        assert sum(one.count for one in found.bins) == len(lengths)
        assert len(found.bins) <= 16
        for one in found.bins:
            assert one.count == sum(one.low <= length <= one.high for length in lengths)
        assert found.longest == max(lengths)


@pytest.mark.slow
def test_fifty_thousand_examples_are_checked_in_well_under_a_minute():
    from time import process_time

    rows = several(50_000)
    began = process_time()
    check_examples(Read(tuple(rows)))
    assert process_time() - began < 40


def test_of_very_many_examples_the_template_is_tried_on_some_and_that_is_said(monkeypatch):
    monkeypatch.setattr("sartor.tuning.examples.checks.tokens.ROUNDTRIPS", 20)
    tried = []

    class Counting(WordEncoder):
        def roundtrip(self, example):
            tried.append(example)
            return super().roundtrip(example)

    checked = check_examples(Read(tuple(several(60))), encoder=Counting())
    assert len(tried) == 20
    assert "the chat template on all of 60 examples: 1 of 3 was tried" in {
        finding.message for finding in checked.findings
    }


def test_what_could_not_be_looked_at_is_noted():
    asked = [Question("q", "What is never asked here?")]
    told = {one.message for one in check_examples(Read(tuple(several(20)))).findings}
    assert any("no base model is named" in one for one in told)
    assert any("there are no test questions" in one for one in told)
    known = check_examples(Read(tuple(several(20))), encoder=WordEncoder(), questions=asked)
    assert "not checked" not in {one.kind for one in known.findings}
