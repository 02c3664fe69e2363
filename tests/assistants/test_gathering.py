"""Searching with several wordings, and again until it suffices."""

from sartor.assistants.gathering import gather, joined
from sartor.types import Hit, Passage


def hit(id, score=1.0):
    return Hit(Passage(id, id, id, 0, len(id)), score)


def search(query):
    return [hit(id) for id in query.split()]


def ids(hits):
    return [one.passage.id for one in hits]


def test_one_list_stays_as_it_is_and_several_are_joined_by_rank():
    assert joined([[hit("a", 3.0), hit("b", 2.0)]]) == [hit("a", 3.0), hit("b", 2.0)]
    assert ids(joined([search("a b c"), search("b d")])) == ["b", "a", "d", "c"]


def test_each_wording_is_searched_once():
    rounds = list(gather(["a b", "b c", "a b"], search=search, limit=2))
    assert [one.queries for one in rounds] == [("a b", "b c")]
    assert ids(rounds[0].hits) == ["b", "a"]


def rounds_with(*said, steps=5, exhausted=str):
    replies = iter(said)
    return list(
        gather(
            ["a"],
            search=search,
            limit=9,
            steps=steps,
            judge=lambda hits, searched: next(replies),
            exhausted=exhausted,
        )
    )


def test_it_searches_for_what_is_missing_until_it_suffices():
    rounds = rounds_with("No: b\nbecause", "Yes, enough.")
    assert [one.queries for one in rounds] == [("a",), ("b",)]
    assert ids(rounds[-1].hits) == ["a", "b"]
    assert [one.verdict for one in rounds] == ["missing: b", "enough"]


def test_it_ends_at_its_ceilings_and_when_nothing_new_is_asked():
    assert len(rounds_with("no: b", "no: c", steps=2)) == 2
    assert rounds_with("no: a")[-1].verdict == "nothing new to search"
    assert rounds_with("perhaps")[-1].verdict == "enough"
    assert rounds_with(exhausted=lambda: "time is over")[-1].verdict == "time is over"
