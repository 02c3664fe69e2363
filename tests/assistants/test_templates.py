"""Templates: the user's over ours, in a sandbox, with errors that name the place."""

import pytest

from sartor.assistants.rungs import RUNGS
from sartor.assistants.templates import VARIABLES, Prompts
from sartor.errors import TemplateError

VALUES = {"question": "Why?", "passages": [], "boundary": "abc"}


def test_every_rung_and_step_has_a_default_that_can_be_read():
    assert set(RUNGS) <= set(Prompts().names())
    assert all(Prompts().text(name) for name in VARIABLES)


def test_a_file_of_the_project_wins_and_a_variant_of_it_wins_over_that(tmp_path):
    (tmp_path / "question.jinja").write_text("Mine: {{ question }}")
    (tmp_path / "question.terse.jinja").write_text("T: {{ question }}")
    prompts = Prompts(tmp_path)
    assert prompts.render("question", **VALUES) == "Mine: Why?"
    assert prompts.render("question", "terse", **VALUES) == "T: Why?"
    assert prompts.render("prompt", "terse", abstention="No.").endswith("No.")
    assert prompts.variants() == ["default", "terse"]


def test_a_template_that_was_changed_is_read_again(tmp_path):
    path = tmp_path / "question.jinja"
    path.write_text("One {{ question }}")
    prompts = Prompts(tmp_path)
    assert prompts.render("question", **VALUES) == "One Why?"
    path.write_text("Another one {{ question }}")
    assert prompts.render("question", **VALUES) == "Another one Why?"


def test_defaults_are_written_without_touching_what_is_there(tmp_path):
    (tmp_path / "rag.jinja").write_text("mine")
    written = Prompts().write_defaults(tmp_path)
    assert {path.name for path in written} == {f"{name}.jinja" for name in VARIABLES} - {
        "rag.jinja"
    }
    assert (tmp_path / "rag.jinja").read_text() == "mine"
    assert Prompts().write_defaults(tmp_path) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{{ question }}\n{{ pasages }}", "line 2: unknown variable 'pasages'; did you mean 'pas"),
        ("{{ passages }}", r"{{ question }} is missing"),
        ("{{ question }}\n{% for %}", "line 2: "),
        ("{{ question }}\n\n{{ question.nothing }}", "line 3: "),
        ("{{ question }}{% include 'gone.jinja' %}", "it includes 'gone.jinja'"),
        ("{{ question }}\n{{ question.__class__.__mro__ }}", "line 2: "),
        ("{{ question }}\n{{ ''.__class__.__base__.__subclasses__() }}", "line 2: "),
        ("{{ question }}{{ 'x' * 10 ** 10 }}", "makes too much"),
        ("{{ question }}{{ 'x' * 100000000 }}", "makes too much"),
        ("{{ question }}{% for i in range(1000000000) %}x{% endfor %}", "[Rr]ange"),
        ("{{ question }}{{ passages.append(1) }}", "unsafe|not safely"),
    ],
)
def test_a_broken_or_hostile_template_names_file_and_variables(tmp_path, text, message):
    (tmp_path / "question.jinja").write_text(text)
    with pytest.raises(TemplateError, match=message) as error:
        Prompts(tmp_path).render("question", **VALUES)
    assert "question.jinja" in str(error.value)
    assert "variables of question: question, passages, boundary" in error.value.hint


def test_a_template_that_is_not_utf_8_is_named(tmp_path):
    (tmp_path / "question.jinja").write_bytes("Antworte höflich: {{ question }}".encode("latin-1"))
    prompts = Prompts(tmp_path)
    for use in (prompts.text, lambda name: prompts.render(name, **VALUES)):
        with pytest.raises(TemplateError, match="question.jinja is not UTF-8 at byte 10"):
            use("question")


def test_a_template_that_hides_the_passages_is_refused_once_there_are_any(tmp_path):
    (tmp_path / "question.jinja").write_text("{{ question }}")
    prompts = Prompts(tmp_path)
    assert prompts.render("question", **VALUES) == "Why?", "a rung without documents has none"
    with pytest.raises(TemplateError, match=r"question.jinja: {{ passages }} is missing"):
        prompts.render("question", **{**VALUES, "passages": ["found"]})


def test_a_template_that_hides_the_conversation_is_refused(tmp_path):
    (tmp_path / "rewrite.jinja").write_text("{{ question }}")
    with pytest.raises(TemplateError, match=r"{{ history }} is missing"):
        Prompts(tmp_path).render("rewrite", question="And then?", history=["Why?"])


def test_a_value_that_is_not_given_is_an_error():
    with pytest.raises(TemplateError, match="abstention"):
        Prompts().render("prompt")


def test_a_value_is_never_a_template():
    said = Prompts().render("question", question="{{ boundary }}", passages=[], boundary="secret")
    assert said == "{{ boundary }}"


def test_unknown_names_and_variants_say_what_there_is(tmp_path):
    with pytest.raises(TemplateError, match="did you mean 'rewrite'"):
        Prompts(tmp_path).text("rewrit")
    with pytest.raises(TemplateError, match="there are: default"):
        Prompts(tmp_path).text("rag", "terse")


def test_a_template_can_put_the_number_of_a_passage_behind_each_of_its_sentences(tmp_path):
    (tmp_path / "question.jinja").write_text(
        "{% for one in passages %}{{ one.text | marked(one.number) }}\n{% endfor %}\n{{ question }}"
    )
    passages = [{"number": 2, "text": "It costs 40 euros. It is red."}]
    asked = Prompts(tmp_path).render("question", question="Why?", passages=passages, boundary="b")
    assert asked == "It costs 40 euros. [2] It is red. [2]\nWhy?"
