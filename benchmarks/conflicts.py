"""Two dated versions of a document that disagree: does the answer give the newer value?

    python benchmarks/conflicts.py [--out conflicts]

Forty-eight facts of an invented town, each in a document of 2022 and in one of 2024, with other
values; dates stand in the metadata, the title, the file name or the first line, a quarter each.
Half of the older documents are written so that search likes them better. A real project is made
of them; questions go to the extract rung and to rag, with models that quote what they are shown:
the first passage, the last one, or the best match, whatever the prompt says of their age.

An answer is right with the newer value (the older one only beside its date); "old alone" is an
answer that gives the older value as if it held, that is: unmarked. A sentence that the assistant
shows as contradicted, with the newer document named, counts as marked.
"""

from __future__ import annotations

import argparse
import re
import tempfile
from collections import Counter
from pathlib import Path

from measuring import write_result
from sartor import Project
from sartor.assistants.examples import shared_words
from sartor.assistants.extract import ExtractAssistant
from sartor.assistants.prompted import PromptedAssistant
from sartor.assistants.rungs import RUNGS
from sartor.assistants.templates import Prompts
from sartor.checking import SupportChecker
from sartor.testing.model import ScriptedModel

# subject, sentence, older value, newer value, question
FACTS = [
    ("Library card", "A library card costs {} a year.", "12 euros", "15 euros", "How much does a library card cost?"),
    ("Swimming hall", "The swimming hall opens at {} on weekdays.", "7:30", "6:45", "When does the swimming hall open on weekdays?"),
    ("Bus line 4", "Bus line 4 runs every {} during the day.", "20 minutes", "12 minutes", "How often does bus line 4 run?"),
    ("Parking permit", "A parking permit for residents is valid for {}.", "two years", "one year", "How long is a parking permit for residents valid?"),
    ("Dog tax", "The dog tax for the first dog is {} a year.", "72 euros", "96 euros", "How high is the dog tax for the first dog?"),
    ("Mayor's hours", "The mayor receives citizens on {}.", "Tuesday afternoon", "Thursday morning", "When does the mayor receive citizens?"),
    ("Bulky waste", "Bulky waste is collected within {} of the call.", "21 days", "10 days", "Within how many days is bulky waste collected?"),
    ("Town archive", "The town archive is headed by {}.", "Clara Behrend", "Jonas Weidner", "Who heads the town archive?"),
    ("Music school", "The music school teaches {} pupils.", "410", "530", "How many pupils does the music school teach?"),
    ("Ice rink", "The ice rink closes for the summer on {}.", "15 March", "2 April", "When does the ice rink close for the summer?"),
    ("Recycling yard", "The recycling yard accepts up to {} tyres a visit.", "four", "eight", "How many tyres does the recycling yard accept a visit?"),
    ("Wedding room", "Renting the wedding room costs {} for three hours.", "180 euros", "240 euros", "What does renting the wedding room cost?"),
    ("Night taxi", "The night taxi can be ordered under the number {}.", "4410", "7725", "Under which number can the night taxi be ordered?"),
    ("Town forest", "Dogs must be kept on a lead in the town forest from {}.", "1 April", "1 March", "From when must dogs be kept on a lead in the town forest?"),
    ("Theatre box office", "The theatre box office accepts returns until {} before the show.", "48 hours", "24 hours", "Until when does the theatre box office accept returns?"),
    ("School meals", "A school meal costs {} in the primary schools.", "3.20 euros", "3.90 euros", "What does a school meal cost in the primary schools?"),
    ("Tree permit", "Trees with a trunk of more than {} may only be felled with a permit.", "80 cm", "60 cm", "From which trunk on does felling trees need a permit?"),
    ("Market day", "The weekly market is held on the square on {}.", "Fridays", "Saturdays", "On which day is the weekly market held?"),
    ("Fire brigade", "The volunteer fire brigade has {} active members.", "64", "71", "How many active members has the volunteer fire brigade?"),
    ("Cycle garage", "The cycle garage at the station has {} places.", "300", "450", "How many places has the cycle garage at the station?"),
    ("Noise rules", "Lawn mowers must rest from {} at noon.", "12 to 14 o'clock", "13 to 15 o'clock", "When must lawn mowers rest at noon?"),
    ("Youth centre", "The youth centre is open for young people up to {}.", "21 years", "27 years", "Up to which age is the youth centre open for young people?"),
    ("Heating subsidy", "The town pays a heating subsidy of {} per household.", "350 euros", "500 euros", "How high is the heating subsidy per household?"),
    ("Allotments", "The waiting time for an allotment is {}.", "three years", "five years", "How long is the waiting time for an allotment?"),
    ("Museum entry", "Entry to the museum is free on {}.", "the first Sunday", "every Wednesday", "When is entry to the museum free?"),
    ("Water price", "A cubic metre of drinking water costs {}.", "1.84 euros", "2.12 euros", "What does a cubic metre of drinking water cost?"),
    ("Speed limit", "The speed limit in the old town is {}.", "30 km/h", "20 km/h", "What is the speed limit in the old town?"),
    ("Kindergarten", "Applications for the kindergarten must arrive by {}.", "31 January", "15 February", "By when must applications for the kindergarten arrive?"),
    ("Citizen app", "The citizen app is run by the company {}.", "Lindqvist Data", "Marbach Systems", "Which company runs the citizen app?"),
    ("Chimney sweep", "The district chimney sweep is {}.", "Peter Aulich", "Sabine Rothe", "Who is the district chimney sweep?"),
    ("Snow clearing", "Pavements must be cleared of snow by {}.", "7 o'clock", "6 o'clock", "By when must pavements be cleared of snow?"),
    ("Skate park", "The skate park closes at {} in summer.", "20:00", "22:00", "When does the skate park close in summer?"),
    ("Registry office", "A birth certificate from the registry office takes {}.", "five working days", "two working days", "How long does a birth certificate from the registry office take?"),
    ("Event permit", "A street party must be announced {} in advance.", "six weeks", "four weeks", "How long in advance must a street party be announced?"),
    ("Town twinning", "The town is twinned with {}.", "Vierzon", "Kalmar", "With which place is the town twinned?"),
    ("Electric cars", "Charging at the town's posts costs {} per kilowatt hour.", "39 cents", "52 cents", "What does charging at the town's posts cost per kilowatt hour?"),
    ("Cemetery", "The cemetery gates are locked at {} in winter.", "17:00", "16:30", "When are the cemetery gates locked in winter?"),
    ("Sports hall", "Clubs pay {} an hour for the large sports hall.", "18 euros", "22 euros", "What do clubs pay an hour for the large sports hall?"),
    ("Homework club", "The homework club meets in {}.", "the old mill", "the new library", "Where does the homework club meet?"),
    ("Street trees", "The town plants {} street trees a year.", "120", "200", "How many street trees does the town plant a year?"),
    ("Ferry", "The ferry across the river carries at most {} bicycles.", "10", "16", "How many bicycles does the ferry carry at most?"),
    ("Compost", "A bag of compost from the yard weighs {}.", "40 litres", "25 litres", "How much compost is in a bag from the yard?"),
    ("Fishing licence", "A fishing licence for the lake is issued for {}.", "a month", "a week", "For how long is a fishing licence for the lake issued?"),
    ("Tourist tax", "The tourist tax is {} per night.", "2.50 euros", "3.30 euros", "How high is the tourist tax per night?"),
    ("Council meetings", "The council meets in public every {}.", "second Monday", "first Tuesday", "When does the council meet in public?"),
    ("Flood warning", "The flood siren sounds at a river level of {}.", "4.20 metres", "3.80 metres", "At which river level does the flood siren sound?"),
    ("Repair cafe", "The repair cafe is run by {}.", "the parish", "the technical college", "Who runs the repair cafe?"),
    ("Bicycle loan", "The town lends cargo bicycles for {} at a time.", "three days", "seven days", "For how long does the town lend cargo bicycles at a time?"),
]  # fmt: skip
OLD, NEW = "2022-03-01", "2024-09-15"
AROUND = (
    "This sheet is kept by the town office and is sent out on request. "
    "Questions are answered at the counter in the town hall."
)


def write_documents(folder):
    """Write both versions of each fact, the date in another place each time."""
    import json

    rows = []
    for number, (subject, sentence, old, new, question) in enumerate(FACTS):
        for date, value in ((OLD, old), (NEW, new)):
            name = subject.lower().replace(" ", "-").replace("'", "")
            liked = f" {question}" if date == OLD and number % 2 else ""
            text = f"{sentence.format(value)} {AROUND}{liked}"
            row = {"id": f"{name}/{len(rows)}", "title": subject, "text": text}
            place = number % 4
            if place == 0:
                row["date"] = date
            elif place == 1:
                row["title"] = f"{subject}, as of {date}"
            elif place == 2:
                row["id"] = f"{name}-{date}"
            else:
                row["text"] = f"Sheet of {date}.\n\n{text}"
            rows.append(row)
    path = folder / "sheets.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return path


def quoting(which):
    """A model that quotes one sentence of its prompt, whatever the prompt says."""

    def reply(messages):
        said = messages[-1].content
        parts = re.split(r"^<<<.*\[(\d+)\].*>>>$", said.rpartition("<<<")[0], flags=re.M)
        asked = said.rpartition(">>>")[2]
        lines = [
            (number, line.strip())
            for number, body in zip(parts[1::2], parts[2::2], strict=True)
            for line in re.split(r"(?<=[.!])\s", body.strip())
        ]
        found = [
            (shared_words(asked, [line])[0], number, line)
            for number, line in lines
            if line and not line.endswith("?")
        ]
        if not found:
            return "I do not know."
        best = max(score for score, _, _ in found)
        fitting = [one for one in found if one[0] >= 0.8 * best]
        _, number, line = fitting[0] if which == "first" else fitting[-1]
        return f"{line} [{number}]"

    return ScriptedModel(reply, window=None, name=f"quotes the {which}")


class NoPrices:
    def cost(self, model, usage):
        return None


def judge(answer, old, new):
    """Say what an answer gives: the newer value, both with dates, the older one marked or alone."""
    has_old, has_new = (
        any(re.search(rf"(?<![\w.:]){re.escape(value)}(?!\w)", s.text) for s in answer.sentences)
        for value in (old, new)
    )
    if has_new and not has_old:
        return "newer"
    if has_new:
        dated = "2022" in answer.text and "2024" in answer.text
        marked = any(s.support == "contradicted" for s in answer.sentences if old in s.text)
        return "both, dated" if dated or marked else "both, undated"
    if not has_old:
        return "neither"
    old_ones = [s for s in answer.sentences if old in s.text]
    return "old, marked" if all(s.support == "contradicted" for s in old_ones) else "old alone"


def rag(project, model):
    return PromptedAssistant(
        model,
        rung=RUNGS["rag"],
        retriever=project,
        library=project,
        checker=SupportChecker(project),
        pricing=NoPrices(),
        prompts=Prompts(),
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", default="conflicts")
    arguments = parser.parse_args()
    figures = {"facts": len(FACTS), "systems": {}}
    with tempfile.TemporaryDirectory() as folder, Project.init(Path(folder) / "town") as project:
        fields = {"id": "id", "title": "title", "text": "text", "date": "date"}
        project.add(write_documents(Path(folder)), fields=fields)
        systems = {
            "extract": ExtractAssistant(project, project),
            "rag, a model that quotes the first that fits": rag(project, quoting("first")),
            "rag, a model that quotes the last that fits": rag(project, quoting("last")),
        }
        documents = project.documents()
        figures["documents"] = len(documents)
        for name, system in systems.items():
            outcomes, rows = Counter(), []
            for subject, _, old, new, question in FACTS:
                answer = system.answer(question, labels=None)
                outcome = judge(answer, old, new)
                outcomes[outcome] += 1
                rows.append({"subject": subject, "outcome": outcome, "text": answer.text[:200]})
            good = outcomes["newer"] + outcomes["both, dated"]
            figures["systems"][name] = {
                "newer or both with dates": good / len(FACTS),
                "old alone": outcomes["old alone"] / len(FACTS),
                "outcomes": dict(outcomes),
                "not right": [
                    row for row in rows if row["outcome"] not in ("newer", "both, dated")
                ],
            }
    write_result(arguments.out, figures)


if __name__ == "__main__":
    main()
