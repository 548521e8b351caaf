"""`review`: the gate's static stage over code as it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from prodwright.adapters.configuration import read_settings
from prodwright.adapters.files import Unjudged
from prodwright.adapters.git import find_repository
from prodwright.api.selecting import (
    changed_paths,
    select_files,
    select_hazards,
)
from prodwright.core.finding import Severity
from prodwright.core.judgement import Outcome, StageResult, Verdict
from prodwright.core.stop import StopReason
from prodwright.delivery.document import result_document
from prodwright.gate.stages.static import judge_statically
from prodwright.gate.verdicts import Judged, verdicts


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What a review found.

    Attributes:
        stage: The static stage's result.
        unjudged: Files that could not be judged, and why.
        verdicts: One for each practice and module; empty unless asked for.
        files: How many files were judged.
    """

    stage: StageResult
    unjudged: tuple[Unjudged, ...]
    verdicts: tuple[Verdict, ...]
    files: int

    @property
    def stop_reason(self) -> StopReason:
        """Why the review ended as it did."""
        if self.stage.outcome is Outcome.FAILED:
            return StopReason.FINDINGS
        return StopReason.INCONCLUSIVE if self.unjudged else StopReason.CLEAN

    def document(self) -> dict[str, Any]:
        """Return it as the published JSON document."""
        return result_document(
            stop_reason=self.stop_reason,
            findings=self.stage.findings,
            verdicts=self.verdicts,
            stages=[self.stage],
            files=self.files,
            unjudged=[{"path": e.path, "reason": e.reason} for e in self.unjudged],
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewRequest:
    """What to review.

    Attributes:
        paths: Files and folders; empty means the current folder.
        folder: The current folder.
        environment: Environment variables.
        base: Revision to compare with; None reviews everything.
        only: Hazards, practices or principles to judge; empty: as configured.
        skip: Likewise, to leave out.
        fail_on: Severity from which on findings fail; None: as configured.
        with_verdicts: Whether to work out a verdict for each module.
        confined: Whether symbolic links that lead out of `folder` are left out.
    """

    paths: Sequence[Path]
    folder: Path
    environment: Mapping[str, str]
    base: str | None = None
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    fail_on: Severity | None = None
    with_verdicts: bool = False
    confined: bool = False


def review(request: ReviewRequest) -> Review:
    """Judge code as it stands; nothing is written.

    Raises:
        InputError: A path, a name or a setting cannot work as written.
    """
    settings = read_settings(request.folder, request.environment)
    settings = replace(
        settings,
        only=request.only or settings.only,
        skip=(*settings.skip, *request.skip),
        fail_on=request.fail_on or settings.fail_on,
    )
    git = find_repository(request.folder)
    root = git.root if git else request.folder
    among = None if request.base is None else changed_paths(root, request.base)
    paths = request.paths or [request.folder]
    within = request.folder if request.confined else None
    chosen = select_files(paths, root, settings, among, within)
    hazards = select_hazards(settings)
    stage = judge_statically(chosen.project, hazards, fail_on=settings.fail_on)
    judged = Judged(hazards=hazards, blind=stage.control.missed)
    every = (
        verdicts(chosen.project.sources, stage.findings, judged, {})
        if request.with_verdicts
        else ()
    )
    return Review(
        stage=stage,
        unjudged=chosen.unjudged,
        verdicts=every,
        files=len(chosen.project.sources),
    )
