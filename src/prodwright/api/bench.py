"""What both doors that write code, `build` and `harden`, work with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from prodwright.adapters.environments import (
    LOCKS,
    Environment,
    EnvironmentCache,
    environment_of,
    locks_in,
    project_python,
)
from prodwright.adapters.files import python_files, read_source, write_atomically
from prodwright.adapters.git import Git
from prodwright.adapters.guarded import Guarded
from prodwright.adapters.model_files import read_model_files
from prodwright.adapters.overlays import with_overlay
from prodwright.adapters.report_watch import Watched
from prodwright.adapters.sandbox import Reaching, Sandbox, find_sandbox
from prodwright.adapters.telemetry import Spans
from prodwright.adapters.user_cache import cache_folder
from prodwright.analysis import Project, Source
from prodwright.api.allowing import Installed, kept_allowance, kept_installed
from prodwright.blueprints import named, render
from prodwright.core.allowance import Allowance
from prodwright.core.errors import ProdwrightError
from prodwright.core.settings import Settings
from prodwright.evidence import EvidenceStore
from prodwright.gate.candidate import Toolbox
from prodwright.runs.clock import RunClock
from prodwright.runs.journal import Progress
from prodwright.runs.records import RunFolder, RunRecord
from prodwright.runs.workbench import Workbench


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """One run's surroundings.

    Attributes:
        git: The user's repository.
        folder: The run's folder.
        record: What the run was started with.
        settings: As configured.
        variables: Environment variables.
        progress: Who is told how it goes on.
        allow_unsandboxed: Whether foreign code may run without isolation.
        clock: How long the run has taken.
        spans: Where it is told what takes time and money.
    """

    git: Git
    folder: RunFolder
    record: RunRecord
    settings: Settings
    variables: Mapping[str, str]
    progress: Progress
    allow_unsandboxed: bool
    clock: RunClock
    spans: Spans = field(default_factory=Spans)

    @property
    def workbench(self) -> Workbench:
        """The run's worktrees."""
        return Workbench(self.git, self.folder)

    @property
    def evidence(self) -> EvidenceStore:
        """The run's records."""
        return EvidenceStore(self.folder.evidence)

    @property
    def cache(self) -> Path:
        """Our folder in the user's cache."""
        return cache_folder(self.variables)

    @property
    def allowance(self) -> Allowance:
        """What the user allows this run."""
        return kept_allowance(self.variables, self.folder.id)

    def toolbox(self, project: Path) -> Toolbox:
        """Return what stages need to run the code of `project`.

        They run it without a network, unless the user allows that the gate reaches
        the named hosts: a verdict that hangs on somebody else's server cannot be
        replayed, and mutants would be tried on that server.
        """
        return Toolbox(
            copy=self.workbench.scratch_copy,
            sandbox=self._gate_sandbox,
            environment=partial(self.environment, project),
            timeout_seconds=self.settings.test_timeout_seconds,
        )

    def _gate_sandbox(self) -> Sandbox:
        hosts = self.allowance.gate_hosts
        found = Reaching(self.sandbox(), hosts) if hosts else self.sandbox()
        return Watched(found, self.progress.trying)

    def sandbox(self) -> Sandbox:
        """Return the isolation of this machine.

        Raises:
            SandboxUnavailable: There is none.
        """
        found = find_sandbox(allow_unsandboxed=self.allow_unsandboxed)
        return Guarded(found) if self.record.options.get("engineer") else found

    def environment(self, project: Path) -> Environment | None:
        """Return what `project` runs with, and what was installed for this run.

        Raises:
            EnvironmentFailed: It cannot be made, or is not kept any more.
        """
        found = self.base_environment(project)
        overlay = self.installed.overlay
        if found is None or not overlay:
            return found
        return with_overlay(found, self.cache / "overlays", overlay)

    @property
    def installed(self) -> Installed:
        """What was installed for this run."""
        return kept_installed(self.variables, self.folder.id)

    def base_environment(self, project: Path) -> Environment | None:
        """Return what `project` runs with: our own for what we generated.

        What a model begins from nothing runs with what our blueprints run with.
        """
        engineer = str(self.record.options.get("engineer", ""))
        if self.record.door == "build" and not engineer:
            return self._locked(locks_in(project))
        named = str(self.record.options.get("python") or self.settings.python)
        python = project_python(self.git.root, named, self.variables)
        if python is not None:
            return environment_of(python)
        if self.record.door == "harden":
            return None
        return self._locked(self._base_locks() or self._standard_locks())

    @property
    def environments(self) -> EnvironmentCache:
        """Environments of our own making."""
        return EnvironmentCache(
            folder=self.cache / "environments", variables=self.variables
        )

    def _locked(self, locks: Sequence[Path]) -> Environment:
        own = self.environments
        if not own.has(locks):
            self.progress.note("installing what the project needs")
        return own.for_locks(locks)

    def _base_locks(self) -> list[Path]:
        """Return the user's own locks: an engineer does not decide what is installed.

        What is installed is fetched and unpacked outside the sandbox.
        """
        base = self.record.base
        place = self.folder.path / "locks"
        found = {name: self.git.read(base, name) for name in LOCKS} if base else {}
        for name, content in found.items():
            if content is not None:
                write_atomically(place / name, content)
        return locks_in(place)

    def _standard_locks(self) -> list[Path]:
        place = self.cache / "standard"
        rendered = {
            path: text
            for step in render(named("core"), {})
            for path, text in step.files.items()
            if path in LOCKS
        }
        for path, text in rendered.items():
            write_atomically(place / path, text.encode())
        return [place / path for path in sorted(rendered)]


def read_project(
    tree: Path, folder: str, settings: Settings, models_from: Path | None = None
) -> Project:
    """Parse the Python files of `folder` in `tree`; unreadable ones are told apart.

    Args:
        tree: A checkout.
        folder: Of which files are judged, relative to it; empty: all.
        settings: For what is left out, and for the model files.
        models_from: The checkout whose model files count, so that a change cannot
            declare itself harmless; None: `tree`.
    """
    place = tree / folder
    if not place.is_dir():
        return Project(sources=())
    found = python_files(place, settings.exclude)
    files = [each for each in found if not each.is_symlink()]
    origin = models_from or tree
    models = [each for each in settings.models if (origin / each).is_file()]
    read = [_read(each, each.relative_to(tree).as_posix()) for each in files]
    return Project(
        sources=tuple(each for each in read if isinstance(each, Source)),
        unread=tuple(each for each in read if not isinstance(each, Source)),
        models=read_model_files(origin, models),
        tells_entries=settings.library_entries,
    )


def _read(file: Path, shown: str) -> Source | tuple[str, str]:
    try:
        source = read_source(file, shown)
        _ = source.tree
    except ProdwrightError as error:
        return shown, str(error).removeprefix(f"{shown}:").strip()
    return source
