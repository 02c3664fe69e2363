"""One change goes in; the rooms of the ledger it concerns write it, within one transaction."""

from __future__ import annotations

from sartor.knowledge.ledger.documents import delete_document, put_document
from sartor.knowledge.ledger.files import forget_file, move_file, record_file
from sartor.knowledge.ledger.records import (
    Change,
    DeleteDocument,
    DocumentChange,
    ForgetFile,
    MoveFile,
    PutDocument,
    RecordFile,
)
from sartor.knowledge.ledger.transaction import Transaction


def apply(transaction: Transaction, change: Change) -> list[DocumentChange]:
    """Carry out one change; say what it did to each document."""
    match change:
        case PutDocument():
            return [put_document(transaction, change)]
        case DeleteDocument(id):
            return [delete_document(transaction, id)]
        case RecordFile(file):
            record_file(transaction.connection, file)
            return []
        case ForgetFile(source, path):
            return forget_file(transaction, source, path)
        case MoveFile(source, path, new_path):
            return move_file(transaction, source, path, new_path)
