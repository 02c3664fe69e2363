"""Answers of the wrong form -> what to try next: the prompt, then examples in it, then training.

Which of these were tried is read off the parts of the rungs that were measured. Facts are none of
its business: no form of training keeps up with documents that change.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sartor.ladder.again import AGAIN, Again
from sartor.ladder.rungs import Part, Rung

PROMPTING = {  # by room of measures
    "format": "State the schema in the prompt, and show examples of the format",
    "style": "Describe the voice in the prompt, and show examples of your own: examples.jsonl",
}
TRAINING = "Examples in the prompt were tried. The next lever is training on them"
MENDING = "Examples and training were tried. Give it more of them, and cleaner ones"
CHECK = "sartor tune check"


@dataclass(frozen=True, slots=True)
class Tried:
    """The rungs of a climb by name, which of them were measured, and why others were not.

    `again` writes the command that climbs so again.
    """

    rungs: Mapping[str, Rung] = field(default_factory=dict)
    measured: frozenset[str] = frozenset()
    missing: Mapping[str, str] = field(default_factory=dict)
    again: Again = AGAIN

    def lever(self, form: str, best: str) -> str:
        """Name the next thing to try for a form that the best rung does not keep to."""
        if not self._any_with("examples"):
            return _told(PROMPTING[form], self._way("examples", best))
        if not self._any_with("training"):
            return _told(TRAINING, self._way("training", best))
        return _told(MENDING, CHECK)

    def trains(self, name: str) -> bool:
        """Tell whether a rung is trained."""
        return name in self.rungs and "training" in self.rungs[name].parts

    def _any_with(self, part: Part) -> bool:
        return any(part in rung.parts for name, rung in self.rungs.items() if name in self.measured)

    def _way(self, part: Part, best: str) -> str:
        """Say how to come by a rung with this part, and as much else as the best one has."""
        having = self.rungs[best].parts if best in self.rungs else frozenset()
        others = [rung for name, rung in self.rungs.items() if name not in self.measured]
        fitting = sorted(
            (rung for rung in others if part in rung.parts),
            key=lambda one: (len((having | {part}) ^ one.parts), one.order),
        )
        if not fitting:
            return ""
        name = fitting[0].name
        if why := self.missing.get(name):
            return f"{name} was not measured, as {why}"
        return self.again.trained(name)


def _told(lever: str, way: str) -> str:
    return f"{lever}: {way}" if way else lever
