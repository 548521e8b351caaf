"""Serves a request with a model or an agent: plan, tests, code, mending."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from prodwright.adapters.inside import write_inside
from prodwright.api.delivering import deliver
from prodwright.api.gating import judge_change
from prodwright.api.studio import Studio
from prodwright.core.brief import Brief, Change, Delivery
from prodwright.core.errors import BudgetSpent, NeedsInput, Stalled
from prodwright.core.judgement import Judgement
from prodwright.core.plan import ACCEPTED, Plan
from prodwright.core.stop import StopReason
from prodwright.engineer.phases import Ended, Kept
from prodwright.intake import PROFILE_PATH, settle_profile, write_profile
from prodwright.intake.general import QUESTIONS, criteria
from prodwright.kit import Hazard

_MOST_REVISIONS = 3
_MORE = (
    "`prodwright runs resume` with a higher --max-cost, --max-requests, --max-tokens "
    "or --max-seconds goes on with it"
)
PROFILE_STEP = "Keep the answers that shape the work"


@dataclass(frozen=True, slots=True, kw_only=True)
class WritingWorkshop:
    """Builds what is asked for.

    Attributes:
        studio: Where the model or agent works.
    """

    studio: Studio

    @property
    def hazards(self) -> tuple[Hazard, ...]:
        """Those that the gate looks for."""
        return self.studio.room.hazards

    @property
    def attempts(self) -> int:
        """How often work may go back to the engineer."""
        return self.studio.room.bench.settings.attempts

    def intake(self) -> Brief:
        """Settle the answers and the plan.

        Raises:
            NeedsInput: No plan can be made without an answer.
            Stalled: The engineer says nothing new while it plans.
            BudgetSpent: The plan alone took what the run may use.
        """
        bench, person = self.studio.room.bench, self.studio.room.person
        options = bench.record.options.get("answers")
        given = dict(options) if isinstance(options, dict) else {}
        ask = person.answer if person else None
        profile = settle_profile(QUESTIONS, given=given, known={}, inferred={}, ask=ask)
        brief = Brief(
            request=bench.record.request,
            engineer=self.studio.kind,
            subject=self.studio.author,
            profile=profile,
            criteria=criteria(profile.values()),
        )
        bench.progress.show(self.studio.announced(brief))
        plan = self._planned(brief)
        if not plan.agreed:  # else somebody has read it
            bench.progress.show(["plan:", *(f"  {line}" for line in plan.lines()), ""])
        return replace(brief, plan=plan)

    def _planned(self, brief: Brief) -> Plan:
        person = self.studio.room.person
        plan = self._plan(brief, "")
        for _ in range(_MOST_REVISIONS if person else 0):
            said = person.review(plan) if person else ""
            if isinstance(said, Plan):
                return said
            if not said:
                return replace(plan, agreed=ACCEPTED)
            plan = self._plan(replace(brief, plan=plan), said)
        return plan

    def _plan(self, brief: Brief, remarks: str) -> Plan:
        tree = self.studio.room.bench.git.tree_of(self.studio.room.base)
        planned = self.studio.engineer(tree).plan(brief, remarks)
        if isinstance(planned, Ended):
            raise _without_plan(planned)
        return planned

    def write(self, brief: Brief, earlier: Sequence[Judgement]) -> Change:
        """Have every step written, and commit it."""
        start = self._with_profile(brief)
        written = self.studio.engineer(start).write(brief, earlier)
        first = (PROFILE_STEP, "", start)
        room, author = self.studio.room, self.studio.author
        return room.committed(room.base, [first], written, author)

    def judge(self, brief: Brief, change: Change) -> Judgement:
        """Put the change through the gate."""
        stages = self.studio.stages(change.head)
        return judge_change(self.studio.room.bench, brief, change, self.hazards, stages)

    def deliver(self, brief: Brief, change: Change, judgement: Judgement) -> Delivery:
        """Hand over branch and report; the opinions were paid for as well."""
        whole = self.studio.charged(change)
        return deliver(self.studio.room.bench, brief, whole, judgement)

    def _with_profile(self, brief: Brief) -> str:
        def keep() -> Kept:
            tree = self.studio.room.bench.git.tree_of(self.studio.room.base)
            workplace = self.studio.room.hands.at(tree)
            profile = write_profile(brief.profile, QUESTIONS)
            write_inside(workplace.folder, str(PROFILE_PATH), profile.encode())
            return Kept(tree=self.studio.room.hands.keep())

        return self.studio.room.memory.once("profile", Kept, keep).tree


def _without_plan(ended: Ended) -> NeedsInput | BudgetSpent | Stalled:
    told = f"there is no plan: {ended.missing}"
    if ended.stopped is StopReason.BUDGET_SPENT:
        return BudgetSpent(told, hint=_MORE)
    if ended.stopped is StopReason.STALLED:
        return Stalled(told, hint="name another model, or ask for less at once")
    return NeedsInput(told, hint="say more of what is wanted, or name another model")
