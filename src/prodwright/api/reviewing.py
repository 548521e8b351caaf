"""`review`: the gate's static stage over code as it stands."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from prodwright.adapters.configuration import read_settings
from prodwright.adapters.files import Unjudged
from prodwright.adapters.git import find_repository
from prodwright.analysis.dataflow import Unfollowed
from prodwright.api.baselines import (
    Baseline,
    baseline_path,
    read_baseline,
    write_baseline,
)
from prodwright.api.kept_files import Rewritten
from prodwright.api.own_knowledge import own_knowledge
from prodwright.api.reading import Recall
from prodwright.api.review_memory import ReviewMemory
from prodwright.api.scenes import ReviewRequest, Scene, Terms, scene
from prodwright.api.selecting import files_of, select_hazards
from prodwright.core.judgement import Outcome, StageResult, Verdict
from prodwright.core.settings import Settings
from prodwright.core.stop import StopReason
from prodwright.delivery.document import result_document
from prodwright.gate.stages.static import Focus, judge_statically
from prodwright.kit import Hazard
from prodwright.kit.flows import unfollowed

__all__ = ["Review", "ReviewRequest", "know_all", "review"]

_MOST_TRIES = 3  # of a review whose files are written to meanwhile


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
    itself = own_knowledge(request.environment if request.keeps else None, root)
    every = itself.hazards()
    hazards = select_hazards(settings, every)
    known = _known(request, root, settings)
    terms = Terms(request, root, settings, hazards, files_of(every), known, itself)
    seen, stage = _judged(terms)
    itself.keep()
    lost = unfollowed(seen.project, hazards)
    return Review(
        stage=stage,
        unjudged=(*seen.unjudged, *map(_unjudged, lost)),
        verdicts=_verdicts(seen, stage, hazards, lost) if request.with_verdicts else (),
        files=len(seen.chosen) + len(seen.project.texts),
        baseline=known,
    )


def _verdicts(
    seen: Scene,
    stage: StageResult,
    hazards: tuple[Hazard, ...],
    lost: tuple[Unfollowed, ...],
) -> tuple[Verdict, ...]:
    from prodwright.gate.verdicts import Judged, verdicts  # few reviews ask for them

    judged = Judged(
        hazards=hazards,
        blind=stage.control.missed,
        unfollowed=frozenset(each.path for each in lost),
    )
    return verdicts(seen.chosen, stage.findings, judged, {})


def _judged(terms: Terms) -> tuple[Scene, StageResult]:
    recall = _recall(terms)
    for _ in range(_MOST_TRIES):
        try:
            return _looked(terms, recall)
        except Rewritten as error:
            recall.forget(error.path)
    return _looked(terms, None)


def _recall(terms: Terms) -> Recall:
    request = terms.request
    memory = request.memory or ReviewMemory()
    paths = request.paths if request.base is None else [terms.root]  # its context
    where = [str(each) for each in paths] or [str(request.folder)]
    variables = request.environment if request.keeps else None
    recall = memory.recall(
        terms.root,
        where,
        terms.hazards,
        variables,
        with_concerns=request.with_verdicts,
    )
    recall.jobs = request.jobs
    recall.load_models = terms.itself.models
    return recall


def _looked(terms: Terms, recall: Recall | None) -> tuple[Scene, StageResult]:
    seen = scene(terms, recall)
    remembered = None
    if recall is not None:
        remembered = recall.found_alone(seen.chosen)
        following = replace(seen.project, following=recall.follow)
        seen = seen._replace(project=following)
    focus = Focus(
        local=seen.local,
        before=seen.before,
        known=terms.known.fingerprints,
        remembered=remembered,
    )
    stage = judge_statically(
        seen.project,
        terms.hazards,
        fail_on=terms.settings.fail_on,
        focus=focus,
        blind=terms.itself.blind,
    )
    if recall is not None:
        recall.keep()
    return seen, stage


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


def _known(request: ReviewRequest, root: Path, settings: Settings) -> Baseline:
    if not request.heeds_baseline:
        return Baseline()
    place = baseline_path(root, settings.baseline, request.baseline)
    return read_baseline(place, must_exist=request.baseline is not None)
