"""CSV, JSON and JSON Lines: rows become documents."""

from __future__ import annotations

import json

import pytest

from sartor.errors import ReadingError
from sartor.knowledge.reading.records import RecordsReader
from sartor.knowledge.reading.table import TableReader
from sartor.protocols import ReadOptions
from sartor.testing.conformance_reader import ReaderConformance
from sartor.types import Reading, Trouble

FIELDS = {"id": "_id", "title": "title", "text": "text"}


def read(reader, path, content, fields=None):
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    found = list(reader.read(path, ReadOptions(fields=fields or {})))
    readings = [item for item in found if isinstance(item, Reading)]
    return readings, [item for item in found if isinstance(item, Trouble)]


def lines(*rows):
    return "".join(row if isinstance(row, str) else json.dumps(row) + "\n" for row in rows)


class TestRecordsReader(ReaderConformance):
    @pytest.fixture
    def reader(self):
        return RecordsReader()

    @pytest.fixture
    def good_file(self, tmp_path):
        path = tmp_path / "rows.jsonl"
        path.write_text(lines({"id": 1, "text": "one row"}, {"id": 2, "text": "another row"}))
        return path

    @pytest.fixture
    def empty_file(self, tmp_path):
        path = tmp_path / "rows.jsonl"
        path.write_text("\n\n")
        return path


class TestTableReader(ReaderConformance):
    @pytest.fixture
    def reader(self):
        return TableReader()

    @pytest.fixture
    def good_file(self, tmp_path):
        path = tmp_path / "rows.csv"
        path.write_text("name,days\nbook,14\n")
        return path

    @pytest.fixture
    def empty_file(self, tmp_path):
        path = tmp_path / "rows.csv"
        path.write_text("\n,,\n")
        return path


def test_each_row_is_a_document_with_its_own_id(tmp_path):
    rows = lines(
        {"_id": 7, "title": "T", "text": "first", "meta": {"year": 1999}, "other": "unmapped"},
        {"_id": "b/../c", "title": None, "text": "second"},
    )
    readings, troubles = read(
        RecordsReader(), tmp_path / "a.jsonl", rows, {**FIELDS, "year": "meta.year"}
    )
    assert troubles == []
    assert [(r.key, r.title, r.text) for r in readings] == [
        ("7", "T", "first"),
        ("b/../c", "", "second"),
    ]
    assert dict(readings[0].metadata) == {"year": 1999}


def test_a_bad_row_costs_that_row_alone(tmp_path):
    rows = lines(
        {"_id": "a", "text": "good"},
        "{broken\n",
        "\n",
        {"_id": "a", "text": "again"},
        {"_id": "c", "txt": "misnamed"},
        {"_id": "d", "text": "  "},
        {"_id": "e", "text": {"deep": 1}},
        {"_id": None, "text": "nameless"},
        "[1, 2]\n",
        "[" * 100_000 + "\n",
        {"_id": "z", "text": "good too"},
    )
    readings, troubles = read(RecordsReader(), tmp_path / "a.jsonl", rows, FIELDS)
    assert [r.key for r in readings] == ["a", "z"]
    assert [t.item for t in troubles] == [f"row {n}" for n in (2, 4, 5, 6, 7, 8, 9, 10)]
    reasons = [t.reason for t in troubles]
    assert "not valid JSON" in reasons[0]
    assert "'a' has been used by an earlier row" in reasons[1]
    assert reasons[2] == "no field 'text'; did you mean 'txt'?; the row has: _id, txt"
    assert reasons[4] == "the field 'text' holds an object, expected text"
    assert reasons[7] == "it is nested too deeply"


def test_invalid_utf8_costs_its_row_and_lone_surrogates_are_replaced(tmp_path):
    content = b'{"id":1,"text":"\xff"}\n{"id":2,"text":"a\\ud800b"}\n'
    readings, troubles = read(RecordsReader(), tmp_path / "a.jsonl", content)
    assert [t.item for t in troubles] == ["row 1"]
    assert [r.text for r in readings] == ["a\ufffdb"]


def test_obvious_fields_are_recognised_and_said(tmp_path):
    readings, _ = read(RecordsReader(), tmp_path / "a.jsonl", lines({"_id": "x", "body": "text"}))
    assert (readings[0].key, readings[0].text) == ("x", "text")
    assert readings[0].notes == ("fields recognised by their names: id='_id', text='body'",)


def test_without_an_obvious_text_the_fields_are_named(tmp_path):
    with pytest.raises(ReadingError, match="the first row has: sku, price"):
        read(RecordsReader(), tmp_path / "a.jsonl", lines({"sku": 1, "price": 2}))


@pytest.mark.parametrize(
    "content",
    [
        '[{"id": 1, "text": "one"}, {"id": 2, "text": "two"}]',
        '{"data": [{"id": 1, "text": "one"}, {"id": 2, "text": "two"}]}',
        '\ufeff{"id": 1, "text": "one"}\n{"id": 2, "text": "two"}',
    ],
)
def test_json_is_read_in_every_shape(tmp_path, content):
    readings, _ = read(RecordsReader(), tmp_path / "a.json", content)
    assert [(r.key, r.text) for r in readings] == [("1", "one"), ("2", "two")]


def test_a_file_of_nothing_but_bad_rows_is_given_up(tmp_path):
    path = tmp_path / "a.jsonl"
    path.write_text(lines(*({"n": n} for n in range(3000))))
    with pytest.raises(ReadingError, match="gave up after 1,000 rows"):
        list(RecordsReader().read(path, ReadOptions(fields=FIELDS)))


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_a_table_becomes_markdown_that_repeats_its_header(tmp_path, delimiter):
    rows = "\n".join(f"book {n}{delimiter}{n}" for n in range(200))
    content = f"name{delimiter}days\n{rows}\n"
    (reading,), _ = read(TableReader(), tmp_path / "a.csv", content)
    tables = [reading.text[b.start : b.end] for b in reading.blocks]
    assert len(tables) > 2
    assert all(table.startswith("| name | days |\n| --- | --- |\n| book ") for table in tables)
    assert sum(table.count("| book ") for table in tables) == 200


def test_mapped_columns_make_one_document_a_row(tmp_path):
    content = 'key,body,year\n1,"one, two",1999\n2,,2000\n3,three,2001,extra\n'
    fields = {"id": "key", "text": "body", "year": "year"}
    readings, troubles = read(TableReader(), tmp_path / "a.csv", content, fields)
    assert [(r.key, r.text, r.metadata["year"]) for r in readings] == [("1", "one, two", "1999")]
    assert [t.item for t in troubles] == ["row 3", "row 4"]


def test_an_unclosed_quote_is_refused(tmp_path):
    with pytest.raises(ReadingError, match="cannot be parsed"):
        read(TableReader(), tmp_path / "a.csv", 'a,b\n"' + "x," * 1_000_000)
