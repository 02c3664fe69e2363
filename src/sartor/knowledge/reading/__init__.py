"""Files in, readings out: text with its structure, pages, boxes and metadata.

    walk      a folder or file -> the files in it, the skipped, the refused
    kinds     a file -> which reader may read it
    pool      files -> readings, in limited child processes that are replaced when they fail
    pdf, docx, html, markdown, plain, table, records    one file per kind of document

Nothing here knows about sources, the ledger, passages or vectors.
"""

VERSION = "1"  # raise it when any reader gives another text for the same file: all are read again
