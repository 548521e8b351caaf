"""What part of a repository is meant."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path, PurePosixPath

from prodwright.adapters.git import Git
from prodwright.core.errors import PathRefused


def scope_of(path: Path, folder: Path, root: Path) -> str:
    """Return `path` relative to the repository.

    Raises:
        PathRefused: It does not exist, or lies outside.
    """
    place = folder / path
    if not place.exists():
        raise PathRefused(
            f"{path}: no such file or folder", hint="name a path that exists"
        )
    resolved = place.resolve()
    if not resolved.is_relative_to(root.resolve()):
        raise PathRefused(
            f"{path}: outside the repository {root}", hint="name a path inside it"
        )
    return resolved.relative_to(root.resolve()).as_posix()


def refuse_uncommitted(git: Git, scope: Iterable[str]) -> None:
    """The work starts from the last commit: what is not in it cannot be mended.

    Raises:
        PathRefused: Nothing of a path in `scope` is committed.
    """
    committed = [PurePosixPath(path) for path in git.files(git.head())]
    for each in scope:
        if not any(path.is_relative_to(each) for path in committed):
            raise PathRefused(
                f"{each}: not in the last commit",
                hint="commit it first, or see `harden --dry-run`",
            )
