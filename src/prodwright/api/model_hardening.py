"""`harden --engineer model`: codemods first, then a model for what needs judgement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from prodwright.api.bench import read_project
from prodwright.api.hardening import HardenWorkshop
from prodwright.api.studio import Studio, guidance
from prodwright.core.brief import Brief, Change
from prodwright.core.finding import Finding
from prodwright.core.judgement import Judgement, Outcome, StageResult
from prodwright.engineer.phases.feedback import feedback
from prodwright.gate.stages.static import judge_statically

_REPLAY = "prodwright review"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mending:
    """Mends what codemods can, and has a model mend the rest.

    Attributes:
        studio: Where the model or agent works.
        codemods: Applies the deterministic rewrites.
    """

    studio: Studio
    codemods: HardenWorkshop

    def intake(self) -> Brief:
        """Say what is to be mended, and what the model may use."""
        brief = self.codemods.intake()
        allowed = self.studio.room.bench.allowance.criteria()
        brief = replace(
            brief,
            engineer=self.studio.kind,
            subject=self.studio.author,
            criteria=(*brief.criteria, *allowed),
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

    def _left(self, brief: Brief, plain: Change) -> StageResult:
        """Return what the codemods left in the files that are to be hardened."""
        bench, hazards = self.studio.room.bench, self.studio.room.hazards
        tree = bench.workbench.checkout(plain.head)
        project = read_project(tree, "", bench.settings)
        found = judge_statically(
            project, hazards, fail_on=bench.settings.fail_on, replay=_REPLAY
        )
        inside = tuple(each for each in found.findings if _is_in(each, brief.scope))
        failing = any(each.severity >= bench.settings.fail_on for each in inside)
        outcome = Outcome.FAILED if failing else Outcome.PASSED
        return replace(found, findings=inside, outcome=outcome)


def _is_in(finding: Finding, scope: Sequence[str]) -> bool:
    path = PurePosixPath(finding.path)
    return not scope or any(path.is_relative_to(each) for each in scope)
