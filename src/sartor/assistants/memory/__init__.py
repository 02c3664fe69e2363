"""What a project remembers of its answers: finished ones, and a trace of each.

One small database beside the ledger. It is a cache: whatever is wrong with it, it is set aside
and made anew, and no answer fails because of it.

    Memory      the database: remember, recall, traces, forget
    cache_key   everything an answer depends on besides the documents, as one key
"""

from sartor.assistants.memory.keys import cache_key
from sartor.assistants.memory.memory import Memory

__all__ = ["Memory", "cache_key"]
