"""Who thinks and writes in a phase, whatever it is that thinks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from prodwright.core.conversation import Usage
from prodwright.core.plan import Plan
from prodwright.core.stop import StopReason
from prodwright.engineer.phases.memory import Memory


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a phase ended.

    Attributes:
        tree: The files as they are now.
        summary: What the worker says of them.
        stopped: Why it ended early; None when the work was handed over.
        missing: What is missing then, as a phrase.
        decisions: What was noted, in order.
    """

    tree: str
    summary: str = ""
    stopped: StopReason | None = None
    missing: str = ""
    decisions: tuple[str, ...] = ()


class Worker(Protocol):
    """Works on the files of a tree; what it has done before, it reads back."""

    @property
    def memory(self) -> Memory:
        """Remembers what was done."""

    @property
    def used(self) -> Usage:
        """What all phases took so far."""

    @property
    def tasks(self) -> Mapping[str, str]:
        """What is to be done in each of `plan`, `tests`, `code` and `mend`."""

    def plan(self, name: str, opening: str, tree: str) -> Plan | Ended:
        """Return the plan, or how planning ended without one.

        Args:
            name: Of the phase; unique within the run.
            opening: What it is told.
            tree: The files it looks at.
        """

    def work(self, name: str, opening: str, tree: str) -> Ended:
        """Write, starting from `tree`, until the work is handed over or stopped.

        Args:
            name: Of the phase; unique within the run.
            opening: What it is told.
            tree: The files it starts from.
        """
