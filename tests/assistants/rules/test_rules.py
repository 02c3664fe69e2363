"""What output rules find, and what they leave alone."""

# ruff: noqa: RUF001

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sartor.assistants.rules import OutputRules
from sartor.assistants.rules.topics import ALIKE
from sartor.config.sections import PolicySettings
from sartor.errors import ConfigError

RULES = OutputRules.of(
    PolicySettings(
        forbidden_phrases=("Project Falcon", "機密計画", "geheim"),
        forbidden_topics=("medical advice", "politics or religion"),
        personal_data=("email", "phone", "iban", "card", "ip", "ssn"),
    )
)
PHRASES = [
    "PROJECT\u200b  FALCON",
    "project-falcon",
    "projectfalcon",
    "Project, Falcon",
    "Pr\u043eject F\u0430lcon",
    "P r o j e c t F a l c o n",
    "pro-\nject fal*c*on",
    "Pr0ject F4lc0n",
    "pro<b>ject</b> falcon",
    "&#112;roject falcon",
    "ｐｒｏｊｅｃｔ　ｆａｌｃｏｎ",
    "𝐏roject 𝐅alcon",
    "GEHÉIM!",
    "ᴘʀᴏᴊᴇᴄᴛ ꜰᴀʟᴄᴏɴ",
    "pro\u00adject falcon",
    "これは機密計画です",
    "".join(chr(0xE0000 + ord(letter)) for letter in "project falcon"),
]
PERSONAL = [
    "anna.weber@shop.example",
    "anna (at) shop dot org",
    "anna [at] shop [dot] org",
    "anna at shop dot org",
    "anna @ shop.org",
    "ann<b>a@sh</b>op.org",
    "anna@sh\u200bop.org",
    "+49 89 1234567",
    "030 1234567",
    "(555) 123-4567",
    "0049-89-123456",
    "tel: 123 45 67",
    "+ 4 9 8 9 1 2 3 4 5 6",
    "DE89 3704 0044 0532 0130 00 is it",
    "de89370400440532013000",
    "4111 1111 1111 1111",
    "3782-822463-10005",
    "4111111111111111 exp 12/26",
    "192.168.1.20",
    "2001:db8::ff00:42:8329",
    "10[.]0[.]0[.]7",
    "123-45-6789",
    "SSN 123456789",
]
LINKS = [
    "https://evil.com/x",
    "www.evil.com",
    "evil.com",
    "evil[.]com",
    "[a](http://e.io)",
    "![x](//e.io/p.png)",
    "javascript:alert(1)",
    "data:text/html;base64,AA",
    "hxxps://evil.com",
    "h t t p://evil.com",
    "<a href='x.php'>a</a>",
    "mailto:x",
    "evil．com",
    "\n[r]: /foo",
    "ev\u200bil.com",
]
TOPICS = ["I can advise you on medicine.", "Their religious views.", "A political party."]
ORDINARY = [
    "Refunds are paid within 14 days of 01.02.2024, at 10:30.",
    "In 1939-1945 the population was 1,000,000.",
    "Node and returns.md e.g. this, i.e. that.",
    "Order 4111 1111 1111 1112 shipped; DE88370400440532013000.",
    "It ends.In the morning we go.",
    "Version 2.10.3 of ISBN 978-3-16-148410-0",
    "the JavaScript: good parts; data: it shows",
    "look at the dot and go at noon",
    "std::io and 12:30:45",
    "geheimnis falconproject project and falcon are two things",
    "the police policy, advice on furniture",
    "Sizes 120 x 200, 0.001 234 5678 m, 1.299,00 EUR",
    "see page 12/13, 2024-05-12 10:00",
    "The U.S. and the p.m. hours",
]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        *(("forbidden_phrases", text) for text in PHRASES),
        *(("personal_data", text) for text in PERSONAL),
        *(("links", text) for text in LINKS),
        *(("forbidden_topics", text) for text in TOPICS),
    ],
)
def test_a_violation_is_found_in_any_disguise(rule, text):
    before = "An ordinary beginning. "
    found = RULES.review(f"{before}{text} And so on.", since=len(before))
    assert rule in {violation.rule for violation in found}


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_text_is_left_alone(text):
    assert RULES.review(text) == ()


def test_the_matched_text_is_that_of_the_original():
    found = RULES.review("We call it Pro\u200bject  F\u0430lcon today.")
    assert [violation.matched for violation in found] == ["Pro\u200bject  F\u0430lcon"]
    assert "lcon" not in repr(found)


def test_what_ends_before_the_new_text_is_not_said_again():
    text = "Project Falcon is old. "
    assert RULES.review(text + "New.", since=len(text)) == ()
    assert RULES.review("project. Falcon", since=len("project."))


def test_a_korean_particle_does_not_hide_a_phrase():
    rules = OutputRules.of(PolicySettings(forbidden_phrases=("비밀",)))
    assert rules.review("비밀을 말한다")


def test_greek_words_are_found_in_both_cases():
    rules = OutputRules.of(PolicySettings(forbidden_phrases=("ναύς",)))
    assert rules.review("ΝΑΥΣ")


def test_links_to_cited_sources_are_allowed_in_any_spelling():
    allowed = ["https://Shop.example/Returns/", "https://docs.example.com/x"]
    for link in (
        "http://www.shop.example/Returns",
        "[r](https://shop.example/Returns).",
        "shop.example",
    ):
        assert RULES.review(link, allowed) == ()
    assert RULES.review("https://shop.example/Returns?leak=1", allowed)
    assert RULES.review("https://shop.example/returns", allowed)  # paths know case


def test_all_links_may_be_allowed_but_scripts_never_are():
    rules = OutputRules.of(PolicySettings(links="all"))
    assert rules.review("https://evil.com") == ()
    assert rules.review("[x](javascript:alert(1))")


def test_meaning_finds_topics_without_their_words():
    asked = []

    def similarity(text, topics):
        asked.append(text)
        return [ALIKE if "pills" in text else 0.1 for _ in topics]

    rules = OutputRules.of(PolicySettings(forbidden_topics=("medical advice",)), similarity)
    assert [one.rule for one in rules.review("Take two pills.")] == ["forbidden_topics"]
    assert rules.review("Take two chairs.") == ()
    assert asked == ["Take two pills.", "Take two chairs."]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"personal_data": ("emial",)}, "did you mean 'email'"),
        ({"forbidden_phrases": ("...",)}, "nothing to search for"),
        ({"forbidden_phrases": "secret"}, "a list"),
        ({"disclaimers": ("",)}, "nothing to search for"),
        ({"links": "some"}, "cited, all or none"),
        ({"links_action": "shout"}, "rewrite, refuse, escalate"),
        ({"refusal": " "}, "refusal is empty"),
        ({"forbidden_phrases": ("cannot",)}, "refusal holds a forbidden phrase"),
    ],
)
def test_mistakes_in_settings_are_named(settings, message):
    with pytest.raises(ConfigError, match=message):
        OutputRules.of(PolicySettings(**settings))


def test_all_mistakes_are_named_at_once():
    with pytest.raises(ConfigError, match=r"links is .*escalation is empty"):
        OutputRules.of(PolicySettings(links="x", escalation=""))


@pytest.mark.parametrize(
    "piece", ["a@", "[", "1 ", "h ", "<", "p-", ".", "a.b", "x [dot] ", "&", "1.", "ab:", "p r o "]
)
def test_hostile_text_takes_no_long_time(piece):
    begun = time.perf_counter()
    RULES.review(piece * 2_000)
    assert time.perf_counter() - begun < 3


@given(st.text())
def test_any_text_can_be_reviewed(text):
    for violation in RULES.review(text):
        assert violation.matched in text
