"""The truth of a project: sources, documents, passages, vectors and every change to them.

    PutDocument ...  ->  commit  ->  document, passage, piece, page   (one SQL database)
                                     change 17: passages 4, 9, 12
    an index         <-  changes_since(16), index_rows([4, 9, 12])
    an embedder      <-  unembedded(fingerprint)   ->  put_vectors    (change 18)

An index only follows: it can be thrown away. The ledger knows neither files nor readers nor
models; it is handed texts, spans and vectors, and keeps them whole.
"""

from sartor.knowledge.ledger.identity import embedded_text
from sartor.knowledge.ledger.ledger import Ledger
from sartor.knowledge.ledger.records import (
    Change,
    Changes,
    Committed,
    Counts,
    DeleteDocument,
    DocumentChange,
    DocumentSummary,
    FileRecord,
    ForgetFile,
    IndexRow,
    MoveFile,
    NewPassage,
    PutDocument,
    RecordFile,
    Unembedded,
)

__all__ = [
    "Change",
    "Changes",
    "Committed",
    "Counts",
    "DeleteDocument",
    "DocumentChange",
    "DocumentSummary",
    "FileRecord",
    "ForgetFile",
    "IndexRow",
    "Ledger",
    "MoveFile",
    "NewPassage",
    "PutDocument",
    "RecordFile",
    "Unembedded",
    "embedded_text",
]
