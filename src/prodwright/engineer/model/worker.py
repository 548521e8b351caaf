"""A language model as the one who works in a phase."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from prodwright.core.conversation import Call, Usage
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
            return _told(ended)
        return plan_of(SubmitPlan.model_validate_json(ended.last.arguments))

    def work(self, name: str, opening: str, tree: str) -> Ended:
        """Let the model call tools until it finishes or is stopped."""
        tools = self._tools(sorted(set(load_tools()) - {"submit_plan"}))
        return _told(self.session.phase(name, opening, tools, tree))

    def _tools(self, names: Sequence[str]) -> tuple[Tool, ...]:
        allowed = self.allowed or names
        return tuple(load_tools()[name] for name in names if name in allowed)


def _told(ended: SessionEnded) -> Ended:
    arguments = _arguments(ended.last)
    blocked = str(arguments.get("blocked", "")) if ended.stopped is None else ""
    missing = blocked or ended.missing
    return Ended(
        tree=ended.tree,
        summary=str(arguments.get("summary", "")) or f"Stopped early: {missing}.",
        stopped=StopReason.NEEDS_INPUT if blocked else ended.stopped,
        missing=missing,
        decisions=ended.decisions,
    )


def _arguments(call: Call | None) -> dict[str, object]:
    return dict(json.loads(call.arguments)) if call else {}
