"""The workshop in which a model or an agent writes, whatever is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from prodwright.api.delivering import deliver
from prodwright.api.gating import judge_change
from prodwright.api.studio import Studio
from prodwright.core.brief import Brief, Change, Delivery
from prodwright.core.judgement import Judgement
from prodwright.kit import Hazard


class Work(Protocol):
    """What is done in a workshop: something new is written, or code is mended."""

    @property
    def studio(self) -> Studio:
        """Where the model or agent works."""

    def intake(self) -> Brief:
        """Settle what is to be done."""

    def write(self, brief: Brief, earlier: Sequence[Judgement]) -> Change:
        """Have it done, knowing how earlier attempts were judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WritingWorkshop:
    """Has work done, and judges and delivers it.

    Attributes:
        work: What is done.
    """

    work: Work

    @property
    def hazards(self) -> tuple[Hazard, ...]:
        """Those that the gate looks for."""
        return self.work.studio.room.hazards

    @property
    def attempts(self) -> int:
        """How often work may go back to the engineer."""
        return self.work.studio.room.bench.settings.attempts

    def intake(self) -> Brief:
        """Settle what is to be done."""
        return self.work.intake()

    def write(self, brief: Brief, earlier: Sequence[Judgement]) -> Change:
        """Have it done."""
        return self.work.write(brief, earlier)

    def judge(self, brief: Brief, change: Change) -> Judgement:
        """Put the change through the gate, with what it says that it needs."""
        studio = self.work.studio
        studio.room.provide(change.head)
        stages = studio.stages(change.head)
        return judge_change(studio.room.bench, brief, change, self.hazards, stages)

    def deliver(self, brief: Brief, change: Change, judgement: Judgement) -> Delivery:
        """Hand over branch and report; the opinions were paid for as well."""
        whole = self.work.studio.charged(change)
        return deliver(self.work.studio.room.bench, brief, whole, judgement)
