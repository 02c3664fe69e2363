from __future__ import annotations

import hashlib
import os
import unicodedata

import pytest
import reading_samples as samples

from sartor.errors import InputError, ReadingError
from sartor.knowledge.reading.kinds import reader_for, recognise
from sartor.knowledge.reading.walk import content_hash, files, matches


def write(path, content="text"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)
    return path


def names(found):
    return [file.relative for file in found.files]


def test_files_are_found_in_one_order_and_hidden_ones_are_not_looked_at(tmp_path):
    for name in ("b.md", "a/z.md", "a/b/c.txt", ".hidden.md", ".sartor/x.md", "Z.md"):
        write(tmp_path / name)
    assert names(files(tmp_path)) == ["Z.md", "b.md", "a/z.md", "a/b/c.txt"]


def test_a_single_file_is_a_location_too(tmp_path):
    assert names(files(write(tmp_path / "one.md"))) == ["one.md"]


def test_a_location_that_does_not_exist_is_an_error(tmp_path):
    with pytest.raises(InputError, match="does not exist"):
        files(tmp_path / "nowhere")


def test_other_types_are_skipped_with_the_reason(tmp_path):
    write(tmp_path / "talk.pptx")
    write(tmp_path / "README")
    found = files(tmp_path)
    assert [(t.item, t.reason.split(";")[0]) for t in found.skipped] == [
        ("README", "no reader for a name without a suffix"),
        ("talk.pptx", "no reader for .pptx"),
    ]
    assert ".docx .htm .html" in found.skipped[1].reason


def test_include_and_exclude_choose_by_pattern(tmp_path):
    for name in ("a.md", "b.txt", "drafts/c.md", "drafts/deep/d.md", "x/drafts.md"):
        write(tmp_path / name)
    assert names(files(tmp_path, include=["*.md"])) == [
        "a.md", "drafts/c.md", "drafts/deep/d.md", "x/drafts.md"]  # fmt: skip
    assert names(files(tmp_path, exclude=["drafts", "*.txt"])) == ["a.md", "x/drafts.md"]
    assert names(files(tmp_path, include=["drafts/**/*.md"])) == ["drafts/c.md", "drafts/deep/d.md"]


@pytest.mark.parametrize(
    ("path", "pattern", "expected"),
    [
        ("a/b.md", "*.md", True),
        ("a/b.md", "a/*", True),
        ("a/b/c.md", "a/*.md", False),
        ("a/b/c.md", "a/**", True),
        ("a/b/c.md", "a/b", True),
        ("ab.md", "a?.md", True),
        ("a/b.md", "[a].md", False),
    ],
)
def test_patterns_mean_what_they_say(path, pattern, expected):
    assert matches(path, (pattern,)) is expected


def test_links_that_leave_the_folder_or_loop_are_refused(tmp_path):
    root = tmp_path / "root"
    write(root / "real.md")
    write(tmp_path / "outside.md")
    (root / "away.md").symlink_to(tmp_path / "outside.md")
    (root / "circle.md").symlink_to(root / "circle.md")
    (root / "folder").mkdir()
    (root / "folder" / "up").symlink_to(root)
    (root / "twin.md").symlink_to(root / "real.md")
    found = files(root)
    assert names(found) == ["real.md", "twin.md"]
    assert [(t.item, t.reason.split(":")[0]) for t in found.failed] == [
        ("away.md", "the link leaves the folder"),
        ("circle.md", "the link leads nowhere or in a circle"),
    ]
    assert [t.item for t in found.skipped] == ["folder/up"]


def test_what_is_no_file_is_refused_without_opening_it(tmp_path):
    os.mkfifo(tmp_path / "pipe.md")
    assert [t.reason for t in files(tmp_path).failed] == ["not a regular file"]


def test_odd_names_are_refused_and_can_still_be_printed(tmp_path):
    write(tmp_path / "line\nbreak.md")
    write(tmp_path / "reverse\u202egnp.md")
    with open(os.fsencode(tmp_path) + b"/latin-\xe9.md", "w") as file:
        file.write("text")
    found = files(tmp_path)
    assert found.files == []
    assert [t.item for t in found.failed] == [
        "latin-\\udce9.md",
        "line\\x0abreak.md",
        "reverse\\x202egnp.md",
    ]
    assert all(t.item.isprintable() for t in found.failed)


def test_ids_are_normalised_and_two_forms_of_one_name_collide(tmp_path):
    for form in ("NFC", "NFD"):
        write(tmp_path / f"{unicodedata.normalize(form, 'é')}.md")
    found = files(tmp_path)
    assert names(found) == ["é.md"]
    assert "another Unicode form" in found.failed[0].reason


def test_the_content_hash_is_that_of_the_bytes(tmp_path):
    path = write(tmp_path / "a.md", "content")
    assert content_hash(path) == hashlib.blake2b(b"content", digest_size=32).hexdigest()


def test_content_overrules_the_name(tmp_path):
    pdf = samples.plain_pdf(tmp_path / "report.txt")
    assert recognise(pdf).kind.name == "pdf"
    assert recognise(pdf).note == "the name ends in .txt, but the content is pdf"
    word = samples.word_document(tmp_path / "letter.md")
    assert recognise(word).kind.name == "docx"
    page = write(tmp_path / "page.txt", "<!DOCTYPE html><p>x")
    assert recognise(page).kind.name == "html"
    assert ".md" in reader_for(write(tmp_path / "a.md")).suffixes


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.md", samples.png(), "a PNG image"),
        ("a.docx", b"\xd0\xcf\x11\xe0rest", "encrypted Office"),
        ("a.csv", b"PK\x03\x04rest", "a zip archive"),
        ("a.pdf", b"plain words", "no PDF"),
        ("a.txt", b"", "empty"),
        ("a.xyz", b"text", "no reader for .xyz"),
    ],
)
def test_content_that_no_reader_takes_is_refused(tmp_path, name, content, reason):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(ReadingError, match=reason):
        recognise(tmp_path / name)
