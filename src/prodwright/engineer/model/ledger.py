"""What a run has used of what it may use."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from prodwright.core.conversation import Usage
from prodwright.core.limits import Limits

_LEAST_SECONDS = 1.0  # what may take no time at all is not begun


@dataclass(slots=True)
class Ledger:
    """What the run has used so far, over all its phases.

    Attributes:
        limits: What it may use.
        seconds: Returns the wall-clock time that it has taken, in all processes.
        charged: Usage of each answer, by the name it is remembered under: reading
            one back costs nothing.
    """

    limits: Limits
    seconds: Callable[[], float]
    charged: dict[str, Usage] = field(default_factory=dict)

    @property
    def used(self) -> Usage:
        """The sum; its cost is unknown when one answer's is."""
        return sum(self.charged.values(), start=Usage())

    @property
    def counted(self) -> Usage:
        """The sum of what is known: an answer without a price lifts no limit."""
        return sum((each.known for each in self.charged.values()), start=Usage())

    def seconds_for(self, most_seconds: float) -> float:
        """Return how long something may take, so that the wall limit holds.

        Args:
            most_seconds: What is wanted.
        """
        left = max(self.limits.wall_seconds - self.seconds(), _LEAST_SECONDS)
        return min(most_seconds, left)

    def by_phase(self) -> tuple[tuple[str, Usage], ...]:
        """Return what each phase used, in the order in which they began."""
        phases: dict[str, Usage] = {}
        for name, usage in self.charged.items():
            phase = name.partition(".answer.")[0]
            phase = "opinions" if phase.startswith("judge.") else phase
            phases[phase] = phases.get(phase, Usage()) + usage
        return tuple(phases.items())
