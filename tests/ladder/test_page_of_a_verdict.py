"""The page about a verdict: what it says, that it needs nothing, and that nothing can break it."""

import re
from collections import Counter
from dataclasses import replace

import pytest
from made_verdicts import LADDER, edge_verdicts, made_verdict, whole_verdict
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from sartor.cli.reports.climbing import print_verdict
from sartor.ladder.findings import Checklist, Mistake, Tick
from sartor.ladder.reporting import render
from sartor.ladder.reporting.losses import losses
from sartor.ladder.reporting.page import worded
from sartor.ladder.reporting.plot import plot
from sartor.ladder.reporting.telling import headline, paragraph
from sartor.types import Cost, Measurement

HOSTILE = "<script>alert(1)</script></td></main>\"'--><!-- &amp; \x00\x07 \u202eback 🪡"
VOID = {"meta", "br", "line", "circle", "rect"}
TAGS = re.compile(r"<(/?)([a-z][a-z0-9]*)\b[^>]*?(/?)>")


@pytest.fixture(scope="module")
def verdict():
    return whole_verdict()


@pytest.fixture(scope="module")
def page(verdict):
    return HTMLParser(render(verdict))


@pytest.fixture(scope="module")
def edges():
    return edge_verdicts()


def text(node):
    return " ".join(node.text(separator=" ").split())


def unclosed(html):
    """Name the tags that are left open or closed without being open, line items aside."""
    body = html[html.index("<body") : html.index("</html>")]
    open_tags = []
    for closing, name, alone in TAGS.findall(body):
        if alone or name in VOID:
            continue
        if not closing:
            open_tags.append(name)
        elif not open_tags or open_tags.pop() != name:
            return name
    return open_tags


# --- what it says -------------------------------------------------------------------------------


def test_it_begins_with_what_to_take_and_a_paragraph_in_plain_words(verdict, page):
    assert text(page.css_first("h1")).startswith("lora+rag is enough proved over 300 questions")
    told_first = text(page.css_first("header .told"))
    assert told_first == paragraph(verdict)
    assert "9 ways to answer were measured" in told_first
    assert re.search(r"answers \d\d of 100 questions right", told_first)
    assert "prompt (4 % right, at least 75 % asked)" in told_first
    assert "answers.correct" not in told_first


def test_every_rung_stands_in_the_table_with_all_its_figures(verdict, page):
    rows = page.css(".rungs tbody tr")
    assert [text(row.css_first("th b")) for row in rows] == list(verdict.considered)
    heads = [text(one) for one in page.css(".rungs thead th")]
    assert heads == [
        "rung", "right", "in form", "in style", "cited", "rightly silent", "95 % within", "a month",
    ]  # fmt: skip
    best = next(row for row in rows if "chosen" in (row.attributes.get("class") or ""))
    correct = verdict.cards["lora+rag"].measurements["answers.correct"]
    assert text(best.css_first("td b")) == f"{100 * correct.mean:.1f} %"
    assert f"{100 * correct.low:.1f} to {100 * correct.high:.1f}" in text(best.css_first("td"))
    assert len(best.css("svg")) == 7
    assert "95 % interval" in text(best.css_first("svg title"))


def test_the_bar_is_marked_and_each_figure_it_is_about_says_how_it_stands(page):
    row = next(one for one in page.css(".rungs tbody tr") if text(one.css_first("th b")) == "rag")
    states = [one.attributes.get("class") for one in row.css("td b")]
    assert states == ["s-proved", "s-failed", None, None, None, "s-proved", "s-proved"]
    assert len(row.css("line.asked")) == 4


def test_what_was_not_built_and_not_measured_stands_below_with_its_reason(edges, page):
    assert "full, full+rag there are no examples" in text(page.css_first("dl.also"))
    unbuilt = HTMLParser(render(edges["unbuilt"]))
    assert text(unbuilt.css_first("h3.also")) == "Not built"
    assert "lora, lora+rag not needed: rag is proved" in text(unbuilt.css_first("dl.also"))
    assert "not built" in paragraph(edges["unbuilt"])


def test_counts_of_lost_answers_are_those_of_the_rows(verdict, page):
    found = losses(verdict)
    rag = found.rungs.index("rag")
    counted = Counter(row.stage for row in verdict.cards["rag"].rows if row.stage)
    assert {one.name: one.counts[rag].text for one in found.stages if one.counts[rag].share} == {
        stage: str(count) for stage, count in counted.items()
    }
    rows = {text(row.css_first("th")): row for row in page.css(".stages tbody tr")}
    told_row = text(rows["right but wrong format"].css("td")[rag])
    assert told_row == str(counted["right but wrong format"])


def test_next_steps_changes_mistakes_and_checklists_are_all_there(verdict, page):
    whole = " ".join(page.body.text().split())
    for one in (*verdict.next_steps, *verdict.changes, *verdict.notes, verdict.reason):
        assert one in whole
    warned = [text(one) for one in page.css("aside p > b")]
    assert warned == [f"{one.name}." for one in verdict.mistakes]
    ticks = [text(one.css_first("b")) for one in page.css(".ticks li")]
    assert ticks == [tick.item for one in verdict.checklists for tick in one.ticks]
    assert "terse" in whole
    assert "sartor climb --rung long-context" in {text(one) for one in page.css("code")}


def test_a_climb_that_ended_early_says_so_before_all_else(verdict):
    early = replace(verdict, unfinished="Not all was measured. Left out: full (time is over).")
    aside = HTMLParser(render(early)).css_first("aside")
    assert text(aside).startswith("Not finished Not all was measured")


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("no-bar", "lora+rag is the one to take"),
        ("none-meets", "Nothing is enough yet"),
        ("free", "long-context is probably enough"),
        ("nothing", "Nothing can be chosen yet"),
    ],
)
def test_the_headline_fits_the_case(edges, name, begins):
    assert headline(edges[name])[0] == begins


def test_proof_that_was_asked_for_and_is_not_there_is_the_headline():
    asked = made_verdict({"rag": LADDER["rag"]}, bar="answers.correct >= 0.8", strict=True)
    assert headline(asked)[0] == "Nothing is proved to be enough yet"
    assert "None is proved to do all that was asked for; rag comes nearest." in paragraph(asked)
    assert "but not proved" in paragraph(asked)


# --- the picture --------------------------------------------------------------------------------


def test_quality_stands_against_cost_and_against_waiting_where_prices_tell_nothing(edges):
    assert plot(edges["no-bar"]).title == "Quality against cost"
    assert plot(edges["free"]).title == "Quality against waiting"
    assert plot(edges["unknown"]).title == "Quality against waiting"
    alike = Cost(0.0, None, Measurement("cost.month", 29.2, 29.2, 29.2, 60))
    whole = edges["few"]
    same = replace(whole, costs=dict.fromkeys(whole.costs, alike))
    assert plot(same).title == "Quality against waiting"
    assert plot(edges["mixed"]).left_out == ("our chain",)
    assert plot(edges["one-rung"]) is None
    assert plot(edges["nothing"]) is None


def test_better_is_higher_cheaper_is_further_left_and_all_is_inside(verdict, edges):
    for one in (verdict, edges["few"], edges["free"]):
        spots = {spot.name: spot for spot in plot(one).spots}
        ends = [end for spot in spots.values() for end in (spot.x, spot.y, spot.low, spot.high)]
        assert all(-1e-9 <= end <= 1 + 1e-9 for end in ends)
    found = {spot.name: spot for spot in plot(verdict).spots}
    assert found["prompt"].x < found["lora+rag"].x < found["long-context"].x
    assert found["prompt"].y < found["our chain"].y < found["rag @ large-model-4"].y
    assert (found["lora+rag"].kind, found["prompt"].kind) == ("chosen", "short")


def test_prices_far_apart_go_by_factors_and_near_ones_from_zero(edges):
    far = re.findall(r">(\$[\d.]+)<", plot(edges["no-bar"]).x_axis)
    assert far == ["$10", "$30", "$100", "$300"]
    near = {name: replace(LADDER[name], dollars=0.002) for name in ("rag", "few-shot+rag")}
    axis = plot(made_verdict(near, count=40)).x_axis
    assert ">$0<" in axis


# --- that it needs nothing, and nothing breaks it -------------------------------------------------


def test_the_page_loads_runs_and_names_nothing_outside_itself(page):
    assert not page.css("script, link, img, iframe, [src], [style]")
    assert all(one.attributes["href"].startswith("#") for one in page.css("[href]"))
    policy = page.css_first("meta[http-equiv]").attributes["content"]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    targets = {one.attributes["href"][1:] for one in page.css("nav a")}
    assert targets <= {one.attributes["id"] for one in page.css("section[id]")}


@pytest.mark.parametrize(
    "name",
    ["no-bar", "none-meets", "one-rung", "free", "unknown", "mixed", "unbuilt", "nothing", "few"],
)
def test_every_edge_is_a_whole_page(edges, name):
    html = render(edges[name])
    assert unclosed(html) == []
    assert not re.search(r"\b(nan|inf|None(?! does| is))\b", HTMLParser(html).body.text())


def test_hostile_text_stays_text_wherever_it_stands(verdict):
    ladder = {f"{HOSTILE}{number}": made for number, made in enumerate(list(LADDER.values())[:3])}
    hostile = replace(
        made_verdict(ladder, count=40, bar="answers.correct >= 0.5"),
        reason=HOSTILE,
        next_steps=(HOSTILE,),
        changes=(HOSTILE,),
        notes=(HOSTILE,),
        missing={HOSTILE: HOSTILE},
        unbuilt={f"{HOSTILE}x": HOSTILE},
        unfinished=HOSTILE,
        bar=HOSTILE,
        races={HOSTILE: replace(verdict.races["rag"], chosen=HOSTILE, reason=HOSTILE)},
        mistakes=(Mistake(HOSTILE, HOSTILE, HOSTILE, HOSTILE),),
        checklists=(Checklist(HOSTILE, HOSTILE, (Tick(HOSTILE, "done", HOSTILE),)),),
    )
    html = render(hostile)
    assert "<script" not in html
    assert "<!--" not in html
    assert not {"\x00", "\u202e"} & {*html}
    assert unclosed(html) == []
    assert not HTMLParser(html).css("script")
    html.encode()


def test_commands_are_set_apart_and_nothing_else_is(page):
    said = worded("Do it: sartor climb --rung lora+rag --all builds it; sartor prompt init. <b>")
    assert said == (
        "Do it: <code>sartor climb --rung lora+rag --all</code> builds it; "
        "<code>sartor prompt init</code>. &lt;b&gt;"
    )
    assert worded("the sartorius muscle") == "the sartorius muscle"


@pytest.mark.parametrize(
    "command",
    [
        "sartor climb my/questions.jsonl --bar 'answers.correct >= 0.7, cost.month <= $30' --all",
        "sartor -C 'my shop' --set search.k=5 climb --rung 'lora @ small' --all",
        "sartor climb --models small,large --with rank=8 --volume 100k",
    ],
)
def test_a_whole_command_is_set_apart_from_its_sentence(command):
    said = worded(f"Not needed; {command} builds it anyway.")
    assert HTMLParser(str(said)).css_first("code").text() == command


# --- the terminal ---------------------------------------------------------------------------------


def test_the_terminal_holds_nine_rungs_with_all_measures_in_a_hundred_columns(
    verdict, capsys, monkeypatch
):
    monkeypatch.setenv("COLUMNS", "100")
    print_verdict(replace(verdict, page="climbs/one/report.html"))
    printed = capsys.readouterr().out.splitlines()
    head = next(line for line in printed if line.startswith("rung"))
    assert head.split() == [
        "rung", "right", "in", "form", "in", "style", "cited", "silent", "within", "a", "month",
        "bar",
    ]  # fmt: skip
    rungs = printed[printed.index(head) + 1 :][:9]
    assert [line[2:].split("  ")[0] for line in rungs] == list(verdict.considered)
    assert [line for line in rungs if line.startswith(">")] == [rungs[3]]
    assert max(map(len, printed)) <= 100
    assert printed[-1] == "The whole report: climbs/one/report.html"


def test_the_terminal_says_what_was_not_built_and_what_is_not_ticked(edges, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    early = replace(edges["unbuilt"], unfinished="Not all was measured.")
    print_verdict(early)
    printed = capsys.readouterr().out
    assert printed.startswith("Not all was measured.")
    assert "lora, lora+rag: not needed: rag is proved" in printed
    assert "Retrieval (G2): 6 of 8 done; not yet: Prompt template optimised" in printed
    assert "What would change this" in printed


@pytest.mark.parametrize("name", ["no-bar", "none-meets", "unknown", "nothing", "one-rung"])
def test_the_terminal_prints_every_edge(edges, name, capsys):
    print_verdict(edges[name])
    assert edges[name].reason.split()[0] in capsys.readouterr().out
