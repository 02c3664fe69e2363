"""What the model calls of one answer use, together, and what they may use.

In go completions as they come; out come their sum and the reason to stop, if there is one. A cost
that is unknown once stays unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from time import monotonic

from sartor.errors import BudgetRefused
from sartor.protocols import Generation, Model, Pricing
from sartor.types import Completion, Message, Usage


@dataclass(frozen=True, slots=True)
class Ceilings:
    """What all steps of one answer may use; a cost of 0 is no limit."""

    tokens: int
    seconds: float
    cost: float = 0.0


@dataclass(slots=True)
class Spending:
    """The model calls of one answer."""

    model: Model
    pricing: Pricing
    generation: Generation = Generation()
    usage: Usage = field(default_factory=Usage)
    cost: float | None = 0.0
    calls: int = 0
    clock: Callable[[], float] = monotonic
    began: float = field(init=False)

    def __post_init__(self) -> None:
        self.began = self.clock()

    def ask(self, prompt: str, *, max_tokens: int) -> str:
        """Ask the model something on the way to the answer: one message, a short text."""
        options = replace(self.generation, max_tokens=max_tokens, schema=None, adapter=None)
        return self.complete([Message("user", prompt)], options).text.strip()

    def complete(self, messages: Sequence[Message], options: Generation) -> Completion:
        """Complete and count."""
        return self.count(self.model.complete(messages, options))

    def count(self, completion: Completion) -> Completion:
        """Add what one completion used."""
        self.calls += 1
        self.usage += completion.usage
        cost = self._price(completion.usage, completion.model)
        self.cost = None if cost is None or self.cost is None else self.cost + cost
        return completion

    def allowed(self, prompt: int, ceilings: Ceilings) -> Generation:
        """Give the options of the answer itself within what is left for it.

        `prompt` is the tokens it will read. Raises `BudgetRefused` before anything is spent.
        """
        used = self.usage.input_tokens + self.usage.output_tokens
        left = ceilings.tokens - used - prompt
        if left <= 0:
            raise BudgetRefused(
                f"the prompt takes {prompt:,} tokens, and ask.max_tokens leaves "
                f"{max(0, ceilings.tokens - used):,} of {ceilings.tokens:,}",
                "raise ask.max_tokens, or give the model less to read (ask.context_tokens)",
            )
        wanted = self.generation.max_tokens
        options = replace(self.generation, max_tokens=left if wanted is None else min(wanted, left))
        if ceilings.cost:
            self._afford(Usage(prompt, options.max_tokens or 0), ceilings.cost)
        return options

    def _afford(self, most: Usage, limit: float) -> None:
        """Refuse what may cost more than is allowed, or nobody knows how much."""
        cost = self._price(most)
        if cost is None or self.cost is None:
            raise BudgetRefused(
                f"ask.max_cost is {limit:g} dollars, and the price of {self.model.name} is unknown",
                "put its price into a file, and name it as prices_file under [model]",
            )
        if self.cost + cost > limit:
            raise BudgetRefused(
                f"the answer may cost ${self.cost + cost:.6f}, and ask.max_cost is ${limit:g}",
                "raise ask.max_cost, or allow fewer tokens (model.max_tokens, ask.context_tokens)",
            )

    def _price(self, usage: Usage, reported: str = "") -> float | None:
        """Price usage by the name that the model gave itself, or else by the one we know it by."""
        cost = self.pricing.cost(reported, usage) if reported else None
        return self.pricing.cost(self.model.name, usage) if cost is None else cost

    def exhausted(self, ceilings: Ceilings) -> str:
        """Say which ceiling is reached; empty while there is room.

        A limit in dollars ends it as well when the price is unknown: nobody could keep to it.
        """
        used = self.usage.input_tokens + self.usage.output_tokens
        if used >= ceilings.tokens:
            return f"{used} of {ceilings.tokens} tokens are used"
        if self.clock() - self.began >= ceilings.seconds:
            return f"{ceilings.seconds:g} seconds are over"
        if ceilings.cost and self.cost is None:
            return f"the price of {self.model.name} is unknown"
        if ceilings.cost and self.cost is not None and self.cost >= ceilings.cost:
            return f"{self.cost:.4f} of {ceilings.cost:.4f} dollars are spent"
        return ""
