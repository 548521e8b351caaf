"""The embedded engineer: renders a blueprint, then mends what the gate found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from prodwright.analysis import Source
from prodwright.blueprints import RenderedStep
from prodwright.core.brief import Proposal, ProposedStep
from prodwright.core.finding import Finding
from prodwright.core.judgement import Judgement
from prodwright.kit import Hazard, Rewrite
from prodwright.kit.rewriting import rewritten


@dataclass(frozen=True, slots=True, kw_only=True)
class BlueprintEngineer:
    """Writes what the blueprint says; further attempts apply codemods to it.

    Attributes:
        rendered: The blueprint's steps.
        folder: Folder of the repository they go to; empty for its top.
        extra: Files that belong to the first step, by path from the top.
        hazards: Those whose rewrites may mend what the gate finds.
    """

    rendered: tuple[RenderedStep, ...]
    folder: str
    extra: Mapping[str, bytes]
    hazards: tuple[Hazard, ...]

    def write(self, earlier: Sequence[Judgement]) -> Proposal:
        """Return the blueprint's steps and, after a lost gate, one that mends."""
        steps = [
            ProposedStep(title=step.title, files=self._placed(step.files))
            for step in self.rendered
        ]
        first = {**steps[0].files, **self.extra}
        steps[0] = ProposedStep(title=steps[0].title, files=first)
        if earlier:
            steps += self._mending(steps, earlier[-1].findings)
        return Proposal(steps=tuple(steps))

    def _placed(self, files: Mapping[str, str]) -> dict[str, bytes]:
        prefix = f"{self.folder}/" if self.folder else ""
        return {f"{prefix}{path}": text.encode() for path, text in files.items()}

    def _mending(
        self, steps: Iterable[ProposedStep], findings: Iterable[Finding]
    ) -> list[ProposedStep]:
        files = {path: body for step in steps for path, body in step.files.items()}
        found = {(each.path, each.hazard) for each in findings}
        mended: dict[str, bytes] = {}
        for path in sorted({path for path, _ in found if path in files}):
            source = Source(path=path, text=files[path].decode())
            for hazard in self._mendable(path, found):
                source = rewritten(source, hazard)
            if source.text.encode() != files[path]:
                mended[path] = source.text.encode()
        title = "Mend what the gate found"
        return [ProposedStep(title=title, files=mended)] if mended else []

    def _mendable(self, path: str, found: set[tuple[str, str]]) -> list[Hazard]:
        return [
            hazard
            for hazard in self.hazards
            if isinstance(hazard.repair, Rewrite) and (path, hazard.name) in found
        ]
