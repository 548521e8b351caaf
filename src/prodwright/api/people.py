"""Somebody at the terminal, or in an editor, who can be asked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from prodwright.core.plan import Plan
from prodwright.core.profile import Question


class Person(Protocol):
    """Somebody at the terminal."""

    def answer(self, question: Question) -> str | None:
        """Answer a question of the intake; None leaves it to the default."""

    def review(self, plan: Plan) -> str | Plan:
        """Read the plan.

        Returns:
            Nothing to accept it, the plan as they edited it, or what is to be changed.
        """

    def tell(self, question: str) -> str | None:
        """Answer what the engineer asks; None when there is no answer."""

    def allow(self, command: Sequence[str]) -> bool:
        """Say whether a command may run."""

    def install(self, requirements: Sequence[str]) -> bool:
        """Say whether packages may be installed for this run."""
