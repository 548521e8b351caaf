"""Serves a request with a language model: plan, tests, code, mending."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from prodwright.adapters.inside import write_inside
from prodwright.api.delivering import deliver
from prodwright.api.gating import judge_change
from prodwright.api.studio import Studio
from prodwright.core.brief import Brief, Change, Delivery
from prodwright.core.errors import BudgetSpent, NeedsInput
from prodwright.core.judgement import Judgement
from prodwright.core.plan import Plan
from prodwright.core.stop import StopReason
from prodwright.engineer.model.session import Ended
from prodwright.intake import PROFILE_PATH, settle_profile, write_profile
from prodwright.intake.general import QUESTIONS, criteria
from prodwright.kit import Hazard

_MOST_REVISIONS = 3
PROFILE_STEP = "Keep the answers that shape the work"


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelWorkshop:
    """Builds what is asked for.

    Attributes:
        studio: Where the model works.
    """

    studio: Studio

    @property
    def hazards(self) -> tuple[Hazard, ...]:
        """Those that the gate looks for."""
        return self.studio.hazards

    @property
    def attempts(self) -> int:
        """How often work may go back to the engineer."""
        return self.studio.bench.settings.attempts

    def intake(self) -> Brief:
        """Settle the answers and the plan.

        Raises:
            NeedsInput: The model cannot plan without an answer.
            BudgetSpent: The plan alone took what the run may use.
        """
        bench, person = self.studio.bench, self.studio.person
        options = bench.record.options.get("answers")
        given = dict(options) if isinstance(options, dict) else {}
        ask = person.answer if person else None
        profile = settle_profile(QUESTIONS, given=given, known={}, inferred={}, ask=ask)
        brief = Brief(
            request=bench.record.request,
            engineer="model",
            subject=self.studio.model.name,
            profile=profile,
            criteria=criteria(profile.values()),
        )
        bench.progress.show(self.studio.announced(brief))
        plan = self._planned(brief)
        if person is None:  # else it was shown and accepted
            bench.progress.show(["plan:", *(f"  {line}" for line in plan.lines()), ""])
        return replace(brief, plan=plan)

    def _planned(self, brief: Brief) -> Plan:
        person = self.studio.person
        plan = self._plan(brief, "")
        for _ in range(_MOST_REVISIONS):
            remarks = person.review(plan) if person else ""
            if not remarks:
                break
            plan = self._plan(replace(brief, plan=plan), remarks)
        return plan

    def _plan(self, brief: Brief, remarks: str) -> Plan:
        tree = self.studio.bench.git.tree_of(self.studio.base)
        planned = self.studio.engineer(tree).plan(brief, remarks)
        if isinstance(planned, Ended):
            raise _without_plan(planned)
        return planned

    def write(self, brief: Brief, earlier: Sequence[Judgement]) -> Change:
        """Have the model write and commit every step."""
        start = self._with_profile(brief)
        written = self.studio.engineer(start).write(brief, earlier)
        first = (PROFILE_STEP, "", start)
        return self.studio.committed(self.studio.base, [first], written)

    def judge(self, brief: Brief, change: Change) -> Judgement:
        """Put the change through the gate; what no check decides, a model looks at."""
        stages = (("judgement", self.studio.opinions(change.head)),)
        return judge_change(self.studio.bench, brief, change, self.hazards, stages)

    def deliver(self, brief: Brief, change: Change, judgement: Judgement) -> Delivery:
        """Hand over branch and report; the opinions were paid for as well."""
        whole = self.studio.charged(change)
        return deliver(self.studio.bench, brief, whole, judgement)

    def _with_profile(self, brief: Brief) -> str:
        def keep() -> str:
            tree = self.studio.bench.git.tree_of(self.studio.base)
            workplace = self.studio.hands.at(tree)
            profile = write_profile(brief.profile, QUESTIONS)
            write_inside(workplace.folder, str(PROFILE_PATH), profile.encode())
            return self.studio.hands.keep()

        return self.studio.memory.once("profile", str, keep)


def _without_plan(ended: Ended) -> NeedsInput | BudgetSpent:
    told = f"there is no plan: {ended.missing}"
    if ended.stopped is StopReason.BUDGET_SPENT:
        return BudgetSpent(told, hint="raise the limits, or ask for less at once")
    return NeedsInput(told, hint="say more of what is wanted, or name another model")
