"""`review`: the gate's static stage over code as it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from prodwright.adapters.configuration import read_settings
from prodwright.adapters.files import Unjudged, read_source, storage_errors
from prodwright.adapters.git import find_repository
from prodwright.analysis import Project, Source
from prodwright.analysis.dataflow import Unfollowed
from prodwright.api.baselines import (
    Baseline,
    baseline_path,
    read_baseline,
    write_baseline,
)
from prodwright.api.comparing import as_of, with_context
from prodwright.api.selecting import (
    changed_paths,
    repository_at,
    select_files,
    select_hazards,
)
from prodwright.core.finding import Finding, Severity
from prodwright.core.judgement import Outcome, StageResult, Verdict
from prodwright.core.settings import Settings
from prodwright.core.stop import StopReason
from prodwright.delivery.document import result_document
from prodwright.gate.stages.static import Focus, judge_statically
from prodwright.gate.verdicts import Judged, verdicts
from prodwright.kit import Hazard
from prodwright.kit.flows import unfollowed
from prodwright.kit.judging import judge

FoundAlone = WeakKeyDictionary[Source, list[Finding]]


@dataclass(frozen=True, slots=True)
class ReviewMemory:
    """What earlier reviews in the same process have read and found.

    Attributes:
        sources: By file, with what told it from others when it was read.
        findings: What each of them shows alone, by the hazards that were looked
            for; gone when the file was read anew.
    """

    sources: dict[Path, tuple[tuple[int, int], Source]] = field(default_factory=dict)
    findings: dict[tuple[str, ...], FoundAlone] = field(default_factory=dict)

    def found_alone(self, hazards: tuple[Hazard, ...]) -> FoundAlone:
        """Return what `hazards` have found in each file, to be added to."""
        names = tuple(each.name for each in hazards)
        return self.findings.setdefault(names, WeakKeyDictionary())

    def read(self, file: Path, shown: str) -> Source:
        """Return the file as it is; read again only when it was written to.

        Raises:
            UnreadableSource: It is too large or not text.
            PathRefused: It is missing or not readable.
        """
        with storage_errors(file):
            status = file.stat()
        stamp = (status.st_mtime_ns, status.st_size)
        kept = self.sources.get(file)
        if kept is None or kept[0] != stamp:
            kept = self.sources[file] = (stamp, read_source(file, shown))
        return kept[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What a review found.

    Attributes:
        stage: The static stage's result.
        unjudged: Files that could not be judged, and why.
        verdicts: One for each practice and module; empty unless asked for.
        files: How many files were judged.
        baseline: What was left out, because it is known.
    """

    stage: StageResult
    unjudged: tuple[Unjudged, ...]
    verdicts: tuple[Verdict, ...]
    files: int
    baseline: Baseline = field(default_factory=Baseline)

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
            known=len(self.baseline.fingerprints),
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
        baseline: File with the findings that are known; None: as configured.
        tells_entries: Whether a library's own parameters count as sources, too.
        heeds_baseline: Whether findings that are known are left out.
        memory: Of earlier reviews of the same; None: there were none.
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
    baseline: Path | None = None
    heeds_baseline: bool = True
    tells_entries: bool = False
    memory: ReviewMemory | None = None


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
        library_entries=request.tells_entries or settings.library_entries,
    )
    git = find_repository(request.folder)
    root = git.root if git else request.folder
    hazards = select_hazards(settings)
    scene = _scene(request, root, settings, hazards)
    known = _known(request, root, settings)
    stage = judge_statically(
        scene.project,
        hazards,
        fail_on=settings.fail_on,
        focus=Focus(
            local=scene.local,
            before=scene.before,
            known=known.fingerprints,
            remembered=request.memory.found_alone(hazards) if request.memory else None,
        ),
    )
    lost = unfollowed(scene.project, hazards)
    judged = Judged(
        hazards=hazards,
        blind=stage.control.missed,
        unfollowed=frozenset(each.path for each in lost),
    )
    return Review(
        stage=stage,
        unjudged=(*scene.unjudged, *map(_unjudged, lost)),
        verdicts=verdicts(scene.chosen, stage.findings, judged, {})
        if request.with_verdicts
        else (),
        files=len(scene.chosen),
        baseline=known,
    )


def _unjudged(lost: Unfollowed) -> Unjudged:
    where = f"{lost.function}: " if lost.function else ""
    reason = f"{where}{lost.reason}; values were not followed through it"
    return Unjudged(path=lost.path, reason=reason)


def know_all(request: ReviewRequest) -> tuple[Path, int]:
    """Let every finding that there is be known from now on.

    Returns:
        Where the baseline was written, and how many findings it holds.

    Raises:
        InputError: A setting cannot work as written, or a file of another kind is
            where the baseline is to be.
    """
    git = find_repository(request.folder)
    root = git.root if git else request.folder
    settings = read_settings(request.folder, request.environment)
    place = baseline_path(root, settings.baseline, request.baseline)
    found = review(replace(request, paths=(root,), heeds_baseline=False))
    write_baseline(place, found.stage.findings)
    return place, len(found.stage.findings)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Scene:
    """What a review looks at.

    Attributes:
        project: All that is looked at.
        chosen: Those of its files that are judged.
        unjudged: Files that could not be, and why.
        local: Paths of those that are judged one by one; None: all are.
        before: What was found before the change.
    """

    project: Project
    chosen: tuple[Source, ...]
    unjudged: tuple[Unjudged, ...]
    local: frozenset[str] | None = None
    before: tuple[Finding, ...] = ()


def _scene(
    request: ReviewRequest,
    root: Path,
    settings: Settings,
    hazards: tuple[Hazard, ...],
) -> _Scene:
    paths = request.paths or [request.folder]
    within = request.folder if request.confined else None
    if request.base is None:
        read = request.memory.read if request.memory else read_source
        found = select_files(paths, root, settings, None, within, read)
        sources = found.project.sources
        return _Scene(project=found.project, chosen=sources, unjudged=found.unjudged)
    changed = changed_paths(root, request.base)
    found = select_files(paths, root, settings, changed, within)
    sources = found.project.sources
    local = frozenset(each.path for each in sources)
    whole = with_context(found.project, root, settings, within)
    git = repository_at(root)
    differing = frozenset((*changed, *git.deleted_since(request.base)))
    earlier = as_of(whole, git, request.base, differing)
    return _Scene(
        project=whole,
        chosen=sources,
        unjudged=found.unjudged,
        local=local,
        before=tuple(judge(earlier, hazards, differing)),
    )


def _known(request: ReviewRequest, root: Path, settings: Settings) -> Baseline:
    if not request.heeds_baseline:
        return Baseline()
    place = baseline_path(root, settings.baseline, request.baseline)
    return read_baseline(place, must_exist=request.baseline is not None)
