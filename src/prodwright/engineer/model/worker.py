"""A language model as the one who works in a phase."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from prodwright.core.conversation import Usage
from prodwright.core.errors import RunUnfit
from prodwright.core.plan import Plan
from prodwright.core.stop import StopReason
from prodwright.engineer.model.session import Ended as SessionEnded
from prodwright.engineer.model.session import Session
from prodwright.engineer.model.tools import Tool, load_tools
from prodwright.engineer.model.tools.submit_plan import SubmitPlan, plan_of
from prodwright.engineer.model.wording import TASKS
from prodwright.engineer.phases import Ended, Memory

_PLANNING = (
    "ask_user",
    "list_files",
    "look_up",
    "note_decision",
    "read_file",
    "search",
    "submit_plan",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelWorker:
    """Works through a session.

    Attributes:
        session: The conversation with the model.
        allowed: Names of the tools it may use; empty: all.
    """

    session: Session
    allowed: tuple[str, ...] = ()

    @property
    def memory(self) -> Memory:
        """Remembers answers and results."""
        return self.session.memory

    @property
    def used(self) -> Usage:
        """What all answers took so far."""
        return self.session.ledger.used

    @property
    def tasks(self) -> Mapping[str, str]:
        """What is to be done in each phase, said in terms of the tools."""
        return TASKS

    def plan(self, name: str, opening: str, tree: str) -> Plan | Ended:
        """Return the plan that was submitted, or how planning ended without one."""
        ended = self.session.phase(name, opening, self._tools(_PLANNING), tree)
        if ended.last is None:
            return self._told(ended)
        said = self.session.said(ended.last)
        try:
            return plan_of(SubmitPlan.model_validate(said))
        except ValueError as error:  # it was valid when it was handed in
            raise RunUnfit(
                "the remembered plan is damaged",
                hint="`prodwright runs undo` takes the run back",
            ) from error

    def work(self, name: str, opening: str, tree: str) -> Ended:
        """Let the model call tools until it finishes or is stopped."""
        tools = self._tools(sorted(set(load_tools()) - {"submit_plan"}))
        return self._told(self.session.phase(name, opening, tools, tree))

    def _tools(self, names: Sequence[str]) -> tuple[Tool, ...]:
        allowed = self.allowed or names
        return tuple(load_tools()[name] for name in names if name in allowed)

    def _told(self, ended: SessionEnded) -> Ended:
        said = self.session.said(ended.last)
        blocked = str(said.get("blocked", "")) if ended.stopped is None else ""
        return Ended(
            tree=ended.tree,
            summary=str(said.get("summary", "")),
            stopped=StopReason.NEEDS_INPUT if blocked else ended.stopped,
            missing=blocked or ended.missing,
            decisions=ended.decisions,
        )
