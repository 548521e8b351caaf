"""Copies of a project as it stands, uncommitted changes included, to be spoilt."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from prodwright.adapters.files import is_inside, is_passed_over, storage_errors
from prodwright.adapters.git import Git


def copy_as_it_stands(root: Path, git: Git | None, to: Path, apart: Path) -> None:
    """Copy the project at `root` to `to`, a folder that is made anew.

    In a repository what git tracks, and what it neither tracks nor ignores, is
    copied; elsewhere everything but environments, caches and hidden folders. Links
    that lead out, pipes and devices are left out.

    Args:
        root: Top of the project.
        git: Its repository; None without one.
        to: The copy.
        apart: Folder that is left out when it lies in the project: the one that copies
            are made in.

    Raises:
        StorageFailed: The disk is full.
        PathRefused: A file may not be read.
    """
    apart = apart.resolve()
    names = _known_to(git) if git else _walked(root, apart)
    copy_files(root, (e for e in names if not _is_below(root / e, apart)), to)


def copy_files(root: Path, names: Iterable[str], to: Path) -> None:
    """Copy those files under `root` to the same places under `to`, made anew."""
    with storage_errors(to):
        shutil.rmtree(to, ignore_errors=True)
        to.mkdir(parents=True)
    for name in names:
        place = root / name
        with storage_errors(place):
            _copy(place, root, to / name)


def _known_to(git: Git) -> tuple[str, ...]:
    words = ("--cached", "--others", "--exclude-standard", "-z", "--deduplicate")
    return git.listed("ls-files", *words)


def _is_below(place: Path, folder: Path) -> bool:
    return place.absolute().is_relative_to(folder)


def _walked(root: Path, apart: Path) -> Iterator[str]:
    for place, folders, names in os.walk(root):
        here = Path(place).relative_to(root)
        folders[:] = [
            each
            for each in folders
            if not is_passed_over(root, f"{here / each}/-")
            and not _is_below(root / here / each, apart)
        ]
        yield from ((here / name).as_posix() for name in names)


def _copy(place: Path, root: Path, to: Path) -> None:
    try:
        kind = place.lstat().st_mode
    except FileNotFoundError:
        return  # tracked, and deleted in the working tree
    if stat.S_ISLNK(kind):
        if is_inside(place, root):
            to.parent.mkdir(parents=True, exist_ok=True)
            to.symlink_to(place.readlink())
    elif stat.S_ISREG(kind):
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(place, to)
