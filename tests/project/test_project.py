"""The public face, end to end, with an embedder that needs no model."""

import json

import pytest

from sartor import Project, SartorError
from sartor.errors import ConfigError, InputError, NotAProject, NotFound, QueryError
from sartor.testing.embedder import HashingEmbedder


def ids(hits):
    return [hit.passage.document_id for hit in hits]


def test_documents_go_in_and_are_found_with_exact_spans(project, documents):
    report = project.add(documents)
    assert sorted(report.added) == ["delivery.txt", "returns.md", "warranty.md"]
    assert (report.waiting, report.self_retrieval.mean) == (0, 1.0)
    for mode in ("hybrid", "dense", "bm25"):
        hit = project.search("when are refunds paid", mode=mode)[0]
        assert hit.passage.document_id == "returns.md"
        text = project.document("returns.md").text
        assert text[hit.passage.start : hit.passage.end] == hit.passage.text
        assert project.passage(hit.passage.id) == hit.passage


def test_syncing_again_writes_nothing(project, documents):
    project.add(documents)
    ledger = project.folder / ".sartor/ledger.db"
    change = project._ledger.last_change()
    before = ledger.read_bytes()
    report = project.sync()
    assert (report.unchanged, report.added, report.changed) == (3, (), ())
    assert project._ledger.last_change() == change
    assert ledger.read_bytes() == before


def test_an_edited_paragraph_embeds_that_passage_and_no_other(project, documents):
    project.add(documents)
    path = documents / "returns.md"
    path.write_text(path.read_text().replace("30 days", "45 days"))
    report = project.sync()
    assert report.changed == ("returns.md",)
    assert (report.passages, report.embedded) == (1, 1)
    assert "45 days" in project.search("return unused items", k=1)[0].passage.text
    assert all("30 days" not in hit.passage.text for hit in project.search("30 days returned"))


def test_a_moved_file_keeps_its_passages(project, documents):
    project.add(documents)
    (documents / "service").mkdir()
    (documents / "warranty.md").rename(documents / "service/guarantee.md")
    report = project.sync()
    assert (report.moved, report.added, report.deleted) == (("service/guarantee.md",), (), ())
    assert report.embedded == 0
    assert ids(project.search("warranty frames", k=1)) == ["service/guarantee.md"]


def test_a_deleted_file_is_gone_from_both_legs(project, documents):
    project.add(documents)
    (documents / "delivery.txt").unlink()
    assert project.sync().deleted == ("delivery.txt",)
    for mode in ("bm25", "dense", "hybrid"):
        assert "delivery.txt" not in ids(project.search("delivery of furniture costs", mode=mode))
    with pytest.raises(NotFound, match=r"delivery\.txt"):
        project.document("delivery.txt")


def test_a_document_deleted_by_hand_stays_out_until_it_is_added_again(project, documents):
    project.add(documents)
    project.delete("delivery.txt")
    assert project.sync().added == ()
    (documents / "delivery.txt").write_text("Delivery costs 49 euros now.\n")
    report = project.sync()
    assert report.added == ()
    assert [trouble.item for trouble in report.skipped] == ["delivery.txt"]
    assert project.add(documents).added == ("delivery.txt",)


def test_deleting_an_unknown_document_names_the_nearest(project, documents):
    project.add(documents)
    with pytest.raises(NotFound, match="warranty.md"):
        project.delete("waranty.md")


def test_purging_leaves_no_byte_behind(project, documents):
    marker = "Zanzibarquartz"
    (documents / "secret.md").write_text(f"# Secret\n\nThe {marker} is kept in the cellar.\n")
    project.add(documents)

    def files_with_marker():
        project._index.catch_up(5)
        return [
            path.name
            for path in (project.folder / ".sartor").rglob("*")
            if path.is_file() and marker.lower().encode() in path.read_bytes().lower()
        ]

    assert "ledger.db" in {name.removesuffix("-wal") for name in files_with_marker()}
    project.purge("secret.md")
    assert files_with_marker() == []
    assert len(project.documents()) == 3


def test_rows_of_a_jsonl_are_documents_with_their_own_ids(project, tmp_path):
    rows = [{"_id": f"doc-{n}", "title": f"T{n}", "text": f"Number {n} is here."} for n in range(5)]
    path = tmp_path / "corpus.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    fields = {"id": "_id", "title": "title", "text": "text"}
    assert project.add(path, fields=fields).added == tuple(f"doc-{n}" for n in range(5))
    rows[2]["text"] = "Number two was rewritten."
    path.write_text("\n".join(map(json.dumps, [*rows[:4]])))
    report = project.sync()
    assert (report.changed, report.deleted, report.unchanged) == (("doc-2",), ("doc-4",), 3)


def test_two_sources_with_the_same_names_do_not_collide(project, tmp_path):
    for name in ("north", "south"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "rules.md").write_text(
            f"# Rules\n\nIn the {name} doors close at nine.\n"
        )
        project.add(tmp_path / name)
    assert sorted(d.id for d in project.documents()) == ["rules.md", "south/rules.md"]
    assert ids(project.search("south doors", k=1)) == ["south/rules.md"]
    assert project.remove_source("north") == 1
    assert [d.id for d in project.documents()] == ["south/rules.md"]


def test_labels_are_checked_inside_the_search(project, documents, tmp_path):
    project.add(documents)
    (tmp_path / "hr").mkdir()
    (tmp_path / "hr/pay.md").write_text("# Pay\n\nFurniture fitters earn 24 euros an hour.\n")
    project.add(tmp_path / "hr", labels=("hr",))
    query = "what do furniture fitters earn"
    assert "pay.md" not in ids(project.search(query))
    assert "pay.md" not in ids(project.search(query, labels=("sales",)))
    assert ids(project.search(query, k=1, labels=("hr",))) == ["pay.md"]
    assert ids(project.search(query, k=1, labels=None)) == ["pay.md"]


def test_collections_are_searched_alone_or_together(project, documents, tmp_path):
    project.add(documents, collection="shop")
    (tmp_path / "law").mkdir()
    (tmp_path / "law/returns.txt").write_text("The law gives 14 days to return items.\n")
    project.add(tmp_path / "law", collection="law")
    assert {*ids(project.search("return items"))} >= {"returns.md", "returns.txt"}
    assert ids(project.search("return items", collections=("law",))) == ["returns.txt"]
    assert (
        ids(project.search("return items", filters={"document": "returns.md"}))[0] == "returns.md"
    )
    with pytest.raises(QueryError, match="no collection 'lwa'; did you mean 'law'"):
        project.search("items", collections=("lwa",))


def test_metadata_filters_and_unknown_fields(project, tmp_path):
    rows = [{"id": str(y), "text": f"Report of the year {y}.", "year": y} for y in (2023, 2024)]
    (tmp_path / "r.jsonl").write_text("\n".join(map(json.dumps, rows)))
    project.add(tmp_path / "r.jsonl", fields={"id": "id", "text": "text", "year": "year"})
    assert ids(project.search("report of the year", filters={"year": 2024})) == ["2024"]
    assert ids(project.search("report of the year", filters={"year": "2024"})) == ["2024"]
    with pytest.raises(QueryError, match="no document has a field 'yaer'; did you mean 'year'"):
        project.search("report", filters={"yaer": 2024})


def test_without_waiting_words_are_found_and_vectors_follow(project, documents):
    report = project.add(documents, wait=False)
    assert report.waiting == report.passages > 0
    assert ids(project.search("warranty frames", mode="bm25"))[0] == "warranty.md"
    report = project.sync()
    assert (report.waiting, report.embedded) == (0, 3)


def test_an_answer_is_word_for_word_and_cited(project, documents):
    project.add(documents)
    answer = project.ask("How much does the delivery of furniture cost?")
    assert "39 euros" in answer.text
    for citation in answer.citations:
        text = project.document(citation.document_id).text
        assert text[citation.start : citation.end] == citation.quote
    assert project.ask("xylophone zebra quasar?").abstained


def test_backup_and_restore_give_the_same_project(project, documents, tmp_path):
    project.add(documents)
    project.backup(tmp_path / "shop.backup")
    with pytest.raises(InputError, match="exists already"):
        project.backup(tmp_path / "shop.backup")
    Project.restore(tmp_path / "shop.backup", tmp_path / "copy").close()
    with Project(tmp_path / "copy", embedder=HashingEmbedder()) as copy:
        assert [d.id for d in copy.documents()] == [d.id for d in project.documents()]
        assert ids(copy.search("refunds", k=1)) == ["returns.md"]
    (tmp_path / "no.zip").write_text("not a backup")
    with pytest.raises(InputError, match="is not a backup"):
        Project.restore(tmp_path / "no.zip", tmp_path / "other")


def test_the_index_is_rebuilt_when_its_folder_is_deleted(project, documents):
    import shutil

    project.add(documents)
    root = project.folder
    project.close()
    shutil.rmtree(root / ".sartor/index")
    with Project(root, embedder=HashingEmbedder()) as again:
        assert ids(again.search("refunds", k=1)) == ["returns.md"]
        assert again.verify_index().equal


def test_a_changed_embedder_is_refused_with_the_fix(project, documents):
    project.add(documents)
    root = project.folder
    project.close()
    other = HashingEmbedder(dimension=32)
    with Project(root, embedder=other) as again:
        with pytest.raises(SartorError, match="index rebuild"):
            again.search("refunds")
        again.rebuild_index()
        assert ids(again.search("refunds", k=1)) == ["returns.md"]


def test_queries_that_cannot_be_answered_are_refused(project, documents):
    project.add(documents)
    for query in ("", "   ", "x " * 20_000):
        with pytest.raises(QueryError):
            project.search(query)


def test_odd_queries_do_no_harm(project, documents):
    project.add(documents)
    for query in ("the of and", "返品の期限", "!!!", "🪑 furniture", "a" * 5000):
        try:
            project.search(query)
        except QueryError as error:
            assert error.hint


def test_what_is_not_a_project_says_how_to_make_one(tmp_path):
    with pytest.raises(NotAProject, match="sartor init"):
        Project(tmp_path)
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="is a file"):
        Project.init(tmp_path / "file")


def test_syncing_without_sources_or_with_an_unknown_one(project, documents):
    with pytest.raises(NotFound, match="no sources yet"):
        project.sync()
    with pytest.raises(InputError, match="does not exist"):
        project.add("nowhere")
    assert project.sources() == []
    project.add(documents)
    with pytest.raises(NotFound, match="no source 'docs'"):
        project.sync(["docs"])


def test_a_file_that_breaks_keeps_its_last_readable_version(project, documents):
    project.add(documents)
    (documents / "warranty.md").write_bytes(b"%PDF-1.7\nnothing")
    report = project.sync()
    assert [trouble.item for trouble in report.failed] == ["warranty.md"]
    assert ids(project.search("warranty frames", k=1)) == ["warranty.md"]
    assert [trouble.item for trouble in project.sync().failed] == ["warranty.md"]


def test_an_empty_folder_is_reported_not_an_error(project, tmp_path):
    (tmp_path / "empty").mkdir()
    report = project.add(tmp_path / "empty")
    assert (report.added, report.failed, report.unchanged) == ((), (), 0)


def test_doctor_finds_a_healthy_project_fine(project, documents):
    project.add(documents)
    findings = {finding.check: finding for finding in project.doctor()}
    assert all(finding.fine for finding in findings.values()), findings
    assert "3 documents" in findings["ledger"].found


def test_an_index_of_another_project_is_refused_not_believed(project, documents, tmp_path):
    import shutil

    project.add(documents)
    project.close()
    with Project.init(tmp_path / "other", embedder=HashingEmbedder()) as other:
        (tmp_path / "note.txt").write_text("Something else entirely.\n")
        other.add(tmp_path / "note.txt")
        other.close()
    shutil.rmtree(tmp_path / "other/.sartor/index")
    shutil.copytree(tmp_path / "shop/.sartor/index", tmp_path / "other/.sartor/index")
    with Project(tmp_path / "other", embedder=HashingEmbedder()) as mixed:
        with pytest.raises(SartorError, match="index rebuild"):
            mixed.search("returned items")
        mixed.rebuild_index()
        assert ids(mixed.search("something else", k=1)) == ["note.txt"]


def test_a_ledger_of_a_newer_version_is_left_alone(project, documents):
    import sqlite3
    from contextlib import closing

    from sartor.errors import LedgerTooNew

    project.add(documents)
    root = project.folder
    project.close()
    with closing(sqlite3.connect(root / ".sartor/ledger.db")) as database:
        database.execute("PRAGMA user_version = 999")
    with Project(root, embedder=HashingEmbedder()) as again, pytest.raises(LedgerTooNew):
        again.documents()


def test_adding_a_source_again_keeps_its_labels_and_fields(project, documents, tmp_path):
    project.add(documents, labels=("staff",), collection="shop")
    report = project.add(documents)
    assert (report.added, report.changed, report.unchanged) == ((), (), 3)
    assert project.search("refunds") == []
    [source] = project.sources()
    assert (source.labels, source.collection) == (("staff",), "shop")
    project.add(documents, labels=())
    assert ids(project.search("refunds", k=1)) == ["returns.md"]


def test_one_file_that_gives_nothing_is_not_kept_as_a_source(project, tmp_path):
    (tmp_path / "photo.png").write_bytes(b"\x89PNG")
    assert len(project.add(tmp_path / "photo.png").skipped) == 1
    assert project.sources() == []


def test_a_copy_is_reported(project, documents):
    (documents / "copy.txt").write_text((documents / "delivery.txt").read_text())
    twins = {report.id: report.duplicate_of for report in project.add(documents).documents}
    assert twins["delivery.txt"] == "copy.txt"


def test_searching_an_empty_project_says_how_to_fill_it(project):
    with pytest.raises(NotFound, match="no documents yet"):
        project.search("anything")
