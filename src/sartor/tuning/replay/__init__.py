"""General prompts and prose -> what keeps a model as it was while it learns something new.

general    the prompts and texts that come with Sartor: a part to train on, a part to measure by
mixing     these and the user's own -> as many tokens of replay as are asked for
"""

from sartor.tuning.replay.general import Part, general_prompts, general_texts
from sartor.tuning.replay.mixing import Replay, replay_examples

__all__ = ["Part", "Replay", "general_prompts", "general_texts", "replay_examples"]
