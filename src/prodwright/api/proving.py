"""`prove`: the gate's experiments over code as it stands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prodwright.adapters.configuration import read_settings
from prodwright.adapters.desk import Desk
from prodwright.adapters.environments import refuse_missing
from prodwright.adapters.git import Git, find_repository
from prodwright.adapters.user_cache import cache_folder
from prodwright.analysis import Project, Source
from prodwright.api.bench import read_project
from prodwright.api.experiment_turns import LEAST_BUDGET_SECONDS, Experiments
from prodwright.api.experimenting import Laboratory
from prodwright.api.opening import Surroundings
from prodwright.api.recording import keep_evidence
from prodwright.api.scoping import scope_of
from prodwright.api.selecting import changed_paths, repository_at
from prodwright.api.stage_memory import (
    StageMemory,
    installation_digest,
    tree_digest,
)
from prodwright.api.stand import Stand, stand_for
from prodwright.core.errors import ConfigurationInvalid
from prodwright.core.finding import Finding, Severity
from prodwright.core.judgement import Judgement, Outcome, StageResult, Verdict
from prodwright.core.profile import Profile
from prodwright.core.settings import Settings
from prodwright.core.stop import StopReason
from prodwright.delivery.document import result_document
from prodwright.evidence import EvidenceStore
from prodwright.gate.candidate import Candidate
from prodwright.gate.experiments import EXPERIMENTS, Experiment, experiment
from prodwright.gate.verdicts import Judged, verdicts

_PROJECT_FILES = ("pyproject.toml", "setup.py", "setup.cfg", "pytest.ini", "tox.ini")
MOST_BUDGET_SECONDS = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ProveRequest:
    """What is to be proved.

    Attributes:
        paths: Files and folders under test; empty: the project around the current
            folder.
        stages: Names of experiments; empty: all.
        budget_seconds: For all of them together; 1 to 86,400.
        base: Revision to compare with; None looks at everything.
        python: Runs the project; empty: as configured, or found.
        fail_on: Severity from which on findings fail; None: as configured.
        anew: Whether everything is tried again that was tried on the same code.
    """

    paths: Sequence[Path] = ()
    stages: tuple[str, ...] = ()
    budget_seconds: float = 600.0
    base: str | None = None
    python: str = ""
    fail_on: Severity | None = None
    anew: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What the experiments showed.

    Attributes:
        id: Of the proof; its records are kept under this name.
        evidence: Folder of the records.
        stages: Results, in the order they ran.
        verdicts: One for each practice and module.
        files: How many modules were in scope.
        fail_on: Severity from which on findings fail.
    """

    id: str
    evidence: Path
    stages: tuple[StageResult, ...]
    verdicts: tuple[Verdict, ...]
    files: int
    fail_on: Severity

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What all experiments found, in reading order."""
        every = Judgement(stages=self.stages).findings
        return tuple(sorted(every, key=lambda each: each.place))

    @property
    def stop_reason(self) -> StopReason:
        """Why it ended as it did: silence of all stages proves nothing."""
        if any(each.severity >= self.fail_on for each in self.findings):
            return StopReason.FINDINGS
        outcomes = {each.outcome for each in self.stages}
        if Outcome.UNJUDGED in outcomes or Outcome.PASSED not in outcomes:
            return StopReason.INCONCLUSIVE
        return StopReason.CLEAN

    def document(self) -> dict[str, Any]:
        """Return it as the published JSON document."""
        return result_document(
            stop_reason=self.stop_reason,
            findings=self.findings,
            verdicts=self.verdicts,
            stages=self.stages,
            files=self.files,
            proof=self.id,
            evidence=str(self.evidence),
        )


def prove(request: ProveRequest, around: Surroundings) -> Proof:
    """Put code into the conditions that production will put it into.

    Everything happens in a copy; the project itself is only read.

    Raises:
        InputError: A path, a stage or a setting cannot work as written.
        SandboxUnavailable: The code cannot be run in isolation.
    """
    chosen = _chosen(request)
    git = find_repository(around.folder)
    root = git.root if git else around.folder
    settings = read_settings(around.folder, around.variables)
    python = request.python or settings.python
    refuse_missing(python)
    fail_on = request.fail_on or settings.fail_on
    scope = _scope(request, around.folder, root)
    with stand_for(root, git, around.variables) as stand:
        folder = _project_folder(scope, around.folder, root)
        candidate = _candidate(request, stand, folder, settings)
        laboratory = Laboratory(
            toolbox=stand.toolbox(
                around.variables,
                python,
                settings.test_timeout_seconds,
                allow_unsandboxed=around.allow_unsandboxed,
                tell=around.progress.trying,
            ),
            settings=settings,
            scope=scope,
            variables=around.variables,
        )
        experiments = Experiments(
            chosen=chosen,
            laboratory=laboratory,
            memory=_memory(request, stand, candidate, laboratory, around),
            budget_seconds=request.budget_seconds,
        )
        results = experiments.in_turn(candidate, around.progress)
        evidence = keep_evidence(EvidenceStore(stand.evidence), results)
        modules = tuple(_in_scope(candidate.after, scope, candidate, request))
    by_name = {each.stage: each for each in results}
    found = Judgement(stages=results).findings
    nothing = Judged(hazards=(), blind=())
    return Proof(
        id=stand.id,
        evidence=stand.evidence,
        stages=results,
        verdicts=verdicts(modules, found, nothing, by_name, evidence),
        files=len(modules),
        fail_on=max(fail_on, Severity.LOW),  # a note is no failed experiment
    )


def _chosen(request: ProveRequest) -> tuple[Experiment, ...]:
    if not LEAST_BUDGET_SECONDS <= request.budget_seconds <= MOST_BUDGET_SECONDS:
        raise ConfigurationInvalid(
            f"a budget of {request.budget_seconds:g} s cannot be kept",
            hint="name 1 to 86400 seconds with --budget",
        )
    wanted = {experiment(name).stage for name in request.stages}
    return tuple(e for e in EXPERIMENTS if not wanted or e.stage in wanted)


def _scope(request: ProveRequest, folder: Path, root: Path) -> tuple[str, ...]:
    return tuple(scope_of(each, folder, root) for each in request.paths)


def _project_folder(scope: tuple[str, ...], here: Path, root: Path) -> str:
    """Return the folder of the project that is meant, relative to `root`."""
    start = root / scope[0] if scope else here.resolve()
    top = root.resolve()
    for place in (start.resolve(), *start.resolve().parents):
        if not place.is_relative_to(top):
            break
        if any((place / name).is_file() for name in _PROJECT_FILES):
            return "" if place == top else place.relative_to(top).as_posix()
    return ""


def _candidate(
    request: ProveRequest, stand: Stand, folder: str, settings: Settings
) -> Candidate:
    after = read_project(stand.tree, folder, settings)
    before, base, changed = Project(sources=()), stand.tree, tuple[str, ...]()
    if request.base is not None:
        git = repository_at(stand.root)
        changed = tuple(sorted(changed_paths(stand.root, request.base)))
        base = _as_it_was(git, request.base, stand)
        before = read_project(base, folder, settings)
    return Candidate(
        tree=stand.tree,
        base=base,
        folder=folder,
        after=after,
        before=before,
        changed=changed,
        profile=Profile(),
    )


def _as_it_was(git: Git, revision: str, stand: Stand) -> Path:
    tree = git.tree_of(git.commit_of(revision))
    index = stand.base.with_suffix(".index")
    Desk(git=git, folder=stand.base, index=index).restore(tree)
    return stand.base


# Advisories change without the project, and looking them up takes no time.
_REUSABLE = tuple(each.stage for each in EXPERIMENTS if each.stage != "supply")


def _memory(
    request: ProveRequest,
    stand: Stand,
    candidate: Candidate,
    laboratory: Laboratory,
    around: Surroundings,
) -> StageMemory:
    """Return what was tried before on the same code, within the same limits."""
    environment = laboratory.toolbox.environment()
    told = [
        installation_digest(),
        tree_digest(stand.tree),
        tree_digest(stand.base) if request.base is not None else "",
        f"{environment.python} {environment.key}" if environment else "",
        repr((candidate.folder, laboratory.scope, candidate.changed)),
        repr((request.stages, request.budget_seconds)),
        repr((laboratory.settings, around.allow_unsandboxed)),
    ]
    return StageMemory(
        folder=cache_folder(around.variables) / "stages",
        inputs="\n".join(told),
        reusable=() if request.anew else _REUSABLE,
    )


def _in_scope(
    project: Project,
    scope: tuple[str, ...],
    candidate: Candidate,
    request: ProveRequest,
) -> Iterator[Source]:
    for source in project.production():
        inside = not scope or any(
            each in ("", ".") or Path(source.path).is_relative_to(each)
            for each in scope
        )
        changed = request.base is None or source.path in candidate.changed
        if inside and changed:
            yield source
