"""A rung and questions -> a key for its scorecard: a hash of all that decides what is in it.

A rung that reads no documents depends only on those that hold the answers, by which it is judged;
one without examples does not depend on them. So climbing again asks only what may have changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from sartor import __version__
from sartor.assistants.rungs import RUNGS
from sartor.errors import NotFound
from sartor.evaluation.runs.folder import fingerprint
from sartor.project.rungs import Climbing, kind_of
from sartor.project.trained import TRAINED
from sartor.types import Question

if TYPE_CHECKING:
    from sartor.project.project import Project

KEY_LENGTH = 32


class Keys:
    """Keys of one climb; `voice` and `judge` are what else answers are measured with."""

    def __init__(self, project: Project, voice: Path | None, judge: str, seed: int) -> None:
        chosen = project.settings.eval
        self._project = project
        self._means = [
            __version__,
            (chosen.k, chosen.timeout, chosen.workers, chosen.resamples),
            sha256(voice.read_bytes()).hexdigest() if voice else "",
            judge,
            seed,
        ]

    def foreign(self, name: str, identity: str, questions: Sequence[Question]) -> str:
        """Name the scorecard of a system of the user's own; any document may be cited."""
        return self._key([name, identity, fingerprint(questions), self._documents()])

    def ours(self, name: str, climbing: Climbing, questions: Sequence[Question]) -> str | None:
        """Name the scorecard of a rung; None for one that is not trained yet."""
        kind = kind_of(name)
        adapter = climbing.adapter(name)
        if kind in TRAINED and adapter is None:
            return None
        over = RUNGS[TRAINED[kind].over if kind in TRAINED else kind]
        told: list[object] = [name, fingerprint(questions), climbing.about, self._settings()]
        if adapter:
            told.append((adapter.id, adapter.created, adapter.data_fingerprint))
        if over.examples:
            told.append(sha256(climbing.examples.read_bytes()).hexdigest())
        reads = over.knowledge != "none" or not climbing.about
        told.append(self._documents() if reads else self._evidence(questions))
        return self._key(told)

    def _settings(self) -> object:
        """Give the settings and prompts that answers depend on."""
        settings, prompts = self._project.settings, self._project._answering.prompts
        sections = (settings.ask, settings.model, settings.policy, settings.search)
        texts = [
            (name, variant, prompts.text(name, variant))
            for variant in prompts.variants()
            for name in prompts.names()
        ]
        return ([asdict(section) for section in sections], texts)

    def _documents(self) -> object:
        """Name the documents as they are now, and what embeds them."""
        ledger = self._project._ledger
        if not ledger.last_change():
            return ""
        return (ledger.identity(), ledger.last_change(), self._project._embedder.fingerprint)

    def _evidence(self, questions: Sequence[Question]) -> object:
        """Name the documents that answers are judged by."""
        named = {piece.document for question in questions for piece in question.evidence}
        return [(id, self._content(id)) for id in sorted(named)]

    def _content(self, id: str) -> str:
        try:
            return self._project._ledger.summary(id).content_hash
        except NotFound:
            return ""

    def _key(self, told: Sequence[object]) -> str:
        return sha256(repr([*self._means, *told]).encode()).hexdigest()[:KEY_LENGTH]
