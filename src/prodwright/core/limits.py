"""How much a run may use, and whether it has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # every command reads its settings; few ask a model
    from prodwright.core.conversation import Usage

MICRODOLLARS = 1_000_000
LEAST_OUTPUT_TOKENS = 512  # below that no answer with an edit in it fits


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    """What a model costs.

    Attributes:
        input_microdollars: Per million tokens read.
        output_microdollars: Per million tokens written.
    """

    input_microdollars: int
    output_microdollars: int

    def of(self, input_tokens: int, output_tokens: int) -> int:
        """Return the cost in microdollars, rounded up: a limit must hold."""
        read = input_tokens * self.input_microdollars
        written = output_tokens * self.output_microdollars
        return -(-(read + written) // 1_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a model may use in one run; hard.

    Attributes:
        requests: Answered requests; 1 to 10,000.
        tokens: Read and written together.
        cost_microdollars: In millionths of a US dollar.
        wall_seconds: Of all processes that work on the run, together.
    """

    requests: int = 200
    tokens: int = 4_000_000
    cost_microdollars: int = 10 * MICRODOLLARS
    wall_seconds: float = 3_600.0

    def reached(self, used: Usage, seconds: float) -> str:
        """Return which limit is reached, as a phrase; empty when none is."""
        if used.requests >= self.requests:
            return f"{self.requests} requests"
        if used.tokens >= self.tokens:
            return f"{self.tokens:,} tokens"
        if (used.cost_microdollars or 0) >= self.cost_microdollars:
            return f"a cost of {dollars(self.cost_microdollars)}"
        return f"{self.wall_seconds:.0f} s" if seconds >= self.wall_seconds else ""

    def output_left(
        self, used: Usage, input_tokens: int, price: Price | None, most: int
    ) -> int:
        """Return how many tokens the next answer may have, so that no limit breaks.

        Args:
            used: So far.
            input_tokens: An upper estimate for the next request.
            price: Of the model; None when it is not known.
            most: What is wanted.
        """
        left = min(most, self.tokens - used.tokens - input_tokens)
        if price is None or not price.output_microdollars:
            return left
        money = self.cost_microdollars - (used.cost_microdollars or 0)
        money -= price.of(input_tokens, 0)
        return min(left, money * 1_000_000 // price.output_microdollars)

    def told(self) -> str:
        """Return the limits as a person reads them."""
        return (
            f"{self.requests} requests, {self.tokens:,} tokens, "
            f"{dollars(self.cost_microdollars)}, {self.wall_seconds:.0f} s"
        )


def dollars(microdollars: int | None) -> str:
    """Return an amount as a person reads it."""
    if microdollars is None:
        return "an unknown cost"
    return f"${microdollars / MICRODOLLARS:,.2f}"
