"""Questions and a small library in, examples out; the checker is the real one."""

import re

import pytest

from sartor.checking.checker import SupportChecker
from sartor.errors import ConfigError
from sartor.protocols import Prompt
from sartor.testing.retriever import MemoryLibrary
from sartor.tuning.grounding import ground_examples, stale
from sartor.types import Document, Evidence, Message, Question

ABSTENTION = "I don't know."
KETTLE = (
    "The Heron kettle costs 40 euros.\n\nThe Heron kettle weighs 900 grams. It is painted blue."
)
TOASTER = "The Heron toaster costs 55 euros.\n\nThe Heron toaster weighs two kilograms."
OFFICE = "Our office in Leeds opens at nine.\n\nThe kettle in the Leeds office is new."
QUOTED = re.compile(r"(.+?) \[(\d+)\]")


class Numbered:
    """Prompts as an assistant would write them: numbered passages, then the question."""

    def prompt(self, question, passages):
        lines = [f"[{number}] {passage.text}" for number, passage in enumerate(passages, 1)]
        text = "\n".join([*lines, f"Question: {question}"])
        return Prompt(
            (Message("system", "Answer from the passages."), Message("user", text)), tuple(passages)
        )


class Backwards(Numbered):
    """An assistant that reverses the passages and shows two at most."""

    def prompt(self, question, passages):
        return super().prompt(question, list(reversed(passages))[:2])


def library(**more):
    texts = {"kettle.md": KETTLE, "toaster.md": TOASTER, "office.md": OFFICE, **more}
    return MemoryLibrary(
        text if isinstance(text, Document) else Document(id, "files", id, text)
        for id, text in texts.items()
    )


def asked(id, text, quote="", document="kettle.md", **more):
    start = KETTLE.find(quote) if quote else None
    end = start + len(quote) if quote else None
    return Question(id, text, evidence=(Evidence(document, start, end),), **more)


PRICE = asked("price", "How much does the Heron kettle cost?", "40 euros")
COLOUR = asked("colour", "What colour is the Heron kettle?", "blue")
WEIGHT = asked("weight", "How much does the Heron kettle weigh?", "900 grams")


def grounded(*pairs, shelf=None, grounding=None, **options):
    shelf = shelf or library()
    options = {"abstention": ABSTENTION, "without_gold": 0.0, "rounds": 1, **options}
    return ground_examples(
        [pair if isinstance(pair, tuple) else (pair, "") for pair in pairs],
        retriever=shelf,
        library=shelf,
        checker=SupportChecker(shelf),
        grounding=grounding or Numbered(),
        **options,
    )


def shown_in(example):
    """The passages of a prompt, by their number."""
    return dict(re.findall(r"^\[(\d+)\] (.+)$", example.messages[-2].content, re.MULTILINE))


def test_a_question_with_evidence_quotes_the_whole_sentence_and_its_number():
    (example,) = grounded(COLOUR).examples
    said, number = QUOTED.fullmatch(example.target).groups()
    assert said == "It is painted blue."
    assert said in shown_in(example)[number]
    assert example.tags == ("grounded",)
    assert example.source == "colour"


def test_the_right_passage_stands_in_every_place_among_others_in_varying_number():
    examples = [grounded(PRICE, seed=seed).examples[0] for seed in range(40)]
    numbers = {QUOTED.fullmatch(example.target)[2] for example in examples}
    assert {"1", "2", "3"} <= numbers
    assert {len(shown_in(example)) for example in examples} >= {1, 2, 3, 4}
    for example in examples:
        assert "40 euros" in shown_in(example)[QUOTED.fullmatch(example.target)[2]]


def test_others_are_what_search_finds_best_first():
    shelf = library()
    example = grounded(PRICE, passages=(3, 3), shelf=shelf).examples[0]
    best = [hit.passage.text for hit in shelf.search(PRICE.text, k=3)]
    assert sorted(shown_in(example).values()) == sorted(best)


def test_the_same_seed_gives_the_same_examples():
    assert grounded(PRICE, COLOUR, seed=3) == grounded(PRICE, COLOUR, seed=3)


def test_an_example_rests_on_every_passage_that_it_shows():
    shelf = library()
    example = grounded(COLOUR, passages=(3, 3), shelf=shelf).examples[0]
    rested = [shelf.passage(one.passage_id).text for one in example.rests_on]
    assert rested == list(shown_in(example).values())
    assert not stale(example, shelf)
    assert stale(example, library(**{"kettle.md": KETTLE.replace("blue", "green")}))


def test_a_share_of_the_examples_lacks_the_passage_and_abstains():
    made = grounded(PRICE, COLOUR, WEIGHT, without_gold=0.5).examples
    abstaining = [example for example in made if "abstains" in example.tags]
    assert len(abstaining) == 3
    for example in abstaining:
        assert example.target == ABSTENTION
        gold = {"price": "40 euros", "colour": "blue", "weight": "900 grams"}[example.source]
        assert gold not in example.messages[-2].content


def test_unanswerable_questions_abstain_first():
    strange = Question("strange", "Who designed the Heron kettle?", answerable=False)
    made = grounded(PRICE, COLOUR, WEIGHT, strange, without_gold=0.25).examples
    assert [example.source for example in made if "abstains" in example.tags] == ["strange"]


def test_a_passage_that_says_the_same_is_never_shown_as_one_that_does_not():
    shelf = library(**{"copy.md": "Note of 3 May: the Heron kettle costs 40 euros."})
    made = grounded(PRICE, shelf=shelf, without_gold=0.5, passages=(4, 6)).examples
    assert len(made) == 2
    assert not any("Note of 3 May" in example.messages[-2].content for example in made)


def test_the_users_own_answer_is_taken_when_its_evidence_says_so():
    (example,) = grounded((PRICE, "It is 40 euros.")).examples
    assert re.fullmatch(r"It is 40 euros\. \[\d\]", example.target)


def test_an_answer_that_its_evidence_does_not_say_is_dropped_with_the_reason():
    made = grounded((PRICE, "The Heron kettle costs 45 euros."), COLOUR)
    assert len(made.examples) == 1
    (reason,) = made.dropped
    assert reason.startswith("price: ")
    assert "45" in reason


def test_an_answer_with_several_sentences_cites_each_and_keeps_its_layout():
    answer = "The Heron kettle costs 40 euros.\n\nIt is painted blue."
    question = Question(
        "both",
        "What does the Heron kettle cost, and what colour is it?",
        evidence=(*PRICE.evidence, *COLOUR.evidence),
    )
    (example,) = grounded((question, answer), passages=(2, 3)).examples
    found = re.fullmatch(
        r"The Heron kettle costs 40 euros\. \[(\d)\]\n\nIt is painted blue\. \[(\d)\]",
        example.target,
    )
    assert "40 euros" in shown_in(example)[found[1]]
    assert "blue" in shown_in(example)[found[2]]


def test_a_form_of_the_users_own_is_filled_with_the_answer_and_its_numbers():
    made = grounded(
        PRICE,
        without_gold=0.5,
        form=lambda text, numbers: f"<{text}|{','.join(map(str, numbers))}>",
    )
    answered, abstaining = made.examples
    number = re.fullmatch(r"<The Heron kettle costs 40 euros\. \[(\d)\]\|\1>", answered.target)[1]
    assert "40 euros" in shown_in(answered)[number]
    assert abstaining.target == f"<{ABSTENTION}|>"


def test_numbers_are_those_of_the_prompt_and_not_of_the_passages_handed_to_it():
    for seed in range(10):
        for example in grounded(PRICE, seed=seed, grounding=Backwards()).examples:
            assert "40 euros" in shown_in(example)[QUOTED.fullmatch(example.target)[2]]


def test_a_question_is_dropped_when_no_prompt_has_room_for_its_passage():
    class Empty(Numbered):
        def prompt(self, question, passages):
            return super().prompt(question, ())

    made = grounded(PRICE, grounding=Empty())
    assert made.examples == ()
    assert made.dropped == ("price: its prompt leaves out what the answer cites",)


def test_no_example_abstains_where_the_prompt_brought_the_answer_back():
    class Widened(Numbered):
        def prompt(self, question, passages):
            whole = library().passages_of("kettle.md")
            return super().prompt(question, [*passages, *whole])

    assert grounded(COLOUR, grounding=Widened(), without_gold=0.5).examples[1:] == ()


def test_several_rounds_show_a_question_with_other_passages():
    made = grounded(PRICE, rounds=6).examples
    assert len(made) == 6
    assert len({example.messages[-2].content for example in made}) > 1


def test_what_cannot_be_proved_is_dropped_with_the_reason():
    turns = (Message("user", "And the kettle?"), Message("assistant", "Which one?"))
    made = grounded(
        Question("bare", "How much does it cost?"),
        asked("lost", "How much?", document="gone.md"),
        asked("whole", "What colour is the Heron kettle?"),
        asked("later", "And its weight?", "900 grams", history=turns),
        Question("beyond", "What?", evidence=(Evidence("kettle.md", 9000, 9010),)),
    )
    assert made.examples == ()
    reasons = dict(line.split(": ", 1) for line in made.dropped)
    assert reasons["bare"] == "no evidence says where its answer stands"
    assert reasons["lost"] == "its evidence is in 'gone.md', which is not there"
    assert "no span" in reasons["whole"]
    assert "stands alone" in reasons["later"]
    assert reasons["beyond"] == "its evidence lies in no passage"


def test_a_document_is_evidence_enough_for_an_answer_of_the_users_own():
    question = asked("whole", "What colour is the Heron kettle?")
    (example,) = grounded((question, "It is painted blue.")).examples
    assert "blue" in shown_in(example)[QUOTED.fullmatch(example.target)[2]]


def test_what_only_some_may_read_is_learned_only_for_them():
    secret = Document("secret.md", "files", "", "The Heron lamp costs 9 euros.", labels=("board",))
    question = Question(
        "lamp", "How much does the Heron lamp cost?", evidence=(Evidence("secret.md", 0, 29),)
    )
    shelf = library(**{"secret.md": secret})
    made = grounded(question, PRICE, shelf=shelf, passages=(6, 6))
    assert made.dropped == ("lamp: only board may read 'secret.md'",)
    assert not any("lamp" in example.messages[-2].content for example in made.examples)
    assert len(grounded(question, shelf=shelf, labels=("board",)).examples) == 1


@pytest.mark.parametrize("wrong", [{"passages": (0, 3)}, {"passages": (4, 3)}, {"without_gold": 1}])
def test_impossible_numbers_are_refused(wrong):
    with pytest.raises(ConfigError):
        grounded(PRICE, **wrong)
