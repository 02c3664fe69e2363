"""The page of a run: what it says, that it needs nothing, and that nothing can break it."""

import re
from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from itertools import pairwise

import pytest
from made_runs import made_comparisons, made_run
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from sartor.evaluation.reporting import render, render_comparison
from sartor.testing.retriever import MemoryLibrary
from sartor.types import (
    Answer,
    Document,
    Evidence,
    Measurement,
    Question,
    Row,
    Score,
    Scorecard,
    Sentence,
)

HOSTILE = (
    "<script>alert(1)</script></details></main>\"'--><!-- &amp; \x00\x07\x9b\ud83d \u202eback 🪡"
)


@pytest.fixture(scope="module")
def run():
    return made_run(60)


@pytest.fixture(scope="module")
def page(run):
    return HTMLParser(render(run))


def text(node) -> str:
    return " ".join(node.text(separator=" ").split())


def with_row(run, row: Row, question: Question):
    return replace(run, questions=(question,), card=replace(run.card, rows=(row,)))


# --- what it says -------------------------------------------------------------------------------


def test_the_page_begins_with_how_many_answers_are_right_and_how_sure_that_is(run, page):
    correct = run.card.measurements["answers.correct"]
    said = text(page.css_first("h1"))
    assert said.startswith(f"{round(correct.mean * correct.n)} of 60 questions answered correctly")
    assert "95 % interval" in said


def test_what_to_fix_next_comes_before_the_scores(page):
    sections = [node.attributes["id"] for node in page.css("main > section")]
    assert sections.index("next") < sections.index("scores") < sections.index("questions")
    assert "would add about" in text(page.css_first(".fixes h3"))


def test_each_stage_that_lost_something_is_listed_with_its_count(run, page):
    told = {text(row.css_first("a")).lower(): row for row in page.css(".losses li:not(.head)")}
    for gain in run.card.gains:
        assert text(told[gain.stage].css_first(".count > b")) == str(gain.lost)


def test_every_question_is_there_once_and_the_wrong_ones_come_first(run, page):
    questions = page.css("details.q")
    assert {text(one.css_first("summary code")) for one in questions} == {
        question.id for question in run.questions
    }
    outcomes = [text(one.css_first("summary i")) for one in questions]
    wrong = outcomes.count("wrong")
    assert len(outcomes) == 60
    assert set(outcomes[:wrong]) == {"wrong"}


def test_a_lost_question_says_where_it_went_wrong_and_what_proves_it(run, page):
    lost = {row.question_id: row for row in run.card.rows if row.stage}
    for one in page.css("details.q"):
        row = lost.get(text(one.css_first("summary code")))
        if row:
            assert row.stage in text(one.css_first(".lost")).lower()
            assert row.proof in text(one.css_first(".lost"))


def test_sentences_are_marked_by_their_support_and_numbered_by_their_citations(run):
    sentences = (
        Sentence("It is 30 days.", (), "supported"),
        Sentence("It is 40 days.", (), "contradicted", "the source says 30"),
    )
    row = Row("a", Answer("It is 30 days. It is 40 days.", sentences))
    said = HTMLParser(render(with_row(run, row, Question("a", "?")))).css_first(".said")
    marks = {text(node): node.attributes.get("class") for node in said.css("span")}
    assert marks == {"It is 30 days.": "s", "It is 40 days.": "x"}
    assert said.css_first(".x").attributes["title"] == "the source says 30"


def test_expected_evidence_is_quoted_where_the_documents_are_at_hand(run):
    library = MemoryLibrary([Document("a.md", "here", "A", "Returns take 30 days.")])
    question = Question("a", "?", ("30 days",), evidence=(Evidence("a.md", 13, 20),))
    quoted = render(with_row(run, Row("a", Answer("no")), question), corpus=library)
    assert "<q>30 days</q>" in quoted
    gone = replace(question, evidence=(Evidence("gone.md", 0, 4),))
    assert "gone.md" in render(with_row(run, Row("a", Answer("no")), gone), corpus=library)


def test_a_run_with_next_to_nothing_in_it_is_still_a_page(run):
    card = Scorecard({}, (Row("a", None, error="TimeoutError: late"),))
    bare = replace(run, questions=(Question("a", "Why?"),), card=card, settings={}, versions={})
    said = text(HTMLParser(render(bare)).body)
    assert "1 question asked" in said
    assert "TimeoutError: late" in said
    assert "0 questions asked" in render(replace(bare, questions=(), card=Scorecard({}, ())))


def test_figures_that_are_no_numbers_are_called_unknown(run):
    nothing = float("nan")
    measured = {"answers.correct": Measurement("answers.correct", nothing, nothing, nothing, 3)}
    row = Row("a", Answer("b", confidence=nothing), (Score("answers.correct", "a", None),))
    card = replace(run.card, measurements=measured, rows=(row,))
    assert "unknown" in render(replace(run, card=card))


# --- that it needs nothing ----------------------------------------------------------------------


def test_the_page_asks_for_nothing_from_anywhere(run):
    page = render(run)
    assert not re.search(r"https?://|@import|url\(|<link|<img|<iframe|\ssrc=|\sstyle=", page)


def test_its_policy_allows_its_own_style_and_script_and_nothing_else(page):
    policy = page.css_first("meta[http-equiv]").attributes["content"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    for tag, rule in (("style", "style-src"), ("script", "script-src")):
        digest = sha256(page.css_first(tag).text(deep=True).encode()).digest()
        assert rules[rule] == f"'sha256-{b64encode(digest).decode()}'"
        assert len(page.css(tag)) == 1


def test_a_thousand_questions_fit_in_three_megabytes():
    assert len(render(made_run(1_000)).encode()) <= 3 * 1_000_000


def test_of_very_many_questions_those_that_were_lost_are_shown(run):
    rows = [
        Row(str(at), Answer("yes"), (Score("answers.correct", str(at), 1.0),))
        for at in range(2_100)
    ]
    wrong = Row("lost", Answer("no"), (Score("answers.correct", "lost", 0.0),), "unknown")
    page = render(replace(run, card=replace(run.card, rows=(*rows, wrong))))
    assert page.count('class="q"') == 2_000
    assert "<code>lost</code>" in page
    assert "101 more questions are stored" in page


# --- that it can be read by all -----------------------------------------------------------------


def test_headings_leave_out_no_level(page):
    levels = [int(node.tag[1]) for node in page.css("h1, h2, h3, h4")]
    assert levels.count(1) == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))


def test_every_picture_says_in_words_what_it_shows(page):
    pictures = page.css("svg")
    assert len(pictures) > 20
    for picture in pictures:
        assert picture.attributes["role"] == "img"
        assert text(picture.css_first("title"))


def test_text_has_the_contrast_that_accessibility_asks_for(page):
    style = page.css_first("style").text(deep=True)
    light, dark = (
        _colours(part) for part in style.split("@media (prefers-color-scheme: dark)")[:2]
    )
    for colours in (light, dark):
        for ink, ground in (
            ("ink", "paper"), ("ink", "ground"), ("quiet", "paper"), ("quiet", "ground"),
            ("blue", "paper"), ("blue", "ground"), ("other", "paper"), ("good", "good-tint"),
            ("fair", "fair-tint"), ("bad", "bad-tint"), ("quiet", "tick"), ("quiet", "bad-tint"),
        ):  # fmt: skip
            assert _contrast(colours[ink], colours[ground]) >= 4.5, (ink, ground)


def _colours(style: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#\w+)", style.partition("}")[0]))


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    linear = [
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    ]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


# --- that nothing can break it ------------------------------------------------------------------


def test_whatever_stands_in_an_answer_is_shown_as_text(run):
    question = Question(
        HOSTILE, HOSTILE, (HOSTILE,), evidence=(Evidence(HOSTILE),), tags=(HOSTILE,)
    )
    answer = Answer(HOSTILE, (Sentence(HOSTILE, (), "partly", HOSTILE),), flags=(HOSTILE,))
    scores = (Score(f"x.{HOSTILE}", "a", 0.5, HOSTILE),)
    row = Row(HOSTILE, answer, scores, "unknown", HOSTILE, HOSTILE, HOSTILE)
    hostile = replace(
        with_row(run, row, question),
        id=HOSTILE, started=HOSTILE, questions_file=HOSTILE, settings={HOSTILE: HOSTILE},
    )  # fmt: skip
    card = replace(
        hostile.card,
        system=HOSTILE,
        notes=(HOSTILE,),
        tagged={HOSTILE: Measurement(HOSTILE, 0.5, 0.1, 0.9, 3)},
        measurements={HOSTILE: Measurement(HOSTILE, 0.5, 0.1, 0.9, 3)},
        decided_by={HOSTILE: 1},
    )
    hostile = replace(hostile, card=card)
    for made in (render(hostile), render_comparison(hostile, hostile, [])):
        made.encode()
        assert "\x00" not in made
        page = HTMLParser(made)
        assert len(page.css("script")) <= 1
        assert "alert(1)" not in (page.css_first("script") or page.css_first("style")).text()
        assert len(page.css("main")) == 1
    assert "<script>alert(1)</script>" in HTMLParser(render(hostile)).css_first(".said").text()


def test_an_answer_of_a_megabyte_is_cut_and_the_page_says_so(run):
    row = Row("a", Answer("word " * 250_000))
    page = render(with_row(run, row, Question("a", "?" * 1_000_000)))
    assert len(page) < 200_000
    assert "more characters are stored with the run" in page


# --- two runs -----------------------------------------------------------------------------------


def test_two_runs_stand_side_by_side_with_a_verdict_on_each_measure(run):
    other = made_run(60, seed=3, system="long-context")
    page = HTMLParser(render_comparison(run, other, made_comparisons(run, other)))
    assert text(page.css_first("h1")).startswith("Cannot tell rag and long-context apart")
    assert "about 140 more questions would tell" in text(page.css_first("h1"))
    verdicts = {
        text(li.css_first(".name b")): text(li.css_first(".v")) for li in page.css(".versus li")
    }
    assert verdicts["retrieval.ndcg@10"] == "better"
    assert verdicts["latency.p95"] == "worse"


def test_questions_that_only_one_of_two_got_right_are_listed(run):
    def one(right: float):
        row = Row("a", Answer("so"), (Score("answers.correct", "a", right),))
        return with_row(run, row, Question("a", "Which of them?"))

    flipped = HTMLParser(render_comparison(one(1.0), one(0.0), []))
    assert "Which of them?" in text(flipped.css_first(".flip"))
    assert text(flipped.css_first(".flip i")) == "won"
    assert HTMLParser(render_comparison(one(1.0), one(1.0), [])).css_first(".flip") is None
