"""Any sequence of puts, edits, moves and deletions: the ledger says what a plain dict says."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from ledger_samples import FINGERPRINT, put, texts, vector_of

from sartor.knowledge.ledger import DeleteDocument, IndexRow, Ledger, MoveFile
from sartor.types import Source

NAMES = st.sampled_from(["a.md", "b.md", "c.md"])
PARAGRAPHS = st.lists(
    st.sampled_from(["One.", "Two words.", "Three.", "四", "V " * 2_100]), max_size=5
)
LABELS = st.sampled_from([(), ("staff",)])

Known = dict[tuple[str, int], int]  # (text, occurrence) -> key


class LedgerMachine(RuleBasedStateMachine):
    """Does everything twice: to a ledger and to dicts."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.ledger = Ledger(Path(self.folder.name) / "ledger.db", synchronous="OFF")
        self.ledger.put_source(Source("docs", "."))
        self.documents: dict[str, tuple[list[str], tuple[str, ...]]] = {}
        self.keys: dict[str, Known] = {}
        self.used: set[int] = set()
        self.embedded: set[str] = set()
        self.index: dict[int, IndexRow] = {}
        self.position = 0

    def teardown(self) -> None:
        self.ledger.close()
        self.folder.cleanup()

    @rule(name=NAMES, paragraphs=PARAGRAPHS, labels=LABELS)
    def put(self, name: str, paragraphs: list[str], labels: tuple[str, ...]) -> None:
        old = self.documents.get(name)
        done = self.ledger.commit([put(name, paragraphs, labels=labels)]).documents[0]
        same = old == (paragraphs, labels)
        assert done.what == ("added" if old is None else "unchanged" if same else "changed")
        self.documents[name] = (paragraphs, labels)
        self._check_keys(name, self.keys.get(name, {}))

    @rule(name=NAMES)
    def delete(self, name: str) -> None:
        done = self.ledger.commit([DeleteDocument(name)]).documents[0]
        assert done.what == ("deleted" if name in self.documents else "unchanged")
        self.documents.pop(name, None)
        self.keys.pop(name, None)

    @rule(old=NAMES, new=NAMES)
    @precondition(lambda self: self.documents)
    def move(self, old: str, new: str) -> None:
        if old == new or old not in self.documents:
            return
        self.ledger.commit([MoveFile("docs", old, new)])
        self.documents[new] = self.documents.pop(old)
        self._check_keys(new, self.keys.pop(old))

    @rule(share=st.sampled_from([1, 2]))
    def embed(self, share: int) -> None:
        lacking = list(self.ledger.unembedded(FINGERPRINT))
        assert {found.text for found in lacking} == self._texts() - self.embedded
        vectors = {found.hash: vector_of(found.text) for found in lacking[::share]}
        self.ledger.put_vectors(FINGERPRINT, vectors)
        self.embedded |= {found.text for found in lacking[::share]}

    @rule(limit=st.sampled_from([1, 100]), compact=st.booleans())
    def follow(self, limit: int, compact: bool) -> None:
        while self.position < self.ledger.last_change():
            changes = self.ledger.changes_since(self.position, limit)
            for key in self.index if changes.everything else changes.keys:
                self.index.pop(key, None)
            rows = self.ledger.index_rows(changes.keys, FINGERPRINT)
            self.index.update({row.key: row for row in rows})
            self.position = changes.upto
        if compact:
            self.ledger.compact_log(self.position)
        self._check_index()

    @invariant()
    def says_the_same(self) -> None:
        self.embedded &= self._texts()
        assert {found.id for found in self.ledger.documents()} == set(self.documents)
        for name, (paragraphs, labels) in self.documents.items():
            document = self.ledger.document(name)
            assert (document.text, document.labels) == ("\n\n".join(paragraphs), labels)
            assert [*texts(self.ledger, name).values()] == paragraphs

    @invariant()
    def is_sound(self) -> None:
        assert self.ledger.faults() == []

    def _texts(self) -> set[str]:
        return {text for paragraphs, _ in self.documents.values() for text in paragraphs}

    def _check_keys(self, name: str, before: Known) -> None:
        """A passage that was there keeps its key; a new one gets a key nobody ever had."""
        now: Known = {}
        for key, text in texts(self.ledger, name).items():
            occurrence = sum(known == text for known, _ in now)
            now[text, occurrence] = key
        for mark, key in now.items():
            assert key == before[mark] if mark in before else key not in self.used
        self.used.update(now.values())
        self.keys[name] = now

    def _check_index(self) -> None:
        """The follower holds every passage, as it is now."""
        assert set(self.index) == {key for known in self.keys.values() for key in known.values()}
        for name, (_, labels) in self.documents.items():
            for (text, _), key in self.keys[name].items():
                row = self.index[key]
                assert (row.text, row.labels) == (text, labels)
                assert (row.vectors is not None) == (text in self.embedded)


LedgerMachine.TestCase.settings = settings(max_examples=30, stateful_step_count=20, deadline=None)
TestLedgerAgainstADict = LedgerMachine.TestCase
