"""A conversation in, its tokens out, and which of them are learned.

encoded    one example as the network reads it
template   the text that a chat template makes of a conversation, and where the model writes in it
encoder    that text as tokens, with what is learned marked
roundtrip  what a template loses or changes of a conversation

They know a tokenizer, and neither files nor networks.
"""

from sartor.tuning.encoding.encoded import Encoded
from sartor.tuning.encoding.encoder import Encoder

__all__ = ["Encoded", "Encoder"]
