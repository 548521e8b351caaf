"""Finds or makes the place for a run, and wires its surroundings."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from prodwright.adapters.branches import Branch
from prodwright.adapters.configuration import read_settings
from prodwright.adapters.files import decode, storage_errors
from prodwright.adapters.git import Git, create_repository, find_repository
from prodwright.adapters.telemetry import open_spans
from prodwright.api.bench import Bench
from prodwright.core.errors import PathRefused, RepositoryUnfit
from prodwright.core.settings import Settings
from prodwright.intake import PROFILE_PATH
from prodwright.runs.clock import RunClock
from prodwright.runs.journal import Progress
from prodwright.runs.records import RunFolder, RunRecord, new_run_id

_OURS = frozenset({".git", ".prodwright"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What every run is started with.

    Attributes:
        folder: The current folder.
        variables: Environment variables.
        progress: Who is told how it goes on.
        allow_unsandboxed: Whether foreign code may run without isolation.
        run_id: Of a run that is begun, from `new_run_id`; empty: made up then.
    """

    folder: Path
    variables: Mapping[str, str]
    progress: Progress
    allow_unsandboxed: bool = False
    run_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """What a new run is about.

    Attributes:
        door: `build` or `harden`.
        request: In the user's words.
        options: Everything else that was asked for, as JSON values.
    """

    door: str
    request: str
    options: Mapping[str, object] = field(default_factory=dict)


def open_in_repository(opening: Opening, around: Surroundings) -> Bench:
    """Begin a run in the repository around the current folder.

    Raises:
        RepositoryUnfit: There is none, it has no commit, or a merge is under way.
    """
    git = find_repository(around.folder)
    if git is None:
        raise RepositoryUnfit(
            f"{around.folder} is not in a git repository",
            hint="`git init` and commit once: the work is delivered as a branch",
        )
    check_fit(git)
    return _begin(git, opening, around, creates="")


def open_for_build(opening: Opening, around: Surroundings, into: Path) -> Bench:
    """Begin a run in `into`: a repository, an empty folder, or a new one.

    Raises:
        PathRefused: It holds files and is no repository, or cannot be made.
        RepositoryUnfit: It is a repository in no state to work in.
    """
    # Git and Python resolve paths; ours must read the same in each of them.
    target = Path(os.path.realpath(into))
    if target.exists() and not target.is_dir():
        raise PathRefused(f"{into}: not a folder", hint="name a folder with --into")
    if ".git" in target.parts:
        raise PathRefused(
            f"{into}: inside a .git folder", hint="name a folder of your own"
        )
    if (target / ".git").exists():
        git = Git(target)
        if _is_empty_project(git):
            return _begin(git, opening, around, creates="checkout")
        check_fit(git)
        return _begin(git, opening, around, creates="")
    around_git = find_repository(target)
    if target.is_dir() and _holds_files(target):
        if around_git is not None:
            hint = f"--into {around_git.root} adds it to the repository around"
        else:
            hint = "name a new folder with --into, or run `git init` and commit"
        raise PathRefused(f"{into}: holds files and is no repository", hint=hint)
    creates = "repository" if target.is_dir() else "folder"
    with storage_errors(target):
        target.mkdir(parents=True, exist_ok=True)
    return _begin(Git(target), opening, around, creates=creates)


def reopen(folder: RunFolder, around: Surroundings) -> Bench:
    """Return the surroundings of a run that was begun before."""
    return Bench(
        git=Git(folder.root),
        folder=folder,
        record=folder.record(),
        settings=_settings(folder.root, around),
        variables=around.variables,
        progress=around.progress,
        allow_unsandboxed=around.allow_unsandboxed,
        clock=RunClock(folder.clock),
        spans=open_spans(around.variables),
    )


def ensure_repository(bench: Bench) -> None:
    """Make the repository that the run creates; repeating changes nothing."""
    git = bench.git
    if (
        bench.record.creates in ("", "checkout")
        or (git.root / ".git" / "HEAD").exists()
    ):
        try:
            git.head()
        except RepositoryUnfit:
            pass
        else:
            return
    with storage_errors(git.root):
        create_repository(git.root, {})


def runs_root(folder: Path) -> Path:
    """Return the folder around `folder` that holds runs or is a repository.

    Raises:
        RepositoryUnfit: There is none.
    """
    for place in (folder, *folder.parents):
        if (place / ".prodwright" / "runs").is_dir() or (place / ".git").exists():
            return place
    raise RepositoryUnfit(
        f"{folder} is not in a git repository", hint="go to the repository of the run"
    )


def found_profile(into: Path) -> str:
    """Return the profile that lies in a folder where a project is to begin.

    In a repository with commits the committed profile counts instead.

    Raises:
        PathRefused: It may not be read.
        UnreadableSource: It is not text.
    """
    file = into / PROFILE_PATH
    if not file.is_file() or _holds_files(into):
        return ""
    with storage_errors(file):
        return decode(file.read_bytes(), str(file))


def check_fit(git: Git) -> None:
    """Refuse a repository that is in no state to work in.

    Raises:
        RepositoryUnfit: It has no commit, a merge or rebase is under way, or our
            branches cannot be named.
    """
    git.head()
    if Branch(git, "prodwright").commit:
        raise RepositoryUnfit(
            f"{git.root} has a branch named 'prodwright': ours cannot be made",
            hint="rename it: `git branch --move prodwright other-name`",
        )
    operation = git.unfinished()
    if operation:
        end = "reset" if operation == "bisect" else "--abort"
        raise RepositoryUnfit(
            f"{git.root} is in the middle of a {operation}",
            hint=f"finish it, or `git {operation} {end}`",
        )


def _begin(git: Git, opening: Opening, around: Surroundings, creates: str) -> Bench:
    settings = _settings(git.root, around)
    folder = RunFolder(git.root, around.run_id or new_run_id())
    existing = creates in ("", "checkout")
    record = RunRecord(
        id=folder.id,
        door=opening.door,
        created_at=datetime.now(tz=UTC).isoformat(timespec="seconds"),
        request=opening.request,
        options=opening.options,
        base=git.head() if existing else "",
        branch=git.branch() if existing else "main",
        creates=creates,
    )
    folder.create(record)
    return Bench(
        git=git,
        folder=folder,
        record=record,
        settings=settings,
        variables=around.variables,
        progress=around.progress,
        allow_unsandboxed=around.allow_unsandboxed,
        clock=RunClock(folder.clock),
        spans=open_spans(around.variables),
    )


def _settings(root: Path, around: Surroundings) -> Settings:
    return read_settings(root, around.variables)


def _holds_files(folder: Path) -> bool:
    with storage_errors(folder):
        return any(each.name not in _OURS for each in folder.iterdir())


def _is_empty_project(git: Git) -> bool:
    """A repository that an interrupted build left: one commit, no files."""
    if _holds_files(git.root):
        return False
    try:
        return not git.files(git.head())
    except RepositoryUnfit:
        return False
