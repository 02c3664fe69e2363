"""A source sentence -> how much it says that something is so.

"We asked whether X raises Y" shares all words with "X raises Y" and supports nothing; "we conclude
that" announces what is worth citing. It knows turns of phrase of English reports and articles.
"""

from __future__ import annotations

import re
from functools import lru_cache

ASKS = -0.2  # what is asked, planned or unknown is not said: worth a fifth of a claim's words
CONCLUDES = 0.15
_KEPT = 4_096  # sentences remembered: sources come again and again

_ASKS = re.compile(
    r"""\b(?:aim(?:s|ed)?|objectives?|purpose|hypothes\w+|investigat\w+|whether|unknown|unclear
    |poorly\sunderstood|elusive|controversial|little\sis\sknown|remains?\sto
    |to\s(?:test|determine|assess|evaluate|examine|address|identify|explore|compare|study|understand)
    |we\s(?:sought|asked|tested|examined|assessed|evaluated|studied|analy[sz]ed|compared)
    |BACKGROUND|OBJECTIVES?|METHODS?|DESIGN|SETTING|was\sto)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_CONCLUDES = re.compile(
    r"""\b(?:conclu\w+|show(?:s|ed|n)?|found|finds?|findings?|suggest\w*|demonstrat\w+|results?
    |reveal\w*|indicat\w+|identif(?:y|ied)|thus|therefore|report|significant(?:ly)?|associated
    |in\ssummary|evidence)\b""",
    re.IGNORECASE | re.VERBOSE,
)


@lru_cache(maxsize=_KEPT)
def bearing(sentence: str) -> float:
    """Rate how much a sentence asserts: below zero when it asks, above when it concludes."""
    asks, concludes = _ASKS.search(sentence), _CONCLUDES.search(sentence)
    return (ASKS if asks or sentence.endswith("?") else 0.0) + (CONCLUDES if concludes else 0.0)
