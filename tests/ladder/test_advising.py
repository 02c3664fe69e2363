"""Advice reproduces the guides: every row of their tables, trees and lists is a case here."""

from pathlib import Path

import pytest

from sartor.errors import ConfigError
from sartor.ladder.advising import Profile, advise, book, cases, read_profile
from sartor.ladder.advising.profile import questions

MEANT = {  # what guides call it -> the rung where that ends
    "retrieval": {"rag"},
    "tuning": {"lora"},
    "both": {"lora+rag"},
    "context": {"long-context"},
    "prompt": {"prompt"},
    "examples": {"few-shot"},
}


def step(found, rung):
    (one,) = [one for one in found.steps if one.rung == rung]
    return one


def sources(reasons):
    return {name for reason in reasons for name in reason.source.split()}


# --- which gap, which tool ---------------------------------------------------------------------

NEEDS = [  # need, profile, what the guides name, which guides
    ("knowledge that changes often", {"changes": "often"}, "retrieval", "G0 G2 G3 G4"),
    ("new information", {"knowledge": True}, "retrieval", "G0 G2 G3 G4"),
    ("answers must cite sources", {"cite": True}, "retrieval", "G0 G2 G3 G4"),
    ("large collections", {"tokens": 50_000_000}, "retrieval", "G0 G2"),
    ("several domains", {"domains": True}, "retrieval", "G0 G2"),
    ("narrow, high-volume task", {"narrow": True, "volume": 1_000_000}, "tuning", "G3"),
    ("offline operation", {"offline": True}, "tuning", "G2"),
    ("small information", {"knowledge": True, "tokens": 40_000}, "context", "G4"),
    ("constant information", {"knowledge": True, "changes": "never"}, "prompt", "G4"),
    ("too slow: avoids the delay", {"latency": "critical"}, "tuning", "G0 G2"),
    ("too slow: a small model", {"slow": True}, "tuning", "G4"),
    ("fresh knowledge and fixed style",
     {"changes": "often", "style": True}, "both", "G0 G1 G2 G3 G4"),
    ("exact format", {"format": "layout"}, "tuning", "G0 G2 G3 G4"),
    ("tone, house voice", {"style": True}, "tuning", "G0 G2 G3 G4"),
    ("strict JSON schema", {"format": "json"}, "examples", "G4"),
    ("strict JSON, 99 % needed and 95 % reached",
     {"format": "json", "format_needed": 0.99, "format_reached": 0.95}, "tuning", "G4"),
    ("unwanted statements, high volume", {"unwanted": True, "volume": 1_000_000}, "tuning", "G4"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("need", "profile", "named", "guides"), NEEDS, ids=[row[0] for row in NEEDS]
)
def test_a_need_leads_to_the_tool_that_the_guides_name(need, profile, named, guides):
    found = advise(Profile(**profile))
    assert {found.likely} == MEANT[named]
    assert set(guides.split()) <= sources(step(found, found.likely).reasons)


def test_a_strict_schema_is_first_shown_and_trained_only_for_the_last_percent():
    needed = {"format": "json", "format_needed": 0.99}
    assert advise(Profile(format="json")).first == "few-shot"
    assert "schema" in [one.tool for one in advise(Profile(format="json")).beside]
    assert advise(Profile(**needed, format_reached=0.995)).likely == "few-shot"
    assert advise(Profile(format="json", format_needed=0.9)).likely == "few-shot"


def test_form_is_tried_with_examples_before_it_is_trained_and_guides_disagree_on_that():
    found = advise(Profile(style=True))
    assert [one.rung for one in found.steps] == ["prompt", "few-shot", "lora"]
    assert found.first == "few-shot"
    (form,) = found.disagreements
    assert {side.source for side in form.sides} == {"G4", "G0 G2 G3"}
    assert "few-shot" in form.measure


def test_unwanted_statements_are_first_filtered():
    found = advise(Profile(unwanted=True, volume=1_000))
    assert [one.tool for one in found.beside] == ["filter"]
    assert found.likely == "prompt"


def reasons_of(found, rung):
    return {one.rule for one in step(found, rung).reasons}


def test_examples_beside_passages_are_not_argued_for_with_training():
    found = advise(Profile(changes="often", style=True))
    assert reasons_of(found, "few-shot+rag") == {"form"}
    assert "fresh knowledge and fixed form" in reasons_of(found, "lora+rag")
    assert "training" not in " ".join(one.text for one in step(found, "rag").reasons)


@pytest.mark.parametrize(
    ("profile", "rule"),
    [({"latency": "critical"}, "no time to search"), ({"offline": True}, "offline")],
)
def test_what_speaks_for_training_instead_of_search_does_not_speak_for_both(profile, rule):
    assert rule in reasons_of(advise(Profile(**profile)), "lora")
    assert rule not in reasons_of(advise(Profile(cite=True, style=True, **profile)), "lora+rag")
    assert not [one for one in advise(Profile(cite=True, **profile)).steps if "lora" in one.rung]


def test_what_is_to_be_measured_names_rungs_of_this_way_up():
    (form,) = advise(Profile(changes="often", style=True)).disagreements
    assert form.measure.startswith("few-shot+rag beside lora+rag")
    (form,) = advise(Profile(style=True)).disagreements
    assert form.measure.startswith("few-shot beside lora,")


def test_guides_disagree_on_the_language_of_a_field():
    (found,) = advise(Profile(jargon=True)).disagreements
    assert [side.source for side in found.sides] == ["G0 G3", "G4", "G2"]
    assert "lora+rag" in found.measure


def test_guides_disagree_on_code_completion():
    (found,) = advise(Profile(code=True)).disagreements
    assert {side.source: side.says.partition(":")[0] for side in found.sides} == {
        "G2": "tuning",
        "G1": "both",
    }


# --- use cases and the tree --------------------------------------------------------------------

USE_CASES = [
    ("legal", "retrieval", "G1 G2"),
    ("voice", "tuning", "G2"),
    ("medical", "both", "G2"),
    ("code", "tuning", "G2"),
    ("support", "both", "G2 G3"),
]


@pytest.mark.parametrize(("name", "named", "guides"), USE_CASES)
def test_a_use_case_ends_where_the_guides_end(name, named, guides):
    case = cases()[name]
    assert (case.says, case.source) == (named, guides)
    assert {advise(read_profile(case.profile)).likely} == MEANT[named]


def test_every_use_case_is_one_of_the_guides():
    assert set(cases()) == {name for name, *_ in USE_CASES}


def test_a_support_desk_searches_facts_trains_tone_and_looks_state_up():
    found = advise(read_profile(cases()["support"].profile))
    assert found.first == "rag"
    assert "live lookup" in [one.tool for one in found.beside]
    assert "tuning facts" in [one.tool for one in found.avoid]


TREE = [
    ({"changes": "often"}, {"rag"}),
    ({"changes": "rarely", "style": True}, {"lora", "lora+rag"}),
    ({"changes": "rarely", "format": "layout", "knowledge": True}, {"lora", "lora+rag"}),
    ({"changes": "rarely", "style": False, "cite": True}, {"rag"}),
    ({"changes": "rarely", "style": False, "cite": False, "latency": "critical"}, {"lora"}),
    ({"latency": "relaxed", "budget": "limited"}, {"rag"}),
    ({"latency": "relaxed", "budget": "flexible"}, {"lora+rag"}),
]


@pytest.mark.parametrize(("profile", "ends"), TREE)
def test_the_tree_is_followed(profile, ends):
    assert advise(Profile(**profile)).likely in ends


def test_without_hurry_latency_decides_nothing():
    assert advise(Profile(latency="relaxed")).steps == advise(Profile()).steps


# --- do not ------------------------------------------------------------------------------------

ENOUGH = {
    "style": True,
    "falls_short": True,
    "examples": 2_000,
    "maintained": True,
    "new_base": False,
}
DO_NOT_TUNE = [
    ("no evaluation shows that less falls short", {"falls_short": False}, "later", "G4"),
    ("under 500 examples", {"examples": 499}, "later", "G4"),
    ("nobody can maintain it", {"maintained": False}, "no", "G4"),
    ("a better base within six months", {"new_base": True}, "no", "G4"),
]


def test_with_everything_in_place_tuning_is_tried_first():
    found = advise(Profile(**ENOUGH))
    assert (found.first, found.likely, step(found, "lora").state) == ("lora", "lora", "now")


@pytest.mark.parametrize(("row", "changed", "state", "guide"), DO_NOT_TUNE)
def test_one_thing_missing_is_a_reason_not_to_tune(row, changed, state, guide):
    found = advise(Profile(**{**ENOUGH, **changed}))
    tuned = step(found, "lora")
    assert tuned.state == state
    assert guide in sources(tuned.against)
    assert found.first != "lora"
    assert found.likely == ("few-shot" if state == "no" else "lora")


def test_facts_that_change_are_never_tuned():
    found = advise(Profile(changes="often", knowledge=True))
    assert not [one for one in found.steps if "lora" in one.rung]
    (facts,) = found.avoid
    assert (facts.tool, sources(facts.reasons)) == ("tuning facts", {"G3", "G4"})


def test_what_was_not_measured_does_not_fall_short_yet():
    assert step(advise(Profile(style=True, examples=2_000)), "lora").state == "later"


@pytest.mark.parametrize(
    ("examples", "disagree"), [(499, False), (500, True), (999, True), (1_000, False)]
)
def test_guides_disagree_on_how_many_examples_are_enough(examples, disagree):
    about = [one.about for one in advise(Profile(examples=examples)).disagreements]
    assert about == (["How many examples are enough"] if disagree else [])


DO_NOT_RETRIEVE = [
    ("everything fits the context", {"tokens": 99_999}),
    ("it is constant", {"changes": "never"}),
    ("the delay is too much", {"latency": "critical"}),
    ("behaviour is the gap", {"knowledge": False}),
]


@pytest.mark.parametrize(("row", "profile"), DO_NOT_RETRIEVE)
def test_there_are_reasons_not_to_retrieve(row, profile):
    found = advise(Profile(**profile))
    assert "rag" not in [one.rung for one in found.steps]
    (avoided,) = [one for one in found.avoid if one.tool == "retrieval"]
    assert "G4" in sources(avoided.reasons)


@pytest.mark.parametrize(("row", "profile"), DO_NOT_RETRIEVE)
def test_where_something_else_wants_retrieval_both_sides_are_shown(row, profile):
    found = advise(Profile(cite=True, **profile))
    assert "rag" in [one.rung for one in found.steps]
    (retrieval,) = [one for one in found.disagreements if one.about == "Retrieval"]
    assert {side.says.partition(":")[0] for side in retrieval.sides} == {"for", "against"}


# --- classic mistakes, the order of attempts -----------------------------------------------------


def test_retrieval_does_not_end_inventions():
    (checking,) = advise(Profile(cite=True)).beside
    assert (checking.tool, sources(checking.reasons)) == ("checking", {"G0"})


@pytest.mark.parametrize("case", cases())
def test_the_bare_prompt_is_measured_first_and_training_comes_last(case):
    rungs = [one.rung for one in advise(read_profile(cases()[case].profile)).steps]
    order = ["prompt", "few-shot", "long-context", "rag", "few-shot+rag", "lora", "lora+rag"]
    assert rungs[0] == "prompt"
    assert rungs == sorted(rungs, key=order.index)


def test_without_questions_the_first_command_makes_some():
    assert advise(Profile()).commands[0] == "sartor questions make"
    assert len(advise(Profile(questions=300)).commands) == 1


def test_the_last_command_measures_what_was_asked_for():
    asked = Profile(
        cite=True, format="json", format_needed=0.99, latency="critical", volume=100_000,
        questions=300,
    )  # fmt: skip
    assert advise(asked).commands == (
        'sartor climb --bar "answers.correct >= 0.85, citations.recall >= 0.9, '
        'format.valid >= 0.99, latency.p95 <= 1s" --volume 100k',
    )


def test_every_bar_that_is_advised_can_be_read():
    from sartor.ladder.bars import read_bar

    for profile in (*(row[1] for row in NEEDS), *(case.profile for case in cases().values())):
        bar = advise(read_profile(profile)).commands[-1].split('"')[1]
        assert read_bar(bar, volume=1_000).requirements


# --- the rules as data -------------------------------------------------------------------------


def test_every_rule_speaks_of_questions_that_are_asked_and_names_its_guides():
    asked = {one.name: one for one in questions()}
    for rule in book().rules:
        assert set(rule.source.split()) <= set(book().guides), rule.id
        for condition in (*rule.when.any_of, *rule.when.unless):
            for name, value in condition.items():
                choices = asked[name].choices
                assert not choices or value in choices, f"{rule.id}: {name} = {value}"
    assert len({rule.id for rule in book().rules}) == len(book().rules)


def test_every_tool_of_a_rule_is_a_rung_or_has_words():
    from sartor.ladder.advising.advise import FACTS, ON_THE_WAY

    for rule in book().rules:
        for tool, stance in rule.then.items():
            assert tool in (*ON_THE_WAY, FACTS, *book().tools), rule.id
            assert stance in ("for", "instead", "later", "against"), rule.id


def test_the_page_on_advice_says_what_stands_behind_each_guide():
    page = (Path(__file__).parents[2] / "docs/advise.md").read_text()
    for name, title in book().guides.items():
        assert f"| {name} | {title} |" in page


def test_the_guides_that_are_spoken_of_are_named():
    assert set(advise(Profile(cite=True)).guides) == {"G0", "G2", "G3", "G4"}


def test_questions_whose_answers_lead_elsewhere_are_open():
    found = {one.name: one.would for one in advise(Profile(knowledge=True)).open}
    assert found["style"] == {"True": "rag, then lora+rag"}
    assert found["tokens"] == {"20000": "long-context"}
    assert "cite" not in found
    assert "knowledge" not in found


def test_what_is_idle_is_not_asked():
    found = [one.name for one in advise(Profile(knowledge=False)).open]
    assert not {"changes", "tokens", "domains"} & set(found)


# --- profiles ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "given", "value"),
    [
        ("cite", "yes", True), ("cite", "N", False), ("cite", True, True), ("cite", "?", None),
        ("cite", None, None), ("changes", "Often", "often"), ("changes", "r", "rarely"),
        ("tokens", "100k", 100_000), ("tokens", "1.5M", 1_500_000), ("tokens", "250,000", 250_000),
        ("volume", 1000, 1000), ("format_needed", "99 %", 0.99), ("format_needed", 0.995, 0.995),
    ],
)  # fmt: skip
def test_answers_are_read_as_people_write_them(name, given, value):
    assert getattr(read_profile({name: given}), name) == value


def test_all_that_is_wrong_with_a_profile_is_said_at_once():
    with pytest.raises(ConfigError) as refused:
        read_profile({"cit": "yes", "changes": "weekly", "tokens": "1.2.3", "format_needed": 99})
    told = str(refused.value)
    assert "did you mean 'cite'" in told
    assert "never, rarely or often" in told
    assert "'1.2.3'; expected a number" in told
    assert "'99'; expected a share" in told
