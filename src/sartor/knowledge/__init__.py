"""Documents in, cited passages out: reading, splitting, embedding, ledger, index, search."""
