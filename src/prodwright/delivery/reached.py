"""Whom the work could reach and what was installed for it, as a report tells it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from prodwright.core.allowance import listed
from prodwright.core.packages import Package


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """What the user let the work reach.

    Attributes:
        hosts: Whom commands and tests could reach during the work.
        gate: Whether the gate could, too.
        isolation: How they were confined.
        packages: What was installed for the run.
    """

    hosts: tuple[str, ...] = ()
    gate: bool = False
    isolation: str = ""
    packages: tuple[Package, ...] = ()

    def document(self) -> dict[str, Any]:
        """Return whom it reached, as JSON values."""
        return {
            "hosts": list(self.hosts),
            "gate": self.gate,
            "isolation": self.isolation,
        }

    def installed(self) -> list[dict[str, Any]]:
        """Return what was installed, as JSON values."""
        return [asdict(each) for each in self.packages]

    def sentences(self) -> tuple[str, ...]:
        """Return it as sentences without a full stop; none when there is nothing."""
        return (*self._network(), *self._packages())

    def _network(self) -> tuple[str, ...]:
        if not self.hosts:
            return ()
        gate = "the gate as well" if self.gate else "the gate judged without a network"
        told = f"the work could reach {listed(self.hosts)}; {gate}"
        return (f"{told} (isolation: {self.isolation})",)

    def _packages(self) -> tuple[str, ...]:
        if not self.packages:
            return ()
        named = [f"{e.name} {e.version}" for e in self.packages if e.requested]
        needed = [f"{e.name} {e.version}" for e in self.packages if not e.requested]
        told = f"installed for this run: {', '.join(named) or 'nothing asked for'}"
        more = f", and for them {', '.join(needed)}" if needed else ""
        return (f"{told}{more}",)
