"""Changes to settings, searched on questions set aside and confirmed on the others."""

from random import Random

from known_systems import questions

from sartor.errors import BudgetRefused
from sartor.ladder.searching import Candidate, Searching, Sieve, asked_at_most, told

CORRECT = "answers.correct"
IN_USE = Candidate("in use")


class Abilities:
    """Answers each question right by chance: as often as the candidate's changes make it."""

    def __init__(self, shares, *, seed=0, affords=None):
        self.shares = shares
        self.seed = seed
        self.affords = affords
        self.asked = {}

    def __call__(self, candidate, some):
        if self.affords is not None and sum(self.asked.values()) + len(some) > self.affords:
            raise BudgetRefused("the allowed minutes are over")
        self.asked[candidate.name] = self.asked.get(candidate.name, 0) + len(some)
        gain = sum(self.shares.get(name, 0.0) for name in candidate.changes)
        return {one.id: float(self._luck(one, candidate) < 0.5 + gain) for one in some}

    def _luck(self, question, candidate):
        """Draw mostly by the question: paired answers agree more often than not."""
        own = Random(f"{self.seed} {question.id} {sorted(candidate.changes)}")
        return (own if own.random() < 0.3 else Random(f"{self.seed} {question.id}")).random()


def changing(*names):
    return [IN_USE, *(Candidate(name, {name: 1}) for name in names)]


def searching(ask, *, development=100, reporting=100, seed=0):
    chosen_by = questions(development, prefix="d")
    report = questions(reporting, prefix="r")
    clusters = {one.id: one.id for one in (*chosen_by, *report)}
    return Searching("rag", CORRECT, ask, chosen_by, report, clusters, seed)


def test_a_change_that_clearly_helps_is_found_and_confirmed():
    found = searching(Abilities({"size": 0.3})).search(changing("size", "weight", "mmr"))
    assert found.chosen == "size"
    assert found.changes == {"size": 1}
    assert found.confirmed.outcome == "better"
    assert found.gap is not None
    assert any("better (with chance ruled out)" in line for line in told(found))


def test_what_is_in_use_stays_where_nothing_helps():
    found = searching(Abilities({})).search(changing("size", "weight", "mmr", "strategy"))
    assert not found.changes
    assert any("keep the settings in use" in line for line in told(found))


def test_luck_is_rarely_advised():
    kept = 0
    for seed in range(40):
        found = searching(Abilities({}, seed=seed), seed=seed).search(changing(*"abcdefgh"))
        kept += not found.changes
    assert kept >= 30


def test_what_looked_good_only_where_it_was_chosen_is_not_advised():
    class Lucky(Abilities):
        def __call__(self, candidate, some):
            helps = candidate.changes and some[0].id.startswith("d")
            return {one.id: 1.0 if helps else float(int(one.id[1:]) % 2) for one in some}

    found = searching(Lucky({})).search(changing("size"))
    assert found.chosen == "size"
    assert not found.changes
    assert "did not hold" in found.reason
    assert found.gap > 0.3


def test_each_round_halves_what_goes_on():
    ask = Abilities({"a": 0.3, "b": 0.2})
    searching(ask).search(changing(*"abcdefgh"))
    stages = sorted(ask.asked.values())
    assert stages[0] == 20
    assert ask.asked["a"] > 20
    assert sum(ask.asked.values()) <= asked_at_most(9, 100, 100)


def test_changes_that_help_are_made_together():
    found = searching(Abilities({"size": 0.2, "weight": 0.2}), development=200).search(
        changing("size", "weight", "mmr", "strategy")
    )
    assert found.changes == {"size": 1, "weight": 1}
    assert found.chosen in ("size + weight", "weight + size")


def test_values_of_one_setting_are_never_made_together():
    candidates = [
        IN_USE,
        Candidate("100 tokens", {"size": 100}),
        Candidate("400 tokens", {"size": 400}),
    ]
    found = searching(Abilities({"size": 0.3})).search(candidates)
    assert found.chosen in ("100 tokens", "400 tokens")


def test_where_asking_is_dear_only_what_finds_more_is_asked():
    ask, finds = Abilities({"size": 0.3}), Abilities({"size": 0.3, "weight": -0.2, "mmr": -0.2})
    found = searching(ask).search(
        changing("size", "weight", "mmr"), Sieve("retrieval.evidence", finds)
    )
    assert found.changes == {"size": 1}
    assert set(ask.asked) == {"in use", "size"}
    assert {row.name for row in found.sifted} == {"in use", "size", "weight", "mmr"}


def test_nobody_is_asked_where_nothing_finds_more():
    ask, finds = Abilities({}), Abilities({"size": -0.4})
    found = searching(ask).search(changing("size"), Sieve("retrieval.evidence", finds))
    assert not ask.asked
    assert not found.changes
    assert "nothing that was tried finds more" in found.reason


def test_a_search_that_ran_out_of_time_advises_nothing_unconfirmed():
    found = searching(Abilities({"size": 0.4}, affords=250)).search(changing("size"))
    assert found.chosen == "size"
    assert not found.changes
    assert "not confirmed" in found.reason
    assert "minutes are over" in found.stopped


def test_a_search_without_any_time_says_so():
    found = searching(Abilities({}, affords=0)).search(changing("size"))
    assert not found.tried
    assert any("ended early, as the allowed minutes are over" in line for line in told(found))


def test_why_some_were_asked_fewer_questions_is_said_where_they_were():
    several = searching(Abilities({"a": 0.3})).search(changing(*"abcdef"))
    assert len({row.figure.n for row in several.tried}) > 1
    assert any("were asked fewer questions" in line for line in told(several))
    alone = searching(Abilities({"a": 0.3})).search(changing("a"))
    assert len({row.figure.n for row in alone.tried}) == 1
    assert not any("fewer questions" in line for line in told(alone))


def test_the_same_seed_finds_the_same():
    first, second = (
        searching(Abilities({"a": 0.1}), seed=3).search(changing(*"abcd")) for _ in range(2)
    )
    assert first == second


def test_a_measure_that_nothing_has_advises_nothing():
    found = searching(lambda _candidate, _some: {}).search(changing("size"))
    assert not found.changes
    assert found.reason == "nothing was measured"


def test_what_has_no_figure_beside_what_is_in_use_is_left_out():
    def ask(candidate, some):
        return {} if candidate.changes else {one.id: 1.0 for one in some}

    found = searching(ask).search(changing("size", "weight"))
    assert not found.changes
    assert [row.name for row in found.tried] == ["in use"]
