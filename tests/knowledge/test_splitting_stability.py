"""An edit changes the passage it is in and few others: the cuts fall where they fell."""

from statistics import median

from splitting_samples import WordCounter, prose, reading, seeded, texts_of

from sartor.knowledge.splitting import splitter

EDITS = 150
PARAGRAPHS = 30


def edited(dice, paragraph):
    words = paragraph.split(" ")
    place = dice.randrange(len(words))
    kind = dice.choice(["replace", "insert", "append", "cut", "rewrite"])
    if kind == "replace":
        words[place] = "replaced"
    elif kind == "insert":
        words[place:place] = ["newly", "inserted", "words"]
    elif kind == "append":
        words.append(prose(dice, 1))
    elif kind == "cut":
        words = words[3:] or ["Gone."]
    else:
        return prose(dice, 5)
    return " ".join(words)


def changed_passages(dice, longest_paragraph):
    cut = splitter("structure", size=200)
    before = [prose(dice, dice.randint(1, longest_paragraph)) for _ in range(PARAGRAPHS)]
    after = list(before)
    place = dice.randrange(PARAGRAPHS)
    after[place] = edited(dice, before[place])
    old, new = (reading(*(("paragraph", text) for text in texts)) for texts in (before, after))
    known = set(texts_of(old, cut.split(old, WordCounter())))
    return sum(text not in known for text in texts_of(new, cut.split(new, WordCounter())))


def test_most_edits_of_a_long_section_change_one_passage_and_nearly_all_at_most_three():
    dice = seeded(11)
    changes = [changed_passages(dice, longest) for longest in (3, 8, 20) for _ in range(EDITS // 3)]
    assert median(changes) == 1
    assert sum(count <= 3 for count in changes) >= 0.95 * EDITS
