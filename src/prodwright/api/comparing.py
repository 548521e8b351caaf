"""A change as two projects: all files as they are, and as they were before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from prodwright.adapters.files import decode
from prodwright.adapters.git import Git
from prodwright.analysis import Project, Source
from prodwright.api.selecting import is_other
from prodwright.core.errors import UnreadableSource


def with_context(changed: Project, around: Project) -> Project:
    """Return `changed` together with every other file of the repository.

    Args:
        changed: The files that are judged.
        around: All files, as context.
    """
    own = {source.path: source for source in changed.sources}
    every = {source.path: source for source in around.sources} | own
    ordered = tuple(every[path] for path in sorted(every))
    return replace(changed, sources=ordered)


def as_of(
    whole: Project,
    git: Git,
    base: str,
    differing: frozenset[str],
    others: tuple[str, ...],
) -> Project:
    """Return `whole` as it was in `base`; files that are the same are shared.

    Args:
        whole: All files as they are.
        git: The repository.
        base: Revision to go back to.
        differing: Paths that differ from it, deleted ones included.
        others: Patterns of names of files that are no Python and are judged, too.
    """
    commit = git.commit_of(base)
    same = [source for source in whole.sources if source.path not in differing]
    before = [*same, *_read(git, commit, differing, others)]
    ordered = sorted(before, key=lambda each: each.path)
    return replace(
        whole,
        sources=tuple(each for each in ordered if each.is_python),
        texts=tuple(each for each in ordered if not each.is_python),
    )


def _read(
    git: Git, commit: str, paths: frozenset[str], others: tuple[str, ...]
) -> Iterator[Source]:
    for path in sorted(paths):
        wanted = path.endswith(".py") or is_other(path, others)
        content = git.read(commit, path) if wanted else None
        if content is None:
            continue
        try:
            yield Source(
                path=path,
                text=decode(content, path),
                is_python=not is_other(path, others),
                is_context=True,
            )
        except UnreadableSource:
            continue  # it was no Python then either: nothing was found in it
