"""Answers with a known fault: is it named, and proved by what is stored?"""

from dataclasses import replace

import pytest

from sartor.evaluation.asked import Asked, ClaimedCitation
from sartor.evaluation.attributing import Remembered, attribute, remembered
from sartor.evaluation.attributing.finding import Searchable
from sartor.testing.retriever import MemoryLibrary
from sartor.types import (
    Answer,
    Citation,
    Cut,
    Document,
    Evidence,
    Hit,
    Page,
    Passage,
    Question,
    Sentence,
    Step,
)

RETURNS = (
    "Unused items may be returned within 30 days.\n\nRefunds are paid within five working days."
)
DELIVERY = "Delivery of furniture costs 39 euros.\n\nSmall parcels are free of charge."
WARRANTY = "Frames carry a warranty of 5 years.\n\nClara Behrend is in charge of complaints."
WRONG, RIGHT = {"answers.correct": 0.0}, {"answers.correct": 1.0}


def document(id, text, pages=()):
    return Document(id, "shop", id, text, pages=pages)


@pytest.fixture
def shop():
    return MemoryLibrary(
        [
            document("returns", RETURNS),
            document("delivery", DELIVERY),
            document("warranty", WARRANTY),
        ]
    )


def passage(shop, document, number):
    return shop.passages_of(document)[number]


def hits(*passages):
    return tuple(Hit(one, 1.0 / rank) for rank, one in enumerate(passages, 1))


def cites(shop, of):
    within = shop.document(of.document_id).text
    return Citation(
        of.id, of.document_id, "shop", None, of.start, of.end, of.text, True, within=within
    )


def answered(text, *shown, found=None, cited=(), **more):
    """Make an answer from passages: all were found that are shown, unless told otherwise."""
    found = shown if found is None else found
    return Answer(text, citations=cited, context=shown, hits=hits(*found), **more)


def fee(*evidence, **more):
    evidence = evidence or (Evidence("delivery", 0, 37),)
    return Question("fee", "What does delivery cost?", ("39 euros",), evidence=evidence, **more)


def lost(question, answer, corpus, scores=WRONG, **more):
    return attribute(Asked(question, answer), scores, corpus=corpus, **more)


def test_a_right_answer_with_its_citation_lost_nothing(shop):
    held = passage(shop, "delivery", 0)
    assert lost(fee(), answered("39 euros.", held, cited=(cites(shop, held),)), shop, RIGHT) is None


def test_what_nobody_can_judge_is_not_called_lost(shop):
    assert lost(fee(), answered("Something."), shop, {"answers.correct": None}) is None


def test_a_system_that_raised_gave_no_answer(shop):
    found = attribute(Asked(fee(), None, error="Unreachable: too late"), WRONG, corpus=shop)
    assert found.stage == "no answer"
    assert "too late" in found.proof


def test_an_empty_text_is_no_answer(shop):
    assert lost(fee(), Answer(""), shop).stage == "no answer"


def test_claiming_something_about_the_unanswerable_should_have_been_silence(shop):
    question = Question("x", "Who owns the shop?", answerable=False)
    found = lost(question, Answer("Mr Krahl owns it."), shop)
    assert found.stage == "should have abstained"
    assert "Mr Krahl owns it." in found.proof


def test_a_document_that_is_not_there_is_named(shop):
    found = lost(fee(Evidence("prices")), Answer("It is free."), shop)
    assert found.stage == "not in the documents"
    assert "prices is not among the 3 documents" in found.proof


def test_without_evidence_a_text_that_stands_nowhere_is_not_in_the_documents(shop):
    question = Question("x", "Who owns the shop?", ("Jonas Weidner",))
    assert lost(question, Answer("Mr Krahl."), shop).stage == "not in the documents"


def test_without_evidence_the_documents_that_say_it_take_its_place(shop):
    question = Question("x", "Who is in charge of complaints?", ("clara  BEHREND",))
    found = lost(question, answered("Nobody.", passage(shop, "returns", 0)), shop)
    assert found.stage == "not retrieved"
    assert "Clara Behrend" in found.proof


def test_without_evidence_free_words_prove_nothing(shop):
    sentence = "It was founded by a couple of friends who had nothing better to do at that time."
    question = Question("x", "Who founded the shop?", (sentence,))
    assert lost(question, Answer("A bank."), shop).stage == "unknown"


def test_without_evidence_and_expected_text_it_is_unknown(shop):
    assert lost(Question("x", "Why?"), Answer("So."), shop).stage == "unknown"


def test_a_span_behind_the_end_of_the_text_was_not_read(shop):
    found = lost(fee(Evidence("delivery", 900, 930)), Answer("It is free."), shop)
    assert found.stage == "not read"
    assert f"ends at {len(DELIVERY)}" in found.proof


@pytest.mark.parametrize(
    "text",
    [
        "Delivery of furniture costs \ufffd\ufffd euros.",
        "Delivery of furniture costs",
        "(cid:12)" * 9,
    ],
)
def test_a_document_without_the_number_it_is_to_hold_was_not_read(text):
    corpus = MemoryLibrary([document("delivery", text)])
    assert lost(fee(Evidence("delivery")), Answer("It is free."), corpus).stage == "not read"


def test_a_page_without_text_was_not_read():
    text = "First page.\n\nThird page."
    pages = (Page(1, 0, 11), Page(2, 11, 12), Page(3, 13, 24))
    corpus = MemoryLibrary([document("delivery", text, pages)])
    found = lost(fee(Evidence("delivery", page=2)), Answer("It is free."), corpus)
    assert found.stage == "not read"
    assert "page 2 of delivery was read as an empty text" in found.proof
    found = lost(fee(Evidence("delivery", page=4)), Answer("It is free."), corpus)
    assert "was read as 3 pages, not page 4" in found.proof


@pytest.mark.parametrize(
    "expected", ["yes", "3", "because of the flood in the old quarter of town"]
)
def test_what_may_be_said_in_other_words_is_never_called_unread(shop, expected):
    question = Question("x", "Is it free?", (expected,), evidence=(Evidence("delivery"),))
    found = lost(question, answered("Hm.", passage(shop, "returns", 0)), shop)
    assert found.stage == "not retrieved"
    assert "could not be located" in found.proof


@pytest.mark.parametrize("expected", ["39 EUR", "€39", "thirty-nine euros"])
def test_numbers_are_found_in_any_spelling(shop, expected):
    question = replace(fee(Evidence("delivery")), expected=(expected,))
    other = passage(shop, "delivery", 1)
    found = lost(question, answered("Nothing.", other), shop)
    assert found.stage == "not retrieved"
    assert "costs 39 euros" in found.proof
    assert "the best hit of its document is rank 1" in found.proof


class Halves(MemoryLibrary):
    """The same documents, cut in two where nobody asked for it."""

    def passages_of(self, document_id):
        text = self.document(document_id).text
        cut = text.index("39") if "39" in text else len(text) // 2
        return [
            Passage(f"{document_id}#{n}", document_id, text[a:b], a, b)
            for n, (a, b) in enumerate([(0, cut + 2), (cut + 2, len(text))])
        ]


@pytest.fixture
def halves():
    return Halves([document("delivery", DELIVERY), document("returns", RETURNS)])


@pytest.mark.parametrize("evidence", [Evidence("delivery", 0, 37), Evidence("delivery")])
def test_a_text_across_two_passages_is_cut_when_one_of_them_is_missing(halves, evidence):
    first, _ = halves.passages_of("delivery")
    found = lost(fee(evidence), answered("It is 39.", first), halves)
    assert found.stage == "cut by splitting"
    assert "delivery#0 (0-30), delivery#1 (30-" in found.proof
    assert "found: delivery#0" in found.proof


def test_a_text_across_two_passages_is_cut_even_if_both_are_there(halves):
    found = lost(fee(), answered("It is free.", *halves.passages_of("delivery")), halves)
    assert found.stage == "cut by splitting"


def test_a_passage_that_was_not_found_was_not_retrieved(shop):
    found = lost(fee(), answered("Free.", passage(shop, "returns", 0)), shop)
    assert found.stage == "not retrieved"
    assert passage(shop, "delivery", 0).id in found.proof
    assert "no hit is of its document" in found.proof


def test_a_search_that_found_nothing_is_told_from_a_system_that_stores_nothing(shop):
    searched = Answer("I do not know.", abstained=True, steps=(Step("search", 0, 0.1),))
    found = lost(fee(), searched, shop)
    assert found.stage == "not retrieved"
    assert "the search found nothing" in found.proof
    assert lost(fee(), Answer("It is free."), shop).stage == "unknown"


def test_what_was_found_and_cut_was_packed_out_for_the_reason_that_is_stored(shop):
    held, other = passage(shop, "delivery", 0), passage(shop, "returns", 0)
    answer = answered("Free.", other, found=(other, held))
    found = lost(fee(), answer, shop)
    assert found.stage == "packed out"
    assert "was hit 2" in found.proof
    cut = replace(answer, cut=(Cut(held.id, "no room: it takes 90 tokens, 10 are left"),))
    assert "no room: it takes 90 tokens" in lost(fee(), cut, shop).proof


def test_hits_without_a_context_do_not_tell_whether_they_were_read(shop):
    held = passage(shop, "delivery", 0)
    answer = Answer("It is free.", hits=hits(held))
    assert lost(fee(), answer, shop).stage == "unknown"
    assert lost(fee(), replace(answer, abstained=True), shop).stage == "in context, unused"


def test_a_context_without_hits_does_not_tell_where_evidence_was_lost(shop):
    answer = Answer("It is free.", context=(passage(shop, "returns", 0),))
    found = lost(fee(), answer, shop)
    assert found.stage == "unknown"
    assert "stores no hits" in found.proof


def test_silence_with_the_evidence_in_the_context_is_disuse(shop):
    held = passage(shop, "delivery", 0)
    said = "The documents do not say what delivery costs."
    assert lost(fee(), answered(said, held), shop).stage == "in context, unused"


def test_citing_another_passage_is_disuse(shop):
    held, other = passage(shop, "delivery", 0), passage(shop, "returns", 0)
    answer = answered("Within 30 days.", held, other, cited=(cites(shop, other),))
    found = lost(fee(), answer, shop)
    assert found.stage == "in context, unused"
    assert f"cites {other.id} instead" in found.proof


def test_citing_the_evidence_and_being_wrong_is_misuse(shop):
    held = passage(shop, "delivery", 0)
    sentence = Sentence("It is 93 euros.", (cites(shop, held),), "contradicted")
    found = lost(fee(), answered("It is 93 euros.", held, sentences=(sentence,)), shop)
    assert found.stage == "used but wrong"
    assert '"Delivery of furniture costs 39 euros."' in found.proof


def test_without_citations_the_words_tell_what_an_answer_leans_on(shop):
    held, other = passage(shop, "delivery", 0), passage(shop, "returns", 0)
    said = "The delivery of furniture costs 93 euros."
    assert lost(fee(), answered(said, other, held), shop).stage == "used but wrong"
    said = "Unused items may be returned."
    assert lost(fee(), answered(said, other, held), shop).stage == "in context, unused"


def test_a_near_duplicate_stands_for_the_evidence(shop):
    held, twin = passage(shop, "delivery", 0), passage(shop, "warranty", 0)
    answer = Answer("Free.", context=(twin,), hits=(Hit(twin, 1.0, folded=(held.id,)),))
    assert lost(fee(), answer, shop).stage == "in context, unused"
    cut = (Cut(held.id, f"says the same as {twin.id}"),)
    answer = Answer("Free.", context=(twin,), hits=hits(twin, held), cut=cut)
    assert lost(fee(), answer, shop).stage == "in context, unused"


def test_a_passage_that_grew_in_the_prompt_still_holds_the_evidence(shop):
    held = passage(shop, "delivery", 0)
    grown = replace(held, text=DELIVERY, end=len(DELIVERY))
    assert lost(fee(), answered("Free.", grown, found=(held,)), shop).stage == "in context, unused"


def test_passages_without_offsets_are_believed_their_text(shop):
    held = passage(shop, "warranty", 1)
    moved = replace(held, start=0, end=len(held.text))
    question = Question(
        "x", "Who?", ("Clara Behrend",), evidence=(Evidence("warranty", held.start, held.end),)
    )
    assert lost(question, answered("Nobody.", moved), shop).stage == "in context, unused"


def test_of_several_pieces_the_one_that_came_furthest_counts(shop):
    held = passage(shop, "delivery", 0)
    question = fee(Evidence("prices"), Evidence("delivery", 0, 37))
    assert lost(question, answered("Free.", held), shop).stage == "in context, unused"
    only = fee(Evidence("prices"), Evidence("delivery", 0, 37, grade=0))
    assert lost(only, answered("Free.", held), shop).stage == "not in the documents"


def test_of_two_documents_the_one_that_says_the_answer_counts(shop):
    first, held = passage(shop, "returns", 0), passage(shop, "warranty", 1)
    question = Question(
        "x",
        "Who is in charge of complaints about returns?",
        ("Clara Behrend",),
        evidence=(Evidence("returns"), Evidence("warranty")),
    )
    assert lost(question, answered("Nobody.", first), shop).stage == "not retrieved"
    assert lost(question, answered("Nobody.", first, held), shop).stage == "in context, unused"
    gone = replace(question, evidence=(Evidence("returns"), Evidence("staff")))
    assert lost(gone, answered("Nobody.", first), shop).stage == "not in the documents"


def test_an_answer_out_of_two_documents_needs_both(shop):
    question = Question(
        "x",
        "What does delivery cost, and how long is the warranty?",
        ("39 euros, and 5 years",),
        evidence=(Evidence("delivery"), Evidence("warranty")),
    )
    found = lost(question, answered("It is 39 euros.", passage(shop, "delivery", 0)), shop)
    assert found.stage == "not retrieved"
    assert '"5 years" of warranty' in found.proof


def test_without_documents_at_hand_only_what_is_stored_counts(shop):
    held, other = passage(shop, "delivery", 0), passage(shop, "returns", 0)
    assert lost(fee(), answered("Free.", held), None).stage == "in context, unused"
    assert lost(fee(), answered("Free.", other, found=(held, other)), None).stage == "packed out"
    assert lost(fee(), answered("Free.", other), None).stage == "unknown"


def test_of_foreign_systems_only_what_is_proved_is_said(shop):
    wrong = Answer("It is free.")
    assert lost(fee(), wrong, shop).stage == "unknown"
    held = passage(shop, "delivery", 0)
    assert lost(fee(), replace(wrong, citations=(cites(shop, held),)), shop).stage == (
        "used but wrong"
    )
    named = Asked(fee(), wrong, claimed=(ClaimedCitation("delivery"),))
    assert attribute(named, WRONG, corpus=shop).stage == "unknown", "two passages: which one?"


class Checks:
    """A checker that finds the first passage that shares a word with the claim."""

    def check(self, text, passages, *, question=""):
        for one in passages:
            if "returned" in one.text and "bring back" in text:
                quote = Citation(
                    one.id, one.document_id, "", None, 0, len(one.text), one.text, True,
                    within=one.text,
                )  # fmt: skip
                return [Sentence(text, (quote,), "supported")]
        return [Sentence(text, (), "unsupported")]


def test_the_checker_locates_what_is_expected_in_other_words(shop):
    expected = "Whoever does not like what was bought can bring back all of it for some weeks."
    question = Question("x", "Returns?", (expected,), evidence=(Evidence("returns"),))
    answer = answered("No.", passage(shop, "returns", 1))
    found = lost(question, answer, shop, checker=Checks())
    assert found.stage == "not retrieved"
    assert lost(question, answer, shop).stage == "in context, unused", "any part of it counts"


class Given:
    def __init__(self, text):
        self.text, self.shown = text, None

    def answer_given(self, question, passages, history=(), deadline=None):
        self.shown = list(passages)
        if isinstance(self.text, Exception):
            raise self.text
        return Answer(self.text)


def is_right(asked):
    return asked.question.expected[0] in asked.answer.text


@pytest.mark.parametrize(
    ("said", "correct", "told"),
    [
        ("It is 39 euros.", True, "right with the evidence given"),
        ("It is free.", False, "also wrong with the evidence given"),
        (RuntimeError("out of memory"), None, "RuntimeError: out of memory"),
    ],
)
def test_asked_again_with_the_evidence_search_is_told_from_writing(shop, said, correct, told):
    given = Given(said)
    answer = answered("Free.", passage(shop, "returns", 0))
    found = lost(fee(), answer, shop, given=given, decide=is_right)
    assert found.stage == "not retrieved"
    assert found.given_correct is correct
    assert told in found.proof
    assert given.shown == [passage(shop, "delivery", 0)]


def test_what_was_never_there_is_not_asked_again(shop):
    given = Given("39 euros")
    found = lost(fee(Evidence("prices")), Answer("Free."), shop, given=given, decide=is_right)
    assert found.given_correct is None
    assert given.shown is None


def test_a_right_answer_that_cites_nothing_is_uncited(shop):
    held = passage(shop, "delivery", 0)
    found = lost(fee(), answered("39 euros.", held), shop, RIGHT)
    assert found.stage == "right but uncited"
    assert lost(fee(), Answer("39 euros."), shop, RIGHT) is None, "it was shown nothing to cite"


def test_citing_something_else_for_a_right_answer_is_uncited(shop):
    held, other = passage(shop, "delivery", 0), passage(shop, "returns", 0)
    answer = answered("39 euros.", held, other, cited=(cites(shop, other),))
    assert lost(fee(), answer, shop, RIGHT).stage == "right but uncited"
    supported = RIGHT | {"citations.recall": 1.0}
    assert lost(fee(), answer, shop, supported) is None, "another passage says it too"


@pytest.mark.parametrize(
    ("score", "stage"),
    [
        ({"format.valid": 0.0, "style.match": 0.1}, "right but wrong format"),
        ({"format.valid": 1.0, "style.match": 0.1}, "right but wrong style"),
        ({"format.valid": None, "style.match": None}, None),
    ],
)
def test_a_right_answer_can_lack_its_format_or_voice(shop, score, stage):
    held = passage(shop, "delivery", 0)
    answer = answered("39 euros.", held, cited=(cites(shop, held),))
    found = lost(fee(), answer, shop, RIGHT | score)
    assert (found and found.stage) == stage


def test_other_scripts_keep_their_places():
    text = "Das Geschäft öffnet täglich.\n\nDer Straßenzuschlag beträgt 12,50 Euro."
    corpus = MemoryLibrary([document("preise", text), document("mehr", "送料は無料です。")])
    question = Question("x", "?", ("STRASSENZUSCHLAG",), evidence=(Evidence("preise"),))
    found = lost(question, answered("Nein.", passage(corpus, "preise", 0)), corpus)
    assert found.stage == "not retrieved"
    assert '"Der Straßenzuschlag beträgt 12,50 Euro." at 30-69' in found.proof
    question = Question("y", "?", ("無料",), evidence=(Evidence("mehr"),))
    answer = answered("有料です。", passage(corpus, "mehr", 0))
    assert lost(question, answer, corpus).stage == "in context, unused"


class Counting(MemoryLibrary):
    fetched = 0

    def document(self, id):
        self.fetched += 1
        return super().document(id)


def test_a_remembered_corpus_is_read_once():
    corpus = Counting([document("delivery", DELIVERY)])
    read_once = Remembered.over(Remembered(corpus))
    before = corpus.fetched
    for _ in range(3):
        lost(replace(fee(), evidence=()), Answer("Free."), read_once)
    passages = 1  # listing the passages asks for the document as well
    assert corpus.fetched - before <= 1 + passages


def test_a_remembered_corpus_keeps_no_more_than_it_may(monkeypatch):
    monkeypatch.setattr(remembered, "KEPT", 100)
    corpus = Remembered(MemoryLibrary([document(str(number), "x" * 40) for number in range(20)]))
    for number in range(20):
        corpus.text(corpus.document(str(number)))
        assert sum(len(one.text) for one in corpus._documents.values()) <= 100
        assert len(corpus._texts) <= 2


@pytest.mark.parametrize(
    ("text", "expected", "places"),
    [
        ("ten tens, ten", "ten", ((0, 3), (10, 13))),
        ("often ten", "ten", ((6, 9),)),
        ("1.5 and 5.", "5", ((8, 9),)),
        ("5.5 km or 5 km", "5", ((10, 11),)),
        ("送料は無料です。", "無料", ((3, 5),)),
    ],
)
def test_a_text_is_found_as_whole_words_and_whole_numbers(text, expected, places):
    assert Searchable(text).places([expected]) == places


@pytest.mark.parametrize(
    ("match", "expected", "said", "stage"),
    [
        ("schema", ('{"euros": 39}',), '{"euros": 39', "right but wrong format"),
        ("schema", ('{"euros": 39}',), '{"price": 39}', "right but wrong format"),
        ("schema", ('{"euros": 39}',), "It costs 39 euros.", "right but wrong format"),
        ("schema", (), "It costs 39 euros.", "right but wrong format"),
        ("schema", ('{"euros": 39}',), '{"euros": 12}', "in context, unused"),
        ("schema", ('{"euros": 39}',), '{"euros": 12', "in context, unused"),
        ("schema", ('{"euros": 39}',), "I don't know.", "in context, unused"),
        ("regex", ("^39 euros$",), "Delivery costs 39 Euros.", "right but wrong format"),
        ("regex", ("^39 euros$",), "Delivery costs 139 euros.", "used but wrong"),
        ("regex", ("^39 euros$",), "Delivery is free.", "in context, unused"),
    ],
)
def test_where_the_form_decides_a_right_value_lacks_only_its_form(
    shop, match, expected, said, stage
):
    schema = {"type": "object", "required": ["euros"]} if match == "schema" else None
    evidence = (Evidence("delivery", 0, 37),)
    question = Question("fee", "What is it?", expected, match, evidence=evidence, schema=schema)
    found = lost(question, answered(said, passage(shop, "delivery", 0)), shop)
    assert found.stage == stage
    if stage == "right but wrong format":
        assert said[:20] in found.proof
        assert any(why in found.proof for why in ("not JSON", "'euros'", "no expected pattern"))


def test_a_text_that_is_gone_may_have_been_changed_since(shop):
    for evidence in (Evidence("delivery", 0, 37), Evidence("delivery")):
        question = Question("fee", "What does it cost?", ("55 euros",), evidence=(evidence,))
        found = lost(question, answered("12 euros.", passage(shop, "delivery", 0)), shop)
        assert found.stage == "not read"
        assert "or the document was changed since" in found.proof


def test_a_system_that_reads_nothing_is_said_to_have_been_shown_no_passages(shop):
    found = lost(fee(), Answer("12 euros.", steps=(Step("write", 0.0, 1.0),)), shop)
    assert found.stage == "not retrieved"
    assert "it was shown no passages" in found.proof
