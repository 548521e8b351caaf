"""Where a model works: its desk, its sandbox, its memory, and what it may use."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from prodwright.adapters.desk import Desk
from prodwright.adapters.models import LanguageModel
from prodwright.adapters.telemetry import TracedModel
from prodwright.api.bench import Bench
from prodwright.api.deskwork import Deskwork, explain
from prodwright.api.opining import Opinions, judged_stage
from prodwright.api.people import Person
from prodwright.api.remembering import ConversationMemory
from prodwright.core.brief import Brief, Change, CommittedStep
from prodwright.core.conversation import Call, Usage
from prodwright.core.errors import UnknownName
from prodwright.core.limits import dollars
from prodwright.core.redaction import Redaction, redaction_of
from prodwright.core.settings import ModelSettings
from prodwright.engineer.definitions import Definition
from prodwright.engineer.model import ModelEngineer, TestsSeen, Written
from prodwright.engineer.model.context import instructions
from prodwright.engineer.model.hands import Hands
from prodwright.engineer.model.ledger import Ledger
from prodwright.engineer.model.session import Done, Session
from prodwright.engineer.model.written import Mended
from prodwright.gate.stages.judged import JudgedStage
from prodwright.kit import Hazard
from prodwright.practices import load_practices

_MOST_PRACTICES = 12  # guidance beyond that crowds out the work


@dataclass(frozen=True, kw_only=True)
class Studio:
    """What every run that a model serves works with.

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

    def announced(self, brief: Brief) -> list[str]:
        """Return the brief and the limits as a person reads them beforehand."""
        limits = self.settings.limits.told()
        unknown = " (its price is unknown: no cost is counted)"
        answers = brief.profile.answers.items()
        return [
            "",
            f"brief: {self.model.name} as {self.persona.name}",
            f"  at most {limits}{'' if self.model.price else unknown}",
            *(f"  note: {remark}" for remark in self.persona.remarks),
            *(f"  {key} = {each.value}  ({each.origin})" for key, each in answers),
            "  it is done when",
            *(f"  - {criterion}" for criterion in brief.criteria),
            "",
        ]

    def engineer(self, base: str, findings: str = "") -> ModelEngineer:
        """Return the engineer.

        Args:
            base: Tree that it starts from.
            findings: What is to be mended; empty: it writes something new.
        """
        return ModelEngineer(
            session=self._session,
            base=base,
            files=self.bench.git.files,
            changed=self.bench.git.changed_between,
            test=self._tested,
            codemods=self._mended,
            guidance=guidance,
            applying=_applying,
            findings=findings,
            allowed=self.persona.tools,
        )

    def opinions(self, head: str) -> JudgedStage:
        """Return the stage in which a model looks at what no check decides."""
        opinions = Opinions(
            model=TracedModel(
                model=self.reviewer or self.model, spans=self.bench.spans
            ),
            memory=self.memory,
            ledger=self.ledger,
            clean=self._clean,
        )
        return judged_stage(opinions, self.hazards, head)

    def committed(
        self, base: str, before: Sequence[tuple[str, str, str]], written: Written
    ) -> Change:
        """Commit what was written.

        Args:
            base: Commit to start from.
            before: Title, body and tree of steps that come first.
            written: By the model.
        """
        trees = [(each.title, each.body, each.tree) for each in written.steps]
        steps = self.bench.workbench.commit_trees(base, [*before, *trees])
        red = written.pledge >= 0 and written.steps
        return Change(
            base=base,
            head=steps[-1].commit if steps else base,
            steps=steps,
            pledge=self._holding(steps, written.steps[0].tree) if red else "",
            stopped=written.stopped.label if written.stopped else "",
            missing=written.missing,
            decisions=written.decisions,
            author=self.model.name,
            usage=written.usage,
            phases=self.ledger.by_phase(),
        )

    def charged(self, change: Change) -> Change:
        """Return `change` with everything that was used up to now."""
        used, phases = self.ledger.used, self.ledger.by_phase()
        return replace(change, usage=used, phases=phases)

    def _holding(self, steps: Sequence[CommittedStep], tree: str) -> str:
        git = self.bench.git
        return next((e.commit for e in steps if git.tree_of(e.commit) == tree), "")

    @property
    def base(self) -> str:
        """The commit that the run starts from."""
        return self.bench.record.base or self.bench.git.head()

    @cached_property
    def memory(self) -> ConversationMemory:
        """What was answered and done."""
        return ConversationMemory(self.bench.folder.conversation)

    @cached_property
    def ledger(self) -> Ledger:
        """What was used."""
        begun = time.monotonic()
        return Ledger(
            limits=self.settings.limits,
            seconds=lambda: time.monotonic() - begun,
            charged=self.memory.charged(),
        )

    @cached_property
    def hands(self) -> Hands:
        """What touches the desk."""
        folder = self.bench.folder
        desk = Desk(
            git=self.bench.git, folder=folder.desk, index=folder.path / "desk.index"
        )
        return Hands(desk, self._deskwork.workplace())

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
    def _clean(self) -> Redaction:
        return redaction_of(self.bench.variables.items())

    @cached_property
    def _session(self) -> Session:
        return Session(
            model=TracedModel(model=self.model, spans=self.bench.spans),
            memory=self.memory,
            act=self._acted,
            ledger=self.ledger,
            instructions=instructions(self.persona.persona),
            clean=self._clean,
            watch=self._watched,
        )

    def _acted(self, call: Call, tree: str) -> Done:
        attributes = {
            "gen_ai.operation.name": "execute_tool",
            "gen_ai.tool.name": call.name,
        }
        with self.bench.spans.span(f"execute_tool {call.name}", attributes) as tell:
            done = self.hands(call, tree)
            tell(failed=done.result.failed)
        return done

    def _watched(self, doing: str) -> None:
        spent = _spent(self.ledger.used, self.settings)
        self.bench.progress.note(f"{doing} | {spent}")

    def _tested(self, tree: str) -> TestsSeen:
        return self.hands.at(tree).test(())

    def _mended(self, start: str, tree: str) -> Mended:
        return self._deskwork.codemods(self.hands, start, tree)


def guidance(name: str) -> str:
    """Return what a hazard or practice is about; empty when there is no such."""
    try:
        return explain(name)
    except UnknownName:
        return ""  # found by a stage that is no hazard's: its message says it all


def _applying(brief: Brief) -> str:
    if brief.plan is None:
        return "\n".join(f"- {each.name}: {each.title}" for each in load_practices())
    planned = [each.practice for each in brief.plan.practices[:_MOST_PRACTICES]]
    return "\n\n".join(f"## {name}\n{explain(name)}" for name in planned)


def _spent(used: Usage, settings: ModelSettings) -> str:
    most = dollars(settings.limits.cost_microdollars)
    cost = dollars(used.cost_microdollars)
    return f"{used.requests} requests, {used.tokens:,} tokens, {cost} of {most}"
