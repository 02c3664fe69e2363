"""The nouns: plain frozen data that the rooms hand to each other.

Nothing here opens or imports anything heavy. Character positions are Python string
offsets into `Document.text`, half open: `document.text[start:end]`.
"""

from sartor.types.answers import (
    Answer,
    Citation,
    Completion,
    Cut,
    FinishReason,
    Message,
    Sentence,
    Step,
    Support,
    Usage,
)
from sartor.types.documents import (
    Block,
    BlockKind,
    Document,
    DocumentReport,
    Estimate,
    Hit,
    Page,
    Passage,
    Reading,
    Source,
    Span,
    SyncReport,
    Trouble,
)
from sartor.types.events import Checked, Done, Event, Retrieved, Token, Withdrawn
from sartor.types.measuring import Evidence, Question, Row, Score, Scorecard
from sartor.types.plain import NO_METADATA, Chosen, Leg, Measurement, Metadata, Mode, Scalar

__all__ = [
    "NO_METADATA",
    "Answer",
    "Block",
    "BlockKind",
    "Checked",
    "Chosen",
    "Citation",
    "Completion",
    "Cut",
    "Document",
    "DocumentReport",
    "Done",
    "Estimate",
    "Event",
    "Evidence",
    "FinishReason",
    "Hit",
    "Leg",
    "Measurement",
    "Message",
    "Metadata",
    "Mode",
    "Page",
    "Passage",
    "Question",
    "Reading",
    "Retrieved",
    "Row",
    "Scalar",
    "Score",
    "Scorecard",
    "Sentence",
    "Source",
    "Span",
    "Step",
    "Support",
    "SyncReport",
    "Token",
    "Trouble",
    "Usage",
    "Withdrawn",
]
