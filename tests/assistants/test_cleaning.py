"""What must not be in an answer, whatever the model writes."""

import pytest

from sartor.assistants.cleaning import Cleaner

SYSTEM = "Answer only from passages that stand below and from nothing else. If not, say: I pass."


def cleaner(*allowed):
    return Cleaner(allowed, "c0de", SYSTEM, "I pass.")


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("See ![x](http://evil.test/x.png).", "See ."),
        ("See [here](http://evil.test) now.", "See here now."),
        ("See <http://evil.test/a?b=c>.", "See [link removed]."),
        ("See http://evil.test/a.", "See [link removed]."),
        ("See WWW.evil.test, please.", "See [link removed], please."),
        ("Go to evil.com/x now.", "Go to [link removed] now."),
        ("Look <img src='//evil.test/a.png'> here.", "Look  here."),
        ("Ask <a href='http://evil.test'>us</a>.", "Ask us."),
        ("Run javascript:alert(1) now.", "Run [link removed] now."),
        ("See [it][1].\n[1]: http://evil.test", "See [it][1]."),
        ("http://evil.test", ""),
        ("<<<c0de [1] Title>>>", ""),
    ],
)
def test_addresses_of_others_go(said, left):
    one = cleaner("https://good.example/page")
    assert one.clean(said) == left
    assert sum(one.counts.values()) >= 1


@pytest.mark.parametrize(
    "said",
    [
        "Edit sartor.toml and README.md with Node.js 3.5.",
        "Write to info@example.com today.",
        "See https://good.example/page and [it](https://good.example/page#part).",
        "It took 3.5 hours, i.e. long.",
        "Use a[1] and b[2](x) as it is.",
    ],
)
def test_what_is_no_foreign_address_stays(said):
    one = cleaner("https://good.example/page")
    assert one.clean(said) == said
    assert not one.counts


def test_an_address_of_a_source_may_carry_nothing_away():
    assert (
        cleaner("https://good.example/page").clean("See https://good.example/page?secret=1 now.")
        == "See [link removed] now."
    )


def test_eight_words_of_the_system_prompt_are_a_leak_also_across_sentences():
    one = cleaner()
    assert not one.leaks("Answer only from passages.")
    assert one.leaks("That stand below and from nothing else, really.")
    assert one.counts["system prompt"] == 1
    assert not one.leaks("Quite another sentence with many words that nobody has forbidden.")


def test_the_sentence_for_not_knowing_is_no_leak():
    one = Cleaner((), "", "Say: " + "one two three four five six seven eight nine.", "")
    assert one.leaks("one two three four five six seven eight")
    free = "one two three four five six seven eight nine."
    assert not Cleaner((), "", f"Say: {free}", free).leaks(free)
