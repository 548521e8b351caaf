"""The whole product on one screen: one flow, four doors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from prodwright.core.brief import Brief, Change, Delivery
from prodwright.core.judgement import Judgement
from prodwright.runs.journal import Journal


class Workshop(Protocol):
    """What a run needs done; `api` wires the real one, tests a scripted one."""

    @property
    def attempts(self) -> int:
        """How often work may go back to the engineer; at least 1."""

    def intake(self) -> Brief:
        """Settle what is asked for; raises `NeedsInput` when that is impossible."""

    def write(self, brief: Brief, earlier: Sequence[Judgement]) -> Change:
        """Have the engineer write, knowing how the gate judged earlier attempts."""

    def judge(self, brief: Brief, change: Change) -> Judgement:
        """Put the change through the gate."""

    def deliver(self, brief: Brief, change: Change, judgement: Judgement) -> Delivery:
        """Hand over branch and report, whatever the judgement."""


def run(workshop: Workshop, journal: Journal) -> Delivery:
    """Turn a request into a delivered branch; called again, it goes on after a crash.

    Every step is safe to repeat: a crash before its record repeats it.

    Raises:
        ProdwrightError: The run cannot go on; what was journalled is kept.
    """
    step = journal.step
    brief = step("intake", Brief, workshop.intake)
    judgements: list[Judgement] = []
    changes: list[Change] = []
    for attempt in range(1, workshop.attempts + 1):
        change = step(f"engineer-{attempt}", Change, workshop.write, brief, judgements)
        if changes and change.head == changes[-1].head:
            changes[-1] = change  # it has nothing to add; what that took counts
            break
        changes.append(change)
        judgements.append(
            step(f"gate-{attempt}", Judgement, workshop.judge, brief, change)
        )
        if judgements[-1].passed or change.stopped:
            break
    outcome = (brief, changes[-1], judgements[-1])
    return step("deliver", Delivery, workshop.deliver, *outcome)
