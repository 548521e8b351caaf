"""A change as two projects: all files as they are, and as they were before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from prodwright.adapters.files import decode
from prodwright.adapters.git import Git
from prodwright.analysis import Project, Source
from prodwright.api.selecting import read_as_context, select_files
from prodwright.core.errors import UnreadableSource
from prodwright.core.settings import Settings


def with_context(
    changed: Project, root: Path, settings: Settings, within: Path | None
) -> Project:
    """Return `changed` together with every other file of the repository.

    Args:
        changed: The files that are judged.
        root: Top folder of the repository.
        settings: For the excluded patterns.
        within: Folder that no symbolic link may lead out of; None: any may.
    """
    own = {source.path: source for source in changed.sources}
    around = select_files([root], root, settings, within=within, read=read_as_context)
    every = {source.path: source for source in around.project.sources} | own
    ordered = tuple(every[path] for path in sorted(every))
    return replace(changed, sources=ordered)


def as_of(whole: Project, git: Git, base: str, differing: frozenset[str]) -> Project:
    """Return `whole` as it was in `base`; files that are the same are shared.

    Args:
        whole: All files as they are.
        git: The repository.
        base: Revision to go back to.
        differing: Paths that differ from it, deleted ones included.
    """
    commit = git.commit_of(base)
    same = [source for source in whole.sources if source.path not in differing]
    before = [*same, *_read(git, commit, differing)]
    ordered = tuple(sorted(before, key=lambda each: each.path))
    return replace(whole, sources=ordered)


def _read(git: Git, commit: str, paths: frozenset[str]) -> Iterator[Source]:
    for path in sorted(paths):
        content = git.read(commit, path) if path.endswith(".py") else None
        if content is None:
            continue
        try:
            yield Source(path=path, text=decode(content, path), is_context=True)
        except UnreadableSource:
            continue  # it was no Python then either: nothing was found in it
