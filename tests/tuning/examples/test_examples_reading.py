"""Files of every kind of examples, and of kinds that are none."""

import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sartor.errors import ConfigError, InputError
from sartor.tuning.examples import read_examples, write_examples
from sartor.types import Example, Message, Rests

PAIR = [{"role": "user", "content": "How long?"}, {"role": "assistant", "content": "Two days."}]
CHAT = json.dumps({"messages": PAIR})


@pytest.fixture
def read(tmp_path):
    """Write a file and read it."""

    def written(content, name="voice.jsonl", **options):
        path = tmp_path / name
        data = content if isinstance(content, bytes) else content.encode()
        path.write_bytes(data)
        return read_examples(path, **options)

    return written


def said(example):
    return [(turn.role, turn.content) for turn in example.messages]


def errors(read):
    return [(one.line, one.kind, one.message) for one in read.findings if one.severity == "error"]


ASKED = [("user", "How long?"), ("assistant", "Two days.")]
SAME_IN_EVERY_FORM = {
    "chat": ("a.jsonl", CHAT, "openai chat"),
    "chat in parts": (
        "a.jsonl",
        json.dumps(
            {
                "messages": [
                    {"role": "user", "content": [{"type": "text", "text": "How long?"}]},
                    PAIR[1],
                ]
            }
        ),
        "openai chat",
    ),
    "a list": ("a.json", json.dumps([{"messages": PAIR}]), "openai chat"),
    "a list over many lines": ("a.json", json.dumps([{"messages": PAIR}], indent=2), "openai chat"),
    "a list, one row a line": ("a.json", f"[\n{CHAT}\n]", "openai chat"),
    "one object over many lines": (
        "a.json",
        json.dumps({"messages": PAIR}, indent=2),
        "openai chat",
    ),
    "prompt and completion": (
        "a.jsonl",
        '{"prompt": "How long?", "completion": "Two days."}',
        "prompt/completion",
    ),
    "prompt and completion as turns": (
        "a.jsonl",
        json.dumps({"prompt": PAIR[:1], "completion": PAIR[1:]}),
        "prompt/completion",
    ),
    "question and answer": (
        "a.jsonl",
        '{"question": "How long?", "answer": "Two days."}',
        "prompt/completion",
    ),
    "alpaca": (
        "a.json",
        '[{"instruction": "How long?", "input": "", "output": "Two days."}]',
        "alpaca",
    ),
    "sharegpt": (
        "a.json",
        '[{"conversations": [{"from": "human", "value": "How long?"},'
        ' {"from": "gpt", "value": "Two days."}]}]',
        "sharegpt",
    ),
    "csv": ("a.csv", "question,answer\nHow long?,Two days.\n", "csv"),
    "semicolons": ("a.csv", "Frage;Antwort\nHow long?;Two days.\n", "csv"),
    "tabs": ("a.tsv", "prompt\tcompletion\nHow long?\tTwo days.\n", "csv"),
    "dialogue": ("a.txt", "User: How long?\nAssistant: Two days.\n", "text"),
    "bold labels": ("a.md", "**User:** How long?\n\n**Assistant:** Two days.\n", "text"),
    "blocks": ("a.txt", "How long?\nTwo days.\n", "text"),
}


@pytest.mark.parametrize("form", SAME_IN_EVERY_FORM)
def test_the_same_example_is_read_from_every_form(form, read):
    name, content, kind = SAME_IN_EVERY_FORM[form]
    found = read(content, name)
    assert [said(example) for example in found.examples] == [ASKED]
    assert found.kind == kind
    assert errors(found) == []


@pytest.mark.parametrize("form", ["chat", "csv", "dialogue", "a list over many lines"])
@pytest.mark.parametrize(
    "spell",
    [
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.encode("utf-16"),
    ],
    ids=["BOM", "CRLF", "UTF-16"],
)
def test_the_way_a_file_is_encoded_changes_nothing(form, spell, read):
    name, content, _ = SAME_IN_EVERY_FORM[form]
    assert [said(example) for example in read(spell(content), name).examples] == [ASKED]


def test_utf_16_is_said(read):
    notes = [one.message for one in read(CHAT.encode("utf-16")).findings]
    assert any("UTF-16" in note for note in notes)


def test_systems_and_several_turns_are_kept(read):
    turns = [
        {"role": "developer", "content": "Be kind."},
        *PAIR,
        {"role": "user", "content": "And back?"},
        {"role": "assistant", "content": "Three."},
    ]
    (example,) = read(json.dumps({"messages": turns})).examples
    assert said(example) == [
        ("system", "Be kind."), *ASKED, ("user", "And back?"), ("assistant", "Three.")
    ]  # fmt: skip


def test_alpaca_joins_input_and_history(read):
    row = {
        "instruction": "Sum up.", "input": "A text.", "output": "Short.", "system": "Be brief.",
        "history": [["Hello?", "Hi."]],
    }  # fmt: skip
    (example,) = read(json.dumps(row)).examples
    assert said(example) == [
        ("system", "Be brief."), ("user", "Hello?"), ("assistant", "Hi."),
        ("user", "Sum up.\n\nA text."), ("assistant", "Short."),
    ]  # fmt: skip


def test_each_example_knows_its_line(read):
    found = read(f"\n{CHAT}\n\n{CHAT}\n")
    assert [example.source for example in found.examples] == ["voice.jsonl:2", "voice.jsonl:4"]
    listed = read(json.dumps([{"messages": PAIR}, {"messages": PAIR}], indent=1), "list.json")
    assert listed.examples[1].source.startswith("list.json:1")
    assert int(listed.examples[1].source.rpartition(":")[2]) > 2


def test_examples_on_one_line_have_names_of_their_own(read):
    found = read(json.dumps([{"messages": PAIR}, {"messages": PAIR}]), "list.json")
    assert [example.source for example in found.examples] == ["list.json:1[1]", "list.json:1[2]"]


BAD_ROWS = {
    "cut off": ('{"messages": [', "format", "ends before its object does"),
    "python": ("{'messages': []}", "format", "Python dict"),
    "a list": ("[1]", "format", "found a list; expected an object"),
    "a number": ("7", "format", "found a number"),
    "deep": ('{"messages":' + "[" * 100_000, "format", "nested too deeply"),
    "twice": ('{"messages": [], "messages": []}', "format", "'messages' stands there twice"),
    "other kind": ('{"prompt": "a", "completion": "b"}', "format", "looks like prompt/completion"),
    "no messages": ('{"id": 3}', "format", "rows with 'id'"),
    "a text": ('{"messages": "hello"}', "format", "rows with 'messages'"),
    "empty": ('{"messages": []}', "turn order", "no assistant turn"),
    "no answer": (json.dumps({"messages": PAIR[:1]}), "turn order", "no assistant turn"),
    "no question": (json.dumps({"messages": PAIR[1:]}), "turn order", "no user turn"),
    "open end": (json.dumps({"messages": [*PAIR, PAIR[0]]}), "turn order", "ends with a user turn"),
    "tool": (
        json.dumps({"messages": [*PAIR, {"role": "tool", "content": "{}"}, PAIR[1]]}),
        "role",
        "turn 3 is role 'tool', which is not supported",
    ),
    "function": (
        json.dumps({"messages": [*PAIR, {"role": "function", "content": "{}"}]}),
        "role",
        "'function'",
    ),
    "tool call": (
        json.dumps(
            {
                "messages": [
                    PAIR[0],
                    {"role": "assistant", "content": None, "tool_calls": [{"id": "1"}]},
                ]
            }
        ),
        "role",
        "turn 2 is a tool call",
    ),
    "role": (json.dumps({"messages": [{"role": "narrator"}]}), "role", "'narrator'"),
    "null": (
        json.dumps({"messages": [PAIR[0], {"role": "assistant", "content": None}]}),
        "format",
        "content of turn 2 is null; expected a text",
    ),
    "picture": (
        json.dumps(
            {"messages": [{"role": "user", "content": [{"type": "image_url"}]}, PAIR[1]]}
        ),
        "content",
        "image_url",
    ),
    "half a character": (
        '{"messages": [{"role": "user", "content": "\\ud83d"}, '
        '{"role": "assistant", "content": "x"}]}',
        "format",
        "half a character",
    ),
    "weight": (json.dumps({"messages": PAIR, "weight": -1}), "format", "weight is -1"),
    "infinite": (f'{{"messages": {json.dumps(PAIR)}, "weight": 1e999}}', "format", "weight is inf"),
    "tags": (json.dumps({"messages": PAIR, "tags": [3]}), "format", "tags are a list"),
    "passages": (json.dumps({"messages": PAIR, "rests_on": ["x"]}), "format", "passage_id"),
    "turn weight": (
        json.dumps({"messages": [PAIR[0], PAIR[1] | {"weight": 0}]}), "weight", "has weight 0"
    ),
}  # fmt: skip


def test_all_bad_rows_are_found_each_with_its_line_and_what_to_do(read):
    rows = [CHAT, *(row for row, _, _ in BAD_ROWS.values()), CHAT]
    found = read("\n".join(rows))
    assert len(found.examples) == 2
    for number, (name, (_, kind, told)) in enumerate(BAD_ROWS.items(), start=2):
        (finding,) = [one for one in found.findings if one.line == number]
        assert (finding.severity, finding.kind) == ("error", kind), name
        assert told in finding.message, name
        assert finding.fix, name
        assert finding.fixable, name


def test_what_can_be_saved_of_a_row_is_offered(read):
    tool = json.dumps({"messages": [*PAIR, {"role": "tool", "content": "{}"}]})
    found = read(f"{CHAT}\n{tool}")
    (mended,) = found.mended
    assert str(mended.place) == "line 2"
    assert mended.example is not None
    assert said(mended.example) == ASKED


def test_reading_goes_on_behind_a_bad_row_and_stops_inside_a_broken_list(read):
    assert len(read(f"{CHAT}\nnonsense\n{CHAT}").examples) == 2
    found = read(f"[\n{CHAT},\n{CHAT},\n{{oops\n]", "list.json")
    assert len(found.examples) == 2
    ((line, _, message),) = errors(found)
    assert line == 4
    assert "nothing behind it" in message


def test_a_huge_row_is_named(read, monkeypatch):
    from sartor.tuning.examples.reading import rows

    monkeypatch.setattr(rows, "LARGEST_ROW", 1_000)
    long = json.dumps({"messages": [PAIR[0], {"role": "assistant", "content": "x" * 2_000}]})
    ((line, _, message),) = errors(read(f"{CHAT}\n{long}"))
    assert line == 2
    assert "characters; expected at most 1,000" in message


def test_keys_that_say_nothing_to_us_are_named_once(read):
    found = read("\n".join(json.dumps({"messages": PAIR, "mood": "good"}) for _ in range(3)))
    assert [one.message for one in found.findings if one.kind == "unused"] == [
        "'mood' is not used (in 3 rows, from line 1 on)"
    ]


# --- tables -----------------------------------------------------------------------------------


def test_columns_are_mapped_by_name(read):
    table = 'What they asked,What we said,Team\n"How long, please?","Two\ndays",A\nAnd?,Three,B\n'
    found = read(table, "t.csv", fields={"user": "What they asked", "assistant": "What we said"})
    assert [said(one)[0][1] for one in found.examples] == ["How long, please?", "And?"]
    assert found.examples[0].target == "Two\ndays"
    assert [one.source for one in found.examples] == ["t.csv:2", "t.csv:4"]
    assert any("'Team' is not used" in one.message for one in found.findings)


def test_a_guess_is_said(read):
    found = read("Instruction,Response\na,b\n", "t.csv")
    (note,) = [one.message for one in found.findings if one.kind == "mapping"]
    assert "'Instruction' as user" in note
    assert "'Response' as assistant" in note


def test_fields_name_keys_of_json_rows_too(read):
    found = read('{"q_text": "a", "sql": "b"}', fields={"user": "q_text", "assistant": "sql"})
    assert said(found.examples[0]) == [("user", "a"), ("assistant", "b")]


def test_what_is_wrong_with_a_table_is_named(read):
    with pytest.raises(InputError, match="no column that looks like what the user") as caught:
        read("text,category\na,b\n", "t.csv")
    assert "--field user=COLUMN" in str(caught.value)
    with pytest.raises(InputError, match="no column 'quest'; did you mean 'question'"):
        read("question,answer\na,b\n", "t.csv", fields={"user": "quest"})
    with pytest.raises(ConfigError, match="unknown field 'usr'; did you mean 'user'"):
        read("question,answer\na,b\n", "t.csv", fields={"usr": "question"})
    found = read('question,answer\na,b,c\nd,e\n"open,f\n', "t.csv")
    assert [line for line, _, _ in errors(found)] == [2, 4]
    assert len(found.examples) == 1


def test_an_answer_may_be_longer_than_the_csv_library_expects(read):
    found = read(f"question,answer\na,{'x' * 200_000}\n", "t.csv")
    assert len(found.examples[0].target) == 200_000


# --- plain text -------------------------------------------------------------------------------


def test_a_blank_line_begins_another_conversation(read):
    text = "User: a\nAssistant: b\nUser: c\nAssistant: d\n\ne\n\nUser: f\nAssistant: g\n"
    found = read(text, "a.txt")
    assert [said(one) for one in found.examples] == [
        [("user", "a"), ("assistant", "b"), ("user", "c"), ("assistant", "d\n\ne")],
        [("user", "f"), ("assistant", "g")],
    ]
    assert [one.source for one in found.examples] == ["a.txt:1", "a.txt:8"]


def test_rules_begin_conversations_where_there_are_any(read):
    text = "User: a\n\nAssistant: b\n\nUser: c\n\nAssistant: d\n---\nUser: e\nAssistant: f\n"
    assert [len(one.messages) for one in read(text, "a.txt").examples] == [4, 2]


def test_blank_lines_between_all_turns_make_pairs_and_it_is_said(read):
    found = read("User: a\n\nAssistant: b\n\nUser: c\n\nAssistant: d\n", "a.txt")
    assert [len(one.messages) for one in found.examples] == [2, 2]
    assert any("---" in one.message for one in found.findings)


def test_questions_with_labels_are_pairs(read):
    found = read("Q: a\nA: b\nQ: c\nA: d\n", "faq.txt")
    assert [len(one.messages) for one in found.examples] == [2, 2]


def test_a_label_of_another_kind_may_stand_in_an_answer(read):
    (example,) = read("User: sum?\nAssistant: We add.\nAnswer: 42\n", "a.txt").examples
    assert example.target == "We add.\nAnswer: 42"


def test_text_that_nobody_says_is_an_error_with_its_line(read):
    found = read("A preface.\n\nUser: a\nAssistant: b\n", "a.txt")
    ((line, _, message),) = errors(found)
    assert line == 1
    assert "'A preface.'" in message


# --- other kinds of files ---------------------------------------------------------------------

OTHERS = {
    "test questions": ("q.jsonl", '{"question": "a", "expected": "b"}', "test questions"),
    "only questions": ("q.jsonl", '{"question": "a"}', "test questions"),
    "answers": ("run.jsonl", '{"id": "1", "answer": "b", "citations": []}', "recorded answers"),
    "preferences": ("p.jsonl", '{"prompt": "a", "chosen": "b", "rejected": "c"}', "preference"),
    "texts": ("t.jsonl", '{"text": "a"}', "plain texts"),
    "corpus": ("c.jsonl", '{"_id": "1", "title": "t", "text": "a"}', "BEIR"),
    "unknown": ("u.jsonl", '{"foo": 1, "bar": 2}', "rows with 'foo', 'bar'"),
    "pdf": ("d.pdf", b"%PDF-1.7\n", "a PDF document"),
    "office": ("d.docx", b"PK\x03\x04rest", "an Office document"),
    "parquet": ("d.parquet", b"PAR1rest", "a Parquet file"),
    "gzip": ("d.jsonl.gz", b"\x1f\x8brest", "a gzip archive"),
    "database": ("d.db", b"SQLite format 3\0", "an SQLite database"),
    "binary": ("d.bin", b"ab\0c", "binary data"),
    "prose": ("d.txt", "It was a dark night.\nNobody spoke.\n", "running text"),
    "markdown": ("d.md", "# Title\n\nText.\n", "a Markdown document"),
    "web": ("d.html", "<!DOCTYPE html><html></html>", "a web page"),
    "code": ("d.py", "import os\n\nprint(os)\n", "code"),
    "nothing": ("d.jsonl", b"\n \n", "is empty"),
    "an empty list": ("d.json", "[]", "an empty list"),
    "latin": ("d.jsonl", CHAT.encode() + b'\n{"\xe4', "not UTF-8 at byte"),
}


@pytest.mark.parametrize("name", OTHERS)
def test_a_file_of_another_kind_is_named_with_what_to_do(name, read):
    file, content, looks = OTHERS[name]
    with pytest.raises(InputError, match=looks) as caught:
        read(content, file)
    assert file in str(caught.value)
    assert caught.value.hint


def test_the_byte_that_is_not_utf_8_is_named_with_its_line(read):
    with pytest.raises(InputError, match=r"byte 7, on line 2"):
        read(b"User: \n\xe4")


def test_a_folder_and_a_missing_file_are_named(tmp_path):
    with pytest.raises(InputError, match="is a folder"):
        read_examples(tmp_path)
    with pytest.raises(InputError, match="cannot be read: No such file"):
        read_examples(tmp_path / "nothing.jsonl")


# --- writing ----------------------------------------------------------------------------------

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
TURNS = st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=3)


@st.composite
def examples(draw):
    system = [Message("system", draw(TEXTS))] if draw(st.booleans()) else []
    turns = [
        message
        for asked, answered in draw(TURNS)
        for message in (Message("user", asked), Message("assistant", answered))
    ]
    return Example(
        (*system, *turns),
        weight=draw(st.floats(0.01, 100)),
        rests_on=tuple(
            draw(st.lists(st.builds(Rests, TEXTS, TEXTS, TEXTS, st.booleans()), max_size=2))
        ),
        tags=tuple(draw(st.lists(TEXTS, max_size=2))),
    )


@settings(max_examples=60, deadline=None)
@given(st.lists(examples(), min_size=1, max_size=5))
def test_what_is_written_is_read_again_exactly(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("written") / "a.jsonl"
    write_examples(path, rows)
    again = read_examples(path)
    assert errors(again) == []
    assert [(one.messages, one.weight, one.rests_on, one.tags) for one in again.examples] == [
        (one.messages, one.weight, one.rests_on, one.tags) for one in rows
    ]


def test_a_file_that_cannot_be_written_stays_as_it_was(tmp_path):
    path = tmp_path / "a.jsonl"
    write_examples(path, [Example((Message("user", "a"), Message("assistant", "b")))])
    before = path.read_bytes()
    with pytest.raises(InputError, match="half a character"):
        write_examples(path, [Example((Message("user", "\ud83d"), Message("assistant", "b")))])
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_no_bytes_whatever_make_reading_crash(tmp_path):
    dice = random.Random(0)
    path = tmp_path / "a.jsonl"
    whole = f'{CHAT}\n[{CHAT}]\nUser: a\nAssistant: b\nquestion,answer\n"x",y\n'.encode()
    for _ in range(300):
        data = bytearray(whole)
        for _ in range(dice.randint(1, 6)):
            place = dice.randrange(len(data))
            data[place : place + dice.randint(0, 3)] = dice.randbytes(dice.randint(0, 3))
        path.write_bytes(bytes(data))
        try:
            found = read_examples(path)
        except InputError as error:
            assert "a.jsonl" in str(error)
        else:
            assert all(one.target is not None for one in found.examples)


def test_an_object_around_the_examples_is_named(read):
    with pytest.raises(InputError, match="one object that holds the examples under 'data'") as told:
        read(json.dumps({"version": 3, "data": [json.loads(CHAT)]}))
    assert "jq '.data' FILE" in str(told.value)


def test_what_is_broken_in_a_list_on_one_line_hides_what_stands_behind_it(read):
    (found,) = read(f'[{CHAT}, {{"messages": ]}}, {CHAT}]').findings
    assert (found.kind, found.item, found.fixable) == ("broken off", 2, False)
    assert "nothing behind it in the file could be read" in found.message


def test_behind_a_broken_object_that_is_indented_like_others_reading_goes_on(read):
    found = read(f"[\n  {CHAT},\n  {CHAT[:-4]},\n  {CHAT}\n]")
    assert [one.source.rpartition(":")[2] for one in found.examples] == ["2", "4"]
    assert [(one.line, one.fixable) for one in found.findings] == [(3, True)]
