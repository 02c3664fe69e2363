"""Adapters and what is known of them: versions that never change, aliases, cards.

registry      add, list, show, diff, promote, rollback, delete
cards         everything worth knowing of one version
verifying     an adapter and a base model in; whether they belong together
importing     a folder that was trained elsewhere -> what a version of ours is made from
exporting     a version -> a folder for other servers, and the lines that start them
purging       documents that leave for good -> the versions that learned from them
learned       a card -> the file of examples that it learned from
providers     examples -> the files and steps for a provider's own fine-tuning
merging       an adapter and its base -> one model; the only file that needs torch
"""

from sartor.tuning.registry.aliases import Promotion
from sartor.tuning.registry.cards import BaseFacts, Card, DataFacts, TrainingFacts
from sartor.tuning.registry.differences import Difference
from sartor.tuning.registry.exporting import Exported
from sartor.tuning.registry.registry import About, Registry
from sartor.tuning.registry.verifying import verify

__all__ = [
    "About",
    "BaseFacts",
    "Card",
    "DataFacts",
    "Difference",
    "Exported",
    "Promotion",
    "Registry",
    "TrainingFacts",
    "verify",
]
