"""A town's documents and the systems that answer from them, each with a fault on demand.

What `attribution.py` injects its failures into. Everything is invented; values stand nowhere else.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sartor.errors import Unreachable
from sartor.testing.model import ScriptedModel
from sartor.types import Answer, Citation, Sentence

# Split by code so that they can be read at a glance.
QUARTERS, FIRST, MIDDLE, LAST, MONTHS = (
    line.split()
    for line in (
        "Altenau Birkfeld Cranz Dornach Eschede Falkau Gersau Hallein Iburg Jevern Kallen Lindau Marbach Norden Oberau Preetz Quern Rastede Soltau Trebbin Uetze Velten Wesselburen Xanten Ysenburg Zarpen Ahlbeck Bosau Coppengrave Dahme Elmshorn Freren Glinde Hagenow Itzstedt Jork Krempe Lunden Mirow Nieheim",
        "Clara Jonas Sabine Peter Milena Henrik Ottilie Ruben Frieda Anselm Judith Valentin",
        "Maria August Luise Emil Sophie Konrad",
        "Behrend Weidner Rothe Aulich Lindqvist Marbott Sander Tiedemann Vogt Ziegler Krahl Ostheim",
        "January February March April May June July August September October November December",
    )
)
HOUSES = [
    "library", "swimming hall", "ferry", "archive", "ice rink", "music school", "theatre",
    "mill museum", "fire station", "observatory", "market hall", "boat house", "riding school",
    "tea house", "print shop", "glass works", "weather station", "toll house", "concert hall",
    "rope walk", "clock tower", "bath house", "plant nursery", "ball court",
]  # fmt: skip
FILLER = """
The entrance lies on the quiet side of the square, next to the old linden trees.
Visitors are asked to leave umbrellas and large bags at the counter.
The building was painted anew after the flood and has kept its colours since.
Dogs may wait in the yard, where there is always a bowl of water.
On windy days the flag on the tower is taken down by the caretaker.
The bench in front of the gate was given by the friends of the quarter.
Guided walks begin at the fountain and end in the small garden behind.
Most people come on foot, although there is a stop of the tram nearby.
Lost gloves are kept in a basket and given to charity in spring.
The keys are handed over at the door and must be signed for in the book.
Photographs are welcome as long as nobody is disturbed by them.
The roof is cleared of snow by volunteers from the neighbourhood.
A choir rehearses upstairs, which can be heard down in the hall.
The clock above the door has been running late for generations.
Complaints can be put into the letter box beside the stairs.
""".strip().splitlines()


@dataclass(frozen=True)
class Fact:
    """Something that one document says: the sentence, the value in it, a question for it."""

    name: str
    sentence: str
    value: str
    wrong: str
    question: str


def person_of(draw):
    return f"{draw.choice(FIRST)} {draw.choice(MIDDLE)} {draw.choice(LAST)}"


def facts(draw):
    """Make facts with values that stand nowhere else."""
    used = set()

    def fresh(make):
        while True:
            value = make()
            if value not in used:
                used.add(value)
                return value

    places = [(quarter, house) for quarter in QUARTERS for house in HOUSES]
    draw.shuffle(places)
    for number, (quarter, house) in enumerate(places):
        where = f"{house} of {quarter}"
        kinds = [
            (
                "The yearly fee for the {} is {}.",
                lambda: f"{draw.randint(20, 990)} euros",
                "What is the yearly fee for the {}?",
            ),
            (
                "The {} has been headed by {} since the last election.",
                lambda: person_of(draw),
                "Who heads the {}?",
            ),
            (
                "The {} was opened to the public on {}.",
                lambda: f"{draw.randint(1, 28)} {draw.choice(MONTHS)} {draw.randint(1820, 1990)}",
                "When was the {} opened to the public?",
            ),
            (
                "At most {1} people may be in the {0} at once.",
                lambda: f"{draw.randint(1, 9)},{draw.randint(100, 999)}",
                "How many people may be in the {} at once?",
            ),
        ]
        sentence, make, question = kinds[number % len(kinds)]
        value, wrong = fresh(make), fresh(make)
        yield Fact(
            f"{house}-{quarter}".lower().replace(" ", "-"),
            sentence.format(where, value),
            value,
            wrong,
            question.format(where),
        )


def expected_of(fact, draw, *, free=True):
    """Write down what is expected as annotators do: as it stands, spelled otherwise, or freely."""
    form = draw.choice(("verbatim", "verbatim", "respelled", "free" if free else "verbatim"))
    if form == "respelled":
        return form, respelled(fact.value, draw)
    if form == "free":
        frames = (
            "As far as anybody in town can remember, the answer to this is {}.",
            "{} is what people in the neighbourhood would tell you if you asked them.",
        )
        return form, draw.choice(frames).format(fact.value)
    return form, fact.value


def respelled(value, draw):
    if value.endswith("euros"):
        return draw.choice(("€{}", "{} EUR")).format(value.split()[0])
    if "," in value:
        return value.replace(",", "")
    day, month, year = value.split()
    if day.isdecimal():
        return draw.choice(
            (f"{month} {day}, {year}", f"{year}-{MONTHS.index(month) + 1:02}-{int(day):02}")
        )
    return value.upper()


def page_of(fact, draw, *, around=6, sentence=None):
    """Write a text that says a fact somewhere among other things."""
    lines = draw.sample(FILLER, around)
    at = draw.randrange(1, around)
    return " ".join([*lines[:at], sentence or fact.sentence, *lines[at:]])


def markdown(fact, draw, **options):
    sections = ["Arrival", "Rules", "Around the house"]
    at = draw.randrange(len(sections))
    parts = [f"# {fact.name}"]
    for number, title in enumerate(sections):
        body = page_of(fact, draw, **options) if number == at else " ".join(draw.sample(FILLER, 6))
        parts.append(f"## {title}\n\n{body}")
    return "\n\n".join(parts) + "\n"


def pdf(pages):
    """Write a PDF of plain lines; an empty text is a page without any."""
    objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    kids = []
    for text in pages:
        words, lines = text.split(), [""]
        for word in words:
            if len(lines[-1]) + len(word) > 80:
                lines.append("")
            lines[-1] = f"{lines[-1]} {word}".strip()
        shown = "".join(f"({line}) Tj T* " for line in lines if line)
        stream = f"BT /F1 11 Tf 14 TL 60 760 Td {shown}ET" if shown else ""
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {len(objects)} 0 R /Resources << /Font << /F1 3 0 R >> >> >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{place:010d} 00000 n \n" for place in places)
    return (
        out
        + f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{len(out)}\n%%EOF\n".encode()
    )


# --- systems that answer ----------------------------------------------------------------------


class Writer:
    """A scripted model: says the fact that is asked for if it can read it, else something else.

    `fault` is what it does wrong with the fact before its eyes.
    """

    def __init__(self, known, draw):
        self.known, self.draw, self.fault = known, draw, ""
        self.model = ScriptedModel(self.reply, window=None)

    def reply(self, messages):
        said = messages[-1].content
        fact = next(fact for question, fact in self.known.items() if question in said)
        parts = re.split(r"^<<<.*\[(\d+)\].*>>>$", said.rpartition("<<<")[0], flags=re.M)
        shown = list(zip(map(int, parts[1::2]), parts[2::2], strict=True))
        return self.written(fact, shown)

    def written(self, fact, shown):
        """Write an answer over numbered texts."""
        if self.fault == "raise":
            raise Unreachable("the model gave no answer in time")
        if self.fault == "empty":
            return ""
        own = [n for n, body in shown if fact.value in " ".join(body.split())]
        others = [(n, body) for n, body in shown if n not in own]
        if self.fault == "silent" or (not own and self.draw.random() < 0.5):
            return "The documents do not answer this."
        if self.fault == "vague":
            return "That depends on many circumstances which nobody could foresee."
        if self.fault == "wrong value" and own:
            return f"{fact.sentence.replace(fact.value, fact.wrong)[:-1]} [{own[0]}]."
        if self.fault == "wrong value, uncited" and own:
            return fact.sentence.replace(fact.value, fact.wrong)
        if own and self.fault not in ("another passage", "claim"):
            return f"{fact.sentence[:-1]} [{own[0]}]." if self.fault != "uncited" else fact.sentence
        if not others:
            return f"It is {fact.wrong}."
        number, body = self.draw.choice(others)
        lines = [
            one
            for one in re.split(r"(?<=[.!])\s+", " ".join(body.split()))
            if one.endswith(".") and fact.value not in one
        ]
        return f"{self.draw.choice(lines)[:-1]} [{number}]." if lines else f"It is {fact.wrong}."


class Plain:
    """A short RAG chain of somebody else: search, take the first, let the model write, cite.

    `room` is how many hits it shows the model; it never says why others were left out.
    """

    def __init__(
        self, retriever, library, writer, *, k=4, room=None, cites=True, cites_wrongly=False
    ):
        self.retriever, self.library, self.writer = retriever, library, writer
        self.k, self.room, self.cites, self.cites_wrongly = k, room, cites, cites_wrongly

    def answer(self, question, labels=None):
        hits = self.retriever.search(question, k=self.k, labels=labels)
        context = [hit.passage for hit in hits[: self.room]]
        fact = self.writer.known[question]
        text = self.writer.written(fact, [(n, one.text) for n, one in enumerate(context, 1)])
        marks = [int(n) for n in re.findall(r"\[(\d+)\]", text)]
        plain = re.sub(r" ?\[\d+\]", "", text)
        citations = tuple(self.citation(context, n, plain) for n in marks) if self.cites else ()
        silent = plain.startswith("The documents do not")
        return Answer(
            plain,
            (Sentence(plain, citations, "unchecked"),),
            citations,
            tuple(context),
            tuple(hits),
            abstained=silent,
        )

    def citation(self, context, number, said):
        if self.cites_wrongly:
            number = next(n for n, one in enumerate(context, 1) if n != number)
        passage = context[number - 1]
        document = self.library.document(passage.document_id)
        at = passage.text.find(said)
        start, end = (
            (passage.start + at, passage.start + at + len(said))
            if at >= 0
            else (passage.start, passage.end)
        )
        return Citation(
            passage.id,
            document.id,
            document.source,
            passage.page,
            start,
            end,
            document.text[start:end],
            True,
            within=document.text,
        )


class Without:
    """A search that never finds what it should: passages with a text in them are left out."""

    def __init__(self, retriever, value, *, nothing=False):
        self.retriever, self.value, self.nothing = retriever, value, nothing

    def search(self, query, k=10, mode="hybrid", filters=(), labels=()):
        if self.nothing:
            return []
        return [
            hit
            for hit in self.retriever.search(query, k=k + 3, labels=labels)
            if self.value not in " ".join(hit.passage.text.split())
        ][:k]
