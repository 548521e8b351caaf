"""Where experiments happen: copies in the user's cache, gone when they are over."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from prodwright.adapters.environments import (
    Environment,
    EnvironmentCache,
    environment_of,
    locks_in,
    project_python,
)
from prodwright.adapters.files import storage_errors
from prodwright.adapters.git import Git
from prodwright.adapters.report_watch import Watched
from prodwright.adapters.sandbox import find_sandbox
from prodwright.adapters.user_cache import cache_folder
from prodwright.adapters.working_copies import copy_as_it_stands
from prodwright.gate.candidate import Toolbox
from prodwright.runs.records import new_run_id

_KEPT_PROOFS = 20
_SCRATCH = "work"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """One proof's place.

    Attributes:
        id: Sorts by time.
        folder: In the user's cache; its `evidence` stays.
        root: The project, which is only read.
        git: Its repository; None without one.
    """

    id: str
    folder: Path
    root: Path
    git: Git | None

    @property
    def tree(self) -> Path:
        """The project as it stands."""
        return self.folder / _SCRATCH / "tree"

    @property
    def base(self) -> Path:
        """The project as it was before."""
        return self.folder / _SCRATCH / "base"

    @property
    def evidence(self) -> Path:
        """The records."""
        return self.folder / "evidence"

    def copy(self, tree: Path, name: str) -> Path:
        """Return a copy of `tree` that foreign code may spoil, made anew."""
        place = self.folder / _SCRATCH / name
        with storage_errors(place):
            shutil.rmtree(place, ignore_errors=True)
            shutil.copytree(tree, place, symlinks=True)
        return place

    def toolbox(
        self,
        variables: Mapping[str, str],
        python: str,
        timeout_seconds: float,
        *,
        allow_unsandboxed: bool,
        tell: Callable[[str], None],
    ) -> Toolbox:
        """Return what stages need to run the project's code.

        Args:
            variables: Environment variables.
            python: Interpreter that was named; empty: looked for.
            timeout_seconds: For one run of the tests.
            allow_unsandboxed: Whether it may run without isolation.
            tell: Is told what experiments have tried last.
        """
        return Toolbox(
            copy=self.copy,
            sandbox=lambda: Watched(
                find_sandbox(allow_unsandboxed=allow_unsandboxed), tell
            ),
            environment=partial(self._environment, variables, python),
            timeout_seconds=timeout_seconds,
        )

    def _environment(
        self, variables: Mapping[str, str], python: str
    ) -> Environment | None:
        found = project_python(self.root, python, variables)
        if found is not None:
            return environment_of(found)
        # What we generated runs with what it was built with, where that is still there.
        locks = locks_in(self.tree)
        ours = EnvironmentCache(
            folder=cache_folder(variables) / "environments", variables=variables
        )
        return ours.for_locks(locks) if locks and ours.has(locks) else None


@contextmanager
def stand_for(
    root: Path, git: Git | None, variables: Mapping[str, str]
) -> Iterator[Stand]:
    """Copy the project to a place of its own, and clear up afterwards.

    Raises:
        StorageFailed: The disk is full.
        PathRefused: A file or the cache folder may not be read or written.
    """
    home = cache_folder(variables) / "proofs"
    name = new_run_id()
    with storage_errors(home):
        home.mkdir(parents=True, exist_ok=True)
        _clear_up(home)
        (home / name).mkdir()
    stand = Stand(id=name, folder=home / name, root=root, git=git)
    with _held(stand.folder):
        try:
            copy_as_it_stands(root.resolve(), git, stand.tree, home.parent)
            yield stand
        finally:
            shutil.rmtree(stand.folder / _SCRATCH, ignore_errors=True)


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    handle = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def _clear_up(home: Path) -> None:
    """Remove what a killed process left, and the oldest proofs."""
    done = [each for each in sorted(home.iterdir()) if not _is_held(each)]
    for each in done:
        shutil.rmtree(each / _SCRATCH, ignore_errors=True)
    for each in done[: -_KEPT_PROOFS or None]:
        shutil.rmtree(each, ignore_errors=True)


def _is_held(folder: Path) -> bool:
    try:
        handle = os.open(folder / "lock", os.O_RDWR)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False
