"""The whole search, over an index and an embedder in memory."""

import numpy as np
import pytest

from sartor.errors import QueryError
from sartor.knowledge.search import MAX_QUERY_CHARACTERS, SearchOptions, search
from sartor.protocols import Entry, Where
from sartor.testing.index import MemoryIndex
from sartor.types import Passage

TEXTS = {
    1: ("returns", "Refunds are paid within fourteen days after the item has come back."),
    2: ("returns", "Items may be sent back unused for thirty days."),
    3: ("delivery", "Orders above fifty euros are delivered free of charge."),
    4: ("warranty", "The warranty covers frames for five years."),
    5: ("copy", "Refunds are paid within fourteen days after the item has come back!"),
}
TOPICS = (("refund", "money"), ("back", "return"), ("deliver", "ship"), ("warrant", "guarantee"))


def analyse(text):
    return [word.strip(".,!?").rstrip("s") for word in text.lower().split() if word.strip(".,!?")]


class TopicEmbedder:
    """Turns texts into counts of the topics they mention; knows that "money" means "refund"."""

    fingerprint, dimension, window = "topics", len(TOPICS) + 1, 100

    def token_spans(self, texts):
        return [[] for _ in texts]

    def embed_passages(self, texts):
        return [self.embed_query(text).reshape(1, -1) for text in texts]

    def embed_query(self, text):
        low = text.lower()
        counts = [sum(word in low for word in topic) for topic in TOPICS]
        vector = np.array([*counts, 0.1], dtype=np.float32)
        return vector / np.linalg.norm(vector)

    def close(self):
        pass


class Shelf:
    """An index with everything `search` needs beside it."""

    def __init__(self, texts=TEXTS, embedded=True, labels=()):
        self.index, self.embedder, self.reads = MemoryIndex(), TopicEmbedder(), []
        self.passages = {
            key: Passage(f"p{key}", document, text, 0, len(text))
            for key, (document, text) in texts.items()
        }
        vectors = self.embedder.embed_passages([text for _, text in texts.values()])
        entries = [
            Entry(
                key,
                1,
                "default",
                "s",
                labels,
                {},
                tuple(analyse(text)),
                vector if embedded else None,
            )
            for (key, (_, text)), vector in zip(texts.items(), vectors, strict=True)
        ]
        self.index.apply(1, entries, [])

    def read(self, keys):
        self.reads.append(list(keys))
        return {key: self.passages[key] for key in keys if key in self.passages}

    def __call__(self, query, **options):
        parts = {"embedder": self.embedder, "analyse": analyse}
        if "embedder" in options:
            parts["embedder"] = options.pop("embedder")
        return search(
            query, SearchOptions(**options), index=self.index, passages=self.read, **parts
        )


@pytest.fixture(name="find")
def shelf():
    return Shelf()


def ids(result):
    return [hit.passage.id for hit in result.hits]


def leg(result, name):
    return next(ranking for ranking in result.explanation.rankings if ranking.leg == name)


def test_both_legs_are_joined(find):
    result = find("sent money back", fold=0)
    assert set(ids(result)[:3]) == {"p1", "p2", "p5"}
    assert result.hits[0].ranks.keys() == {"bm25", "dense"}


def test_each_hit_says_why_it_is_here(find):
    hit = find("warranty years").hits[0]
    assert hit.passage.id == "p4"
    assert hit.ranks == {"bm25": 1, "dense": 1}
    assert hit.score == pytest.approx(1.0)
    assert hit.scores["bm25"] > 0
    assert hit.scores["bm25_normalised"] == hit.scores["dense_normalised"] == 1.0


@pytest.mark.parametrize(("mode", "legs"), [("bm25", {"bm25"}), ("dense", {"dense"})])
def test_one_leg_can_search_alone(find, mode, legs):
    assert all(hit.ranks.keys() == legs for hit in find("refunds", mode=mode).hits)


def test_the_explanation_names_words_weights_and_times(find):
    explanation = find("Refunds paid").explanation
    assert explanation.terms == ("refund", "paid")
    assert [ranking.weight for ranking in explanation.rankings] == [0.5, 0.5]
    assert explanation.seconds.keys() == {"bm25", "embedding", "dense", "fusion", "passages"}


def test_near_duplicates_are_folded_into_the_better_one(find):
    result = find("refunds paid within fourteen days")
    assert "p5" not in ids(result)
    assert result.hits[0].folded == ("p5",)


def test_k_hits_remain_after_folding(find):
    assert len(find("refunds back", k=2).hits) == 2


def test_equal_scores_are_ordered_by_passage_id():
    texts = {number: ("d", f"guarantee number x{number}") for number in range(30, 0, -1)}
    find = Shelf(texts)
    expected = sorted(f"p{number}" for number in texts)
    assert ids(find("guarantee", k=30, fold=0, mode="bm25")) == expected


def test_a_leg_that_finds_none_of_the_words_is_dropped(find):
    result = find("shipping")
    assert leg(result, "bm25").dropped == "no passage holds any of its words"
    assert ids(result)[0] == "p3"
    assert result.hits[0].ranks == {"dense": 1}


def test_words_that_stand_everywhere_do_not_rank():
    texts = {number: ("d", f"the the {topic[0]}") for number, topic in enumerate(TOPICS)}
    result = Shelf(texts)("the guarantee", fold=0)
    assert leg(result, "bm25").dropped == "its words stand in nearly every passage"
    assert ids(result)[0] == "p3"


def test_without_vectors_words_rank_alone():
    result = Shelf(embedded=False)("refunds")
    assert leg(result, "dense").dropped == "it finds no passage that is embedded"
    assert ids(result) == ["p1"]


def test_without_an_embedder_words_rank_alone(find):
    result = find("refunds", embedder=None)
    assert leg(result, "dense").dropped == "there is no embedder"
    assert ids(result) == ["p1"]


def test_scores_that_are_all_equal_are_no_signal(find):
    result = Shelf({1: ("d", "code 17"), 2: ("d", "code 18"), 3: ("d", "code 19")})("18")
    assert leg(result, "dense").dropped == "all its hits score the same"
    assert ids(result) == ["p2"]


def test_a_query_the_embedder_half_reads_counts_half(find):
    find.embedder.known_spans = lambda _: [(0, 4), (4, 7)]
    result = find("refunds")
    assert leg(result, "dense").weight == 0.25


def test_a_query_the_embedder_cannot_read_is_searched_by_words(find):
    find.embedder.known_spans = lambda _: []
    result = find("refunds")
    assert leg(result, "dense").dropped == "the embedder knows none of its words"
    assert ids(result) == ["p1"]


def test_an_unreadable_query_is_still_ranked_in_dense_mode(find):
    find.embedder.known_spans = lambda _: []
    assert ids(find("refunds", mode="dense"))[0] == "p1"


def test_a_leg_without_signal_ranks_when_there_is_no_other():
    result = Shelf({1: ("d", "same"), 2: ("d", "same")})("same", fold=0)
    assert sorted(ids(result)) == ["p1", "p2"]
    assert all(ranking.dropped for ranking in result.explanation.rankings)


def test_a_query_that_matches_nothing_gives_no_hits(find):
    assert find("zebra", mode="bm25").hits == ()


def test_what_the_caller_may_not_see_is_not_found():
    find = Shelf(labels=("staff",))
    assert find("refunds").hits == ()
    assert ids(find("refunds", where=Where(labels=("staff",)))) != []


def test_one_document_gives_at_most_its_share(find):
    hits = find("back refunds", per_document=1, fold=0).hits
    assert len({hit.passage.document_id for hit in hits}) == len(hits)


def test_diversity_puts_another_topic_second(find):
    assert ids(find("refunds money back warranty", k=2, fold=0, mmr=0.7))[1] == "p4"


def test_a_passage_deleted_meanwhile_is_left_out(find):
    del find.passages[1]
    assert "p1" not in ids(find("refunds paid"))


def test_no_more_passages_are_read_than_needed():
    texts = {number: ("d", "refund " * number + f"word{number}") for number in range(1, 91)}
    find = Shelf(texts)
    find("refund", k=5, mode="bm25")
    assert sum(map(len, find.reads)) < 40


def test_depth_grows_with_k():
    texts = {number: ("d", f"refund w{number}") for number in range(150)}
    assert len(Shelf(texts)("refund", k=140, fold=0).hits) == 140


def test_the_same_search_gives_the_same_hits(find):
    assert find("refunds money back").hits == find("refunds money back").hits


@pytest.mark.parametrize("query", ["", "   \n\t", "\ud800"])
def test_an_empty_query_is_refused(find, query):
    with pytest.raises(QueryError, match="the query is empty; expected at least one word"):
        find(query)


def test_a_huge_query_is_refused_with_both_figures(find):
    with pytest.raises(QueryError, match="has 100,000 characters; expected 10,000 at most"):
        find("x" * 100_000)
    assert MAX_QUERY_CHARACTERS == 10_000


def test_an_unknown_mode_is_refused_and_the_near_one_named(find):
    with pytest.raises(QueryError, match="did you mean 'hybrid'"):
        find("x", mode="hybird")


@pytest.mark.parametrize("name", ["weight", "fold", "mmr"])
def test_shares_lie_between_nothing_and_all(find, name):
    with pytest.raises(QueryError, match=f"{name} is 1.5; expected a share from 0 to 1"):
        find("x", **{name: 1.5})


def test_no_hits_cannot_be_asked_for(find):
    with pytest.raises(QueryError, match="expected at least 1"):
        find("x", k=0)


def test_a_query_without_words_is_refused_when_no_leg_can_look(find):
    with pytest.raises(QueryError, match="no word to look up"):
        find("?!", mode="bm25")
    with pytest.raises(QueryError, match="no word to look up and there is no embedder"):
        find("?!", embedder=None)
