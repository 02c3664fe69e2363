"""Questions with evidence -> examples of answering from passages.

proving    a question and its evidence -> an answer that the checker found supported
showing    -> the passages a prompt shows: the right ones among what search really returns
grounding  both, for many questions -> examples
staleness  an example, the documents as they are now -> whether it still holds
"""

from sartor.tuning.grounding.grounding import WITHOUT_GOLD, Grounded, ground_examples
from sartor.tuning.grounding.staleness import stale

__all__ = ["WITHOUT_GOLD", "Grounded", "ground_examples", "stale"]
