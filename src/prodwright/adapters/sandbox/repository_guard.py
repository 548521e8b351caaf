"""Keeps a command from planting a repository that our own git would open later."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def no_repository_planted(folders: Sequence[Path]) -> Iterator[None]:
    """Take away the `.git` that appears at the top of a folder in the meantime.

    One that is there already is for the sandbox to protect; when it is another one
    afterwards, it is planted too.
    """
    places = [folder / ".git" for folder in folders]
    before = [_identity(place) for place in places]
    try:
        yield
    finally:
        for place, known in zip(places, before, strict=True):
            if _identity(place) not in (None, known):
                _remove(place)


def _identity(place: Path) -> tuple[int, int] | None:
    try:
        told = place.lstat()
    except OSError:
        return None
    return told.st_dev, told.st_ino


def _remove(place: Path) -> None:
    """Remove it, links not followed, also where its folders forbid that."""
    if place.is_symlink() or not place.is_dir():
        place.unlink(missing_ok=True)
        return
    place.chmod(0o700)
    for folder, names, _ in os.walk(place):  # each is opened before it is entered
        for each in (Path(folder, name) for name in names):
            if not each.is_symlink():
                each.chmod(0o700)
    shutil.rmtree(place)
