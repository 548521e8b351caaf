"""Serves a request with a model or an agent: plan, tests, code, mending."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from prodwright.adapters.inside import write_inside
from prodwright.api.networking import settled_with_network, tell_of_lost
from prodwright.api.studio import Studio
from prodwright.core.brief import Brief, Change
from prodwright.core.errors import BudgetSpent, NeedsInput, Stalled
from prodwright.core.judgement import Judgement
from prodwright.core.plan import ACCEPTED, Plan
from prodwright.core.stop import StopReason
from prodwright.engineer.phases import Ended, Kept
from prodwright.intake import PROFILE_PATH, write_profile
from prodwright.intake.general import QUESTIONS, criteria

_MOST_REVISIONS = 3
_MORE = (
    "`prodwright runs resume` with a higher --max-cost, --max-requests, --max-tokens "
    "or --max-seconds goes on with it"
)
PROFILE_STEP = "Keep the answers that shape the work"


@dataclass(frozen=True, slots=True, kw_only=True)
class Building:
    """Something new: plan, tests, code.

    Attributes:
        studio: Where the model or agent works.
    """

    studio: Studio

    def intake(self) -> Brief:
        """Settle the answers and the plan.

        Raises:
            NeedsInput: No plan can be made without an answer.
            Stalled: The engineer says nothing new while it plans.
            BudgetSpent: The plan alone took what the run may use.
        """
        bench, person = self.studio.room.bench, self.studio.room.person
        profile = settled_with_network(bench, person.answer if person else None)
        wanted = bench.allowance.criteria()
        brief = Brief(
            request=bench.record.request,
            engineer=self.studio.kind,
            subject=self.studio.author,
            profile=profile,
            criteria=(*criteria(profile.values()), *wanted),
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
        tell_of_lost(self.studio.room.bench, brief.profile)
        start = self._with_profile(brief)
        written = self.studio.engineer(start).write(brief, earlier)
        first = (PROFILE_STEP, "", start)
        room, author = self.studio.room, self.studio.author
        return room.committed(room.base, [first], written, author)

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
