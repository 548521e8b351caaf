"""`harden --engineer model`: codemods first, then a model for what needs judgement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from prodwright.api.bench import read_project
from prodwright.api.delivering import deliver
from prodwright.api.gating import judge_change
from prodwright.api.hardening import HardenWorkshop
from prodwright.api.studio import Studio, guidance
from prodwright.core.brief import Brief, Change, Delivery
from prodwright.core.finding import Finding
from prodwright.core.judgement import Judgement, Outcome, StageResult
from prodwright.engineer.phases.feedback import feedback
from prodwright.gate.stages.static import judge_statically
from prodwright.kit import Hazard

_REPLAY = "prodwright review"


@dataclass(frozen=True, slots=True, kw_only=True)
class WritingHardenWorkshop:
    """Mends what codemods can, and has a model mend the rest.

    Attributes:
        studio: Where the model or agent works.
        codemods: Applies the deterministic rewrites.
    """

    studio: Studio
    codemods: HardenWorkshop

    @property
    def hazards(self) -> tuple[Hazard, ...]:
        """Those that the gate looks for."""
        return self.studio.room.hazards

    @property
    def attempts(self) -> int:
        """How often work may go back to the engineer."""
        return self.studio.room.bench.settings.attempts

    def intake(self) -> Brief:
        """Say what is to be mended, and what the model may use."""
        brief = replace(
            self.codemods.intake(),
            engineer=self.studio.kind,
            subject=self.studio.author,
        )
        self.studio.room.bench.progress.show(self.studio.announced(brief))
        return brief

    def write(self, brief: Brief, earlier: Sequence[Judgement]) -> Change:
        """Rewrite deterministically, then let the model mend what is left."""
        plain = self.studio.room.memory.once(
            "codemods", Change, lambda: self.codemods.write(brief, ())
        )
        found = self._left(brief, plain)
        if found.outcome is Outcome.PASSED:
            return plain
        told = feedback(Judgement(stages=(found,)), guidance)
        tree = self.studio.room.bench.git.tree_of(plain.head)
        written = self.studio.engineer(tree, told).write(brief, earlier)
        author = self.studio.author
        change = self.studio.room.committed(plain.head, [], written, author)
        return replace(
            change,
            base=plain.base,
            steps=(*plain.steps, *change.steps),
            dropped=plain.dropped,
        )

    def judge(self, brief: Brief, change: Change) -> Judgement:
        """Put the change through the gate."""
        stages = self.studio.stages(change.head)
        return judge_change(self.studio.room.bench, brief, change, self.hazards, stages)

    def deliver(self, brief: Brief, change: Change, judgement: Judgement) -> Delivery:
        """Hand over branch and report; the opinions were paid for as well."""
        whole = self.studio.charged(change)
        return deliver(self.studio.room.bench, brief, whole, judgement)

    def _left(self, brief: Brief, plain: Change) -> StageResult:
        """Return what the codemods left in the files that are to be hardened."""
        bench = self.studio.room.bench
        tree = bench.workbench.checkout(plain.head)
        project = read_project(tree, "", bench.settings)
        found = judge_statically(
            project, self.hazards, fail_on=bench.settings.fail_on, replay=_REPLAY
        )
        inside = tuple(each for each in found.findings if _is_in(each, brief.scope))
        failing = any(each.severity >= bench.settings.fail_on for each in inside)
        outcome = Outcome.FAILED if failing else Outcome.PASSED
        return replace(found, findings=inside, outcome=outcome)


def _is_in(finding: Finding, scope: Sequence[str]) -> bool:
    path = PurePosixPath(finding.path)
    return not scope or any(path.is_relative_to(each) for each in scope)
