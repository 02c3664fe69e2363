"""An example holds until a passage that it was made from changes."""

from sartor.testing.retriever import MemoryLibrary
from sartor.tuning.grounding import stale
from sartor.tuning.grounding.staleness import rests
from sartor.types import Document, Example, Message


def shelf(*paragraphs, id="notes.md"):
    return MemoryLibrary([Document(id, "files", "", "\n\n".join(paragraphs))])


def example(library, number=0, id="notes.md"):
    passage = library.passages_of(id)[number]
    return Example((Message("user", "?"), Message("assistant", "!")), rests_on=(rests(passage),))


def test_an_example_holds_while_its_passage_stands():
    library = shelf("One.", "Two.")
    assert not stale(example(library), library)


def test_a_change_elsewhere_in_the_document_leaves_it_alone():
    made = example(shelf("One.", "Two."))
    assert not stale(made, shelf("One.", "Three.", "Four."))


def test_a_changed_passage_makes_it_stale():
    assert stale(example(shelf("One.", "Two.")), shelf("Won.", "Two."))


def test_a_passage_that_moved_within_its_document_is_the_same():
    assert not stale(example(shelf("One.", "Two.")), shelf("Zero.", "Two.", "One."))


def test_a_vanished_passage_or_document_makes_it_stale():
    made = example(shelf("One.", "Two."), number=1)
    assert stale(made, shelf("One."))
    assert stale(made, shelf("Two.", id="other.md"))


def test_an_example_that_rests_on_nothing_is_never_stale():
    made = Example((Message("user", "?"), Message("assistant", "!")))
    assert not stale(made, shelf("One."))
