"""Whom the work could reach, as a report tells it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from prodwright.core.allowance import listed


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """What the user let the work reach.

    Attributes:
        hosts: Whom commands and tests could reach during the work.
        gate: Whether the gate could, too.
        isolation: How they were confined.
    """

    hosts: tuple[str, ...] = ()
    gate: bool = False
    isolation: str = ""

    def document(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "hosts": list(self.hosts),
            "gate": self.gate,
            "isolation": self.isolation,
        }

    def sentences(self) -> tuple[str, ...]:
        """Return it as sentences without a full stop; none when nobody was reached."""
        if not self.hosts:
            return ()
        gate = "the gate as well" if self.gate else "the gate judged without a network"
        told = f"the work could reach {listed(self.hosts)}; {gate}"
        return (f"{told} (isolation: {self.isolation})",)
