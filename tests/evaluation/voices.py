"""Two support desks that answer the same questions from the same facts, each in its own voice.

Ours, made of templates; both use the same words for what a question is about, and share many of
their phrases, so that neither topic nor a single word gives a voice away.
"""

from itertools import product
from random import Random

THINGS = (
    "the oak table", "a floor lamp", "the garden bench", "your order", "the blue sofa", "a shelf",
    "the invoice", "a gift card", "the delivery", "two chairs", "the mattress", "a spare key",
)  # fmt: skip
WISHES = ("return", "exchange", "cancel", "track", "repair", "pay for", "insure", "collect")
PLACES = ("in the shop", "online", "by post", "at the counter", "through your account")
TIMES = ("14 days", "two weeks", "30 days", "a month", "three working days", "a week")

WARM = {
    "open": ("Hi there! ", "Hello! ", "Hey, thanks for asking! ", "Hi, ", "Of course! ", "Sure. "),
    "say": (
        "You can {wish} {thing} {place}, and you've got {time} for it.",
        "We're happy to help you {wish} {thing}. It's done {place} within {time}.",
        "To {wish} {thing}, just go {place}; we'll take {time} at most.",
    ),
    "more": ("Don't worry about the packaging.", "If it's easier, give us a call.", "No rush!",
             "You'll get an email from us.", "Please keep the receipt.", ""),
    "close": ("Take care!", "Let us know how it goes!", "Thanks!", "Any questions? Just ask.", ""),
}  # fmt: skip
FORMAL = {
    "open": ("Certainly. ", "Of course. ", "Thank you for your request. ", "", "", "Hello. "),
    "say": (
        "You can {wish} {thing} {place} within {time}.",
        "It is possible to {wish} {thing}. The request is made {place} and requires {time}.",
        "To {wish} {thing}, please proceed {place}; this will take {time} at most.",
    ),
    "more": ("The packaging is not required.", "Please keep the receipt.", "",
             "A confirmation will be sent by email.", "However, a fee may apply.",
             "Further information is available on request."),
    "close": ("", "", "Kind regards", "Please let us know if anything is unclear.", "Thanks."),
}  # fmt: skip


def prompts(count, seed=0):
    """Draw what is asked: different wishes about things at places, each with a time."""
    draw = Random(seed)
    drawn = draw.sample(list(product(WISHES, THINGS, PLACES)), count)
    return [
        {"wish": wish, "thing": thing, "place": place, "time": draw.choice(TIMES)}
        for wish, thing, place in drawn
    ]


def speak(voice, asked, seed=0, *, other=None, share=0.0):
    """Answer each prompt in a voice; a `share` of the parts comes from the other voice."""
    draw = Random(seed)

    def part(name):
        return draw.choice((other if other and draw.random() < share else voice)[name])

    return [_answer(part, facts) for facts in asked]


def _answer(part, facts):
    said = part("open") + part("say").format(**facts)
    return " ".join(piece for piece in (said, part("more"), part("close")) if piece)


def asked_as_text(asked):
    """Write the prompts as a user would."""
    return [f"How can I {facts['wish']} {facts['thing']} {facts['place']}?" for facts in asked]
