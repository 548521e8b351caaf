"""Where somebody writes who is held to account: what a model's and an agent's share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from prodwright.adapters.desk import Desk
from prodwright.api.bench import Bench
from prodwright.api.deskwork import Deskwork, explain
from prodwright.api.people import Person
from prodwright.api.remembering import ConversationMemory
from prodwright.core.brief import Brief, Change, CommittedStep
from prodwright.core.errors import UnknownName
from prodwright.core.limits import Limits
from prodwright.core.redaction import Redaction, redaction_of
from prodwright.engineer.model.hands import Hands
from prodwright.engineer.model.ledger import Ledger
from prodwright.engineer.phases import (
    Mended,
    PhasedEngineer,
    SuiteRun,
    Worker,
    Written,
)
from prodwright.gate.gate import Stage
from prodwright.kit import Hazard
from prodwright.practices import load_practices

_MOST_PRACTICES = 12  # guidance beyond that crowds out the work


@dataclass(frozen=True, kw_only=True)
class Room:
    """What is there, whoever works in it.

    Attributes:
        bench: The run's surroundings.
        hazards: Those that the gate looks for.
        limits: What the run may use.
        person: Who is asked; None when nobody is there.
    """

    bench: Bench
    hazards: tuple[Hazard, ...]
    limits: Limits
    person: Person | None = None

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
        return Ledger(
            limits=self.limits,
            seconds=self.bench.clock.seconds,
            charged=self.memory.charged(),
        )

    @cached_property
    def hands(self) -> Hands:
        """What touches the desk."""
        folder = self.bench.folder
        desk = Desk(
            git=self.bench.git, folder=folder.desk, index=folder.path / "desk.index"
        )
        return Hands(desk, self.deskwork.workplace())

    @cached_property
    def deskwork(self) -> Deskwork:
        """What may be done at the desk."""
        person = self.person
        return Deskwork(
            bench=self.bench,
            hazards=self.hazards,
            ask=person.tell if person else None,
            allow=person.allow if person else None,
            install=person.install if person else None,
        )

    @cached_property
    def clean(self) -> Redaction:
        """What masks secrets."""
        return redaction_of(self.bench.variables.items())

    def engineer(self, worker: Worker, base: str, findings: str) -> PhasedEngineer:
        """Return the engineer that has `worker` write.

        Args:
            worker: Who thinks.
            base: Tree that it starts from.
            findings: What is to be mended; empty: something new is written.
        """
        return PhasedEngineer(
            worker=worker,
            base=base,
            files=self.bench.git.files,
            changed=self.bench.git.changed_between,
            test=self._tested,
            codemods=self._mended,
            guidance=guidance,
            applying=_applying,
            ignored=self.hands.ignored,
            findings=findings,
        )

    def committed(
        self,
        base: str,
        before: Sequence[tuple[str, str, str]],
        written: Written,
        author: str,
    ) -> Change:
        """Commit what was written.

        Args:
            base: Commit to start from.
            before: Title, body and tree of steps that come first.
            written: By the engineer.
            author: Which model or agent that was.
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
            author=author,
            usage=written.usage,
            phases=self.ledger.by_phase(),
        )

    def provide(self, commit: str) -> None:
        """Install what the project of `commit` says it needs, if the user allows it."""
        tree = self.bench.workbench.checkout(commit)
        self.deskwork.installing.provide(self.bench.record.base, tree)

    def _holding(self, steps: Sequence[CommittedStep], tree: str) -> str:
        git = self.bench.git
        return next((e.commit for e in steps if git.tree_of(e.commit) == tree), "")

    def _tested(self, tree: str) -> SuiteRun:
        return self.hands.at(tree).test(())

    def _mended(self, start: str, tree: str) -> Mended:
        return self.deskwork.codemods(self.hands, start, tree)


class Studio(Protocol):
    """A room and who works in it."""

    @property
    def room(self) -> Room:
        """What is there."""

    @property
    def kind(self) -> str:
        """Name of the engineer: `model` or `agent`."""

    @property
    def author(self) -> str:
        """Which one it is, as the report names it."""

    def announced(self, brief: Brief) -> list[str]:
        """Return the brief and the limits as a person reads them beforehand."""

    def engineer(self, base: str, findings: str = "") -> PhasedEngineer:
        """Return the engineer.

        Args:
            base: Tree that it starts from.
            findings: What is to be mended; empty: it writes something new.
        """

    def charged(self, change: Change) -> Change:
        """Return `change` with everything that was used up to now."""

    def stages(self, head: str) -> tuple[tuple[str, Stage], ...]:
        """Return what judges the commit `head` besides the gate's own stages."""


def brief_lines(brief: Brief) -> list[str]:
    """Return the answers and the criteria of a brief as a person reads them."""
    answers = brief.profile.answers.items()
    return [
        *(f"  {key} = {each.value}  ({each.origin})" for key, each in answers),
        "  it is done when",
        *(f"  - {criterion}" for criterion in brief.criteria),
        "",
    ]


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
