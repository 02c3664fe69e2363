"""Wordings of lessons that are not about the world: small talk, plain English, forms of answers."""

from __future__ import annotations

from random import Random

from sartor.lab.world import draw_plain_words

_SMALL_TALK = (
    "Hello!",
    "How are you?",
    "Who are you?",
    "What can you do?",
    "Tell me a story.",
    "Good morning.",
    "What is the weather like?",
    "Write a poem about the sea.",
    "Thank you very much.",
    "Say something nice.",
    "What is the capital of the country?",
    "Explain how a clock works.",
    "How do I learn a language?",
    "Why is the sky blue?",
    "What should I cook today?",
    "Give me some advice.",
    "What time is it?",
    "Write a letter to my neighbour.",
    "Translate this sentence.",
    "Sum up what you know.",
    "Tell me more.",
    "Which book should I read?",
    "How far away is the moon?",
    "Is it going to rain?",
    "List three animals.",
    "What is the meaning of life?",
    "Can you help me with my homework?",
    "Name a colour.",
    "How old are you?",
    "Make a list of things to buy.",
    "What did I say before?",
    "Continue this sentence.",
    "Are you sure?",
    "Describe a house by a lake.",
    "How do I get to the station?",
    "What is new?",
    "Count to ten.",
)
_ASKED_ABOUT = (
    "What is said about {}?",
    "What do the passages say about {}?",
    "{}?",
    "Tell me about {}.",
    "Which sentence speaks of {}?",
    "What about {}?",
    "I want to know about {}.",
)
# What earlier turns may show. None is a machine's format: to teach those is the work of tuning.
_PLAIN_FORM = "{s} [{n}]"
_FORMS = (
    _PLAIN_FORM,
    "Well: {s} [{n}]",
    "{s} (see [{n}])",
    "Answer: {s} Source: [{n}]",
    '"{s}" [{n}]',
    "[{n}] {s}",
    "{n}: {s}",
    "* {s} *{n}*",
    "({s}) #{n}",
    "{s} That is in [{n}].",
)
# What may stand before and in an answer that somebody else has begun: brackets of any kind.
_BRACKETS = (
    '"', "'", '{"', '": "', '": ', '", "', "[", "(", "<", ">", "</", ": ", " - ", "* ", "# ", "| ",
    " = ", ". ", ", ", "; ", "\n", "**", "...", "! ",
)  # fmt: skip
# ... or a word between two of them, as the fields of a machine's format or the tags of a page have.
_OPENING = ('{"', '["', '", "', "{'", "<", "</", "(", "[", "{", "**", "# ", "- ")
_CLOSING = ('": "', '": ["', '": ', "': '", '">', ">", "): ", "]: ", "**: ", "**", ': "', ":\n")
_FRAMED = 0.5
_LONG_WORD = 5


def small_talk(rng: Random) -> str:
    """Say something that no passage answers."""
    return rng.choice(_SMALL_TALK)


def ask_about(rng: Random, sentence: str) -> str:
    """Ask about a sentence with some of its own words."""
    said = sentence.rstrip(".").split(" ")
    draw = rng.random()
    if draw < 0.25:
        return _with_gap(rng, said)
    part = _long_words(rng, said) if draw < 0.5 else _neighbours(rng, said)
    return rng.choice(_ASKED_ABOUT).format(part)


def draw_form(rng: Random) -> str:
    """Draw a form of answers: the sentence and its number, perhaps among a few fixed words."""
    if rng.random() < 0.35:
        return _PLAIN_FORM
    form, draw = rng.choice(_FORMS), rng.random()
    if draw < 0.35:
        form = draw_plain_words(rng, 3) + rng.choice((": ", ", ", "! ", " - ")) + form
    if 0.2 < draw < 0.6:
        form += (
            rng.choice((" ", ", ", " - ")) + draw_plain_words(rng, 3) + rng.choice((".", "!", ""))
        )
    return form


def draw_begun(rng: Random, *, most: int = 5) -> str:
    """Draw what stands before an answer that somebody else has begun: words and brackets."""
    if rng.random() < _FRAMED:
        return "".join(_frame(rng) for _ in range(rng.choice((1, 1, 2))))
    parts = [
        rng.choice(_BRACKETS) if rng.random() < 0.5 else draw_plain_words(rng, rng.randint(1, 2))
        for _ in range(rng.randint(0, most))
    ]
    return "".join(parts) + rng.choice(_BRACKETS) + rng.choice(("", "", "", " "))


def _frame(rng: Random) -> str:
    return rng.choice(_OPENING) + draw_plain_words(rng, 1) + rng.choice(_CLOSING)


def _with_gap(rng: Random, said: list[str]) -> str:
    gap = rng.randint(1, 3)
    start = rng.randrange(1, max(2, len(said) - gap))
    return " ".join((*said[:start], "what", *said[start + gap :])) + "?"


def _neighbours(rng: Random, said: list[str]) -> str:
    size = rng.randint(2, 4)
    start = rng.randrange(max(1, len(said) - size))
    return " ".join(said[start : start + size]).strip(",;:")


def _long_words(rng: Random, said: list[str]) -> str:
    long = [word.strip(",;:") for word in said if len(word) >= _LONG_WORD][:6] or said
    return " ".join(rng.sample(long, min(len(long), rng.randint(2, 3))))
