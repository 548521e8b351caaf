"""Serves a request with a language model: plan, tests, code, mending."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from prodwright.adapters.desk import Desk
from prodwright.adapters.files import write_atomically
from prodwright.adapters.models import LanguageModel
from prodwright.api.bench import Bench
from prodwright.api.delivering import deliver
from prodwright.api.deskwork import Deskwork, explain
from prodwright.api.gating import judge_change
from prodwright.api.opining import Opinions, judged_stage
from prodwright.api.people import Person
from prodwright.api.remembering import ConversationMemory
from prodwright.core.brief import Brief, Change, CommittedStep, Delivery
from prodwright.core.conversation import Usage
from prodwright.core.errors import BudgetSpent, NeedsInput, UnknownName
from prodwright.core.judgement import Judgement
from prodwright.core.limits import dollars
from prodwright.core.plan import Plan
from prodwright.core.profile import Answer
from prodwright.core.redaction import Redaction, redaction_of
from prodwright.core.settings import ModelSettings
from prodwright.core.stop import StopReason
from prodwright.engineer.definitions import Definition
from prodwright.engineer.model import ModelEngineer, TestsSeen, Written
from prodwright.engineer.model.context import instructions
from prodwright.engineer.model.hands import Hands
from prodwright.engineer.model.session import Ended, Ledger, Session
from prodwright.intake import PROFILE_PATH, settle_profile, write_profile
from prodwright.intake.general import QUESTIONS, criteria
from prodwright.kit import Hazard
from prodwright.practices import load_practices

_MOST_REVISIONS = 3
_MOST_PRACTICES = 12  # guidance beyond that crowds out the work
PROFILE_STEP = "Keep the answers that shape the work"


@dataclass(frozen=True, kw_only=True)
class ModelWorkshop:
    """Serves a request with a language model.

    Attributes:
        bench: The run's surroundings.
        hazards: Those that the gate looks for.
        model: Who answers.
        settings: What it may use.
        persona: Who the engineer is.
        person: Who is asked; None when nobody is there.
        reviewer: Who judges practices that no check decides; None: the same model.
    """

    bench: Bench
    hazards: tuple[Hazard, ...]
    model: LanguageModel
    settings: ModelSettings
    persona: Definition
    person: Person | None = None
    reviewer: LanguageModel | None = None

    @property
    def attempts(self) -> int:
        """How often work may go back to the engineer."""
        return self.bench.settings.attempts

    def intake(self) -> Brief:
        """Settle the answers and the plan.

        Raises:
            NeedsInput: The model cannot plan without an answer.
            BudgetSpent: The plan alone took what the run may use.
        """
        options = self.bench.record.options.get("answers")
        given = dict(options) if isinstance(options, dict) else {}
        ask = self.person.answer if self.person else None
        profile = settle_profile(QUESTIONS, given=given, known={}, inferred={}, ask=ask)
        brief = Brief(
            request=self.bench.record.request,
            engineer="model",
            subject=self.model.name,
            profile=profile,
            criteria=criteria(profile.values()),
        )
        self.bench.progress.show(self._announced(brief))
        planned = replace(brief, plan=self._planned(brief))
        self.bench.progress.show(["plan:", *_indented(planned.plan), ""])
        return planned

    def _announced(self, brief: Brief) -> list[str]:
        limits = self.settings.limits.told()
        answers = (f"  {k} = {a.value}  ({a.origin})" for k, a in _answers(brief))
        price = (
            "" if self.model.price else " (its price is unknown: no cost is counted)"
        )
        return [
            "",
            f"brief: {self.model.name} as {self.persona.name}",
            f"  at most {limits}{price}",
            *(f"  note: {remark}" for remark in self.persona.remarks),
            *answers,
            "  it is done when",
            *(f"  - {criterion}" for criterion in brief.criteria),
            "",
        ]

    def _planned(self, brief: Brief) -> Plan:
        plan = self._plan(brief, "")
        for _ in range(_MOST_REVISIONS):
            remarks = self.person.review(plan) if self.person else ""
            if not remarks:
                break
            plan = self._plan(replace(brief, plan=plan), remarks)
        return plan

    def _plan(self, brief: Brief, remarks: str) -> Plan:
        planned = self._engineer.plan(brief, remarks)
        if isinstance(planned, Ended):
            raise _without_plan(planned)
        return planned

    def write(self, brief: Brief, earlier: Sequence[Judgement]) -> Change:
        """Have the model write and commit every step."""
        start = self._with_profile(brief)
        written = replace(self._engineer, base=start).write(brief, earlier)
        return self._committed(start, written)

    def judge(self, brief: Brief, change: Change) -> Judgement:
        """Put the change through the gate; what no check decides, a model looks at."""
        opinions = Opinions(
            model=self.reviewer or self.model,
            memory=self._memory,
            ledger=self._ledger,
            clean=self._clean,
        )
        stages = (("judgement", judged_stage(opinions, self.hazards, change.head)),)
        return judge_change(self.bench, brief, change, self.hazards, stages)

    def deliver(self, brief: Brief, change: Change, judgement: Judgement) -> Delivery:
        """Hand over branch and report."""
        return deliver(self.bench, brief, change, judgement)

    def _with_profile(self, brief: Brief) -> str:
        def keep() -> str:
            workplace = self._hands.at(self.bench.git.tree_of(self._base))
            profile = write_profile(brief.profile, QUESTIONS)
            write_atomically(workplace.folder / PROFILE_PATH, profile.encode())
            return self._hands.keep()

        return self._memory.once("profile", str, keep)

    def _committed(self, start: str, written: Written) -> Change:
        base = self._base
        trees = [(each.title, each.body, each.tree) for each in written.steps]
        steps = self.bench.workbench.commit_trees(
            base, [(PROFILE_STEP, "", start), *trees]
        )
        red = written.pledge >= 0 and written.steps
        pledge = self._holding(steps, written.steps[0].tree) if red else ""
        return Change(
            base=base,
            head=steps[-1].commit if steps else base,
            steps=steps,
            pledge=pledge,
            stopped=written.stopped.label if written.stopped else "",
            missing=written.missing,
            decisions=written.decisions,
            author=self.model.name,
            usage=written.usage,
        )

    def _holding(self, steps: Sequence[CommittedStep], tree: str) -> str:
        git = self.bench.git
        return next((e.commit for e in steps if git.tree_of(e.commit) == tree), "")

    @cached_property
    def _memory(self) -> ConversationMemory:
        return ConversationMemory(self.bench.folder.conversation)

    @cached_property
    def _base(self) -> str:
        return self.bench.record.base or self.bench.git.head()

    @cached_property
    def _deskwork(self) -> Deskwork:
        person = self.person
        return Deskwork(
            bench=self.bench,
            hazards=self.hazards,
            ask=person.tell if person else None,
            allow=person.allow if person else None,
        )

    @cached_property
    def _hands(self) -> Hands:
        folder = self.bench.folder
        desk = Desk(
            git=self.bench.git, folder=folder.desk, index=folder.path / "desk.index"
        )
        return Hands(desk, self._deskwork.workplace())

    @cached_property
    def _engineer(self) -> ModelEngineer:
        return ModelEngineer(
            session=self._session(),
            base=self.bench.git.tree_of(self._base),
            files=self.bench.git.files,
            test=self._tested,
            codemods=lambda start, tree: self._deskwork.codemods(
                self._hands, start, tree
            ),
            guidance=_guidance,
            applying=_applying,
            allowed=self.persona.tools,
        )

    @cached_property
    def _ledger(self) -> Ledger:
        begun = time.monotonic()
        return Ledger(
            limits=self.settings.limits,
            seconds=lambda: time.monotonic() - begun,
            charged=self._memory.charged(),
        )

    @cached_property
    def _clean(self) -> Redaction:
        return redaction_of(self.bench.variables.items())

    def _session(self) -> Session:
        return Session(
            model=self.model,
            memory=self._memory,
            act=self._hands,
            ledger=self._ledger,
            instructions=instructions(self.persona.persona),
            clean=self._clean,
            watch=lambda doing: self.bench.progress.note(
                f"{doing} | {_spent(self._ledger.used, self.settings)}"
            ),
        )

    def _tested(self, tree: str) -> TestsSeen:
        return self._hands.at(tree).test(())


def _guidance(name: str) -> str:
    try:
        return explain(name)
    except UnknownName:
        return ""  # found by a stage that is no hazard's: its message says it all


def _applying(brief: Brief) -> str:
    if brief.plan is None:
        return "\n".join(f"- {each.name}: {each.title}" for each in load_practices())
    planned = [each.practice for each in brief.plan.practices[:_MOST_PRACTICES]]
    return "\n\n".join(f"## {name}\n{explain(name)}" for name in planned)


def _answers(brief: Brief) -> list[tuple[str, Answer]]:
    return list(brief.profile.answers.items())


def _indented(plan: Plan | None) -> list[str]:
    return [f"  {line}" for line in plan.lines()] if plan else []


def _spent(used: Usage, settings: ModelSettings) -> str:
    most = dollars(settings.limits.cost_microdollars)
    cost = dollars(used.cost_microdollars)
    return f"{used.requests} requests, {used.tokens:,} tokens, {cost} of {most}"


def _without_plan(ended: Ended) -> NeedsInput | BudgetSpent:
    told = f"there is no plan: {ended.missing}"
    if ended.stopped is StopReason.BUDGET_SPENT:
        return BudgetSpent(told, hint="raise the limits, or ask for less at once")
    return NeedsInput(told, hint="say more of what is wanted, or name another model")
