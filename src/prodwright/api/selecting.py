"""Which files and which hazards a review is about."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from functools import cache, partial
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from prodwright.adapters.files import (
    Unjudged,
    is_inside,
    python_file_names,
    read_source,
    refusal,
)
from prodwright.adapters.git import Git, find_repository
from prodwright.adapters.model_files import read_model_files
from prodwright.analysis import Project, Source
from prodwright.core.errors import (
    ConfigurationInvalid,
    PathRefused,
    RepositoryUnfit,
    UnreadableSource,
)
from prodwright.core.settings import Settings
from prodwright.kit import Hazard
from prodwright.practices import hazards_named, load_hazards

Reader = Callable[[str, str], Source]


class Selection(NamedTuple):
    """The files of one review.

    Attributes:
        project: Those that could be parsed.
        unjudged: Those that could not, and why.
    """

    project: Project
    unjudged: tuple[Unjudged, ...]


def select_hazards(
    settings: Settings, every: tuple[Hazard, ...] | None = None
) -> tuple[Hazard, ...]:
    """Return the hazards to judge; previews only when they are named.

    Args:
        settings: For what is wanted and skipped.
        every: All that there are; None: they are imported.

    Raises:
        UnknownName: `only` or `skip` holds a name that does not exist.
        ConfigurationInvalid: Together they leave nothing to look for.
    """
    every = every or load_hazards()
    wanted = hazards_named(settings.only, every)
    skipped = hazards_named(settings.skip, every)
    chosen = tuple(
        hazard
        for hazard in every
        if hazard.stage == "static"
        and (hazard.name in wanted if wanted else not hazard.preview)
        and hazard.name not in skipped
    )
    if not chosen:
        raise ConfigurationInvalid(
            f"only {', '.join(settings.only) or 'all'} and skip "
            f"{', '.join(settings.skip) or 'nothing'} leave no hazard to look for",
            hint="name fewer with skip, or others with only",
        )
    return chosen


def select_files(  # noqa: PLR0913
    paths: Sequence[Path],
    root: Path,
    settings: Settings,
    among: frozenset[str] | None = None,
    within: Path | None = None,
    read: Reader = read_source,
    prepare: Callable[[Sequence[tuple[str, str]]], None] | None = None,
    others: tuple[str, ...] | None = None,
) -> Selection:
    """Return the files under `paths`, shown relative to `root`.

    Args:
        paths: Files and folders. A file named here must be readable.
        root: Folder that findings are relative to.
        settings: For the excluded patterns.
        among: Paths relative to `root`; others are left out. None: all.
        within: Folder that no symbolic link may lead out of; None: any may.
        read: Reads a file that is shown under a path.
        prepare: Is told of all files, each with that path, before any is read.
        others: Patterns of names of files that are no Python; None: `other_files()`.

    Raises:
        PathRefused: A path or a model file does not exist or may not be read.
        UnreadableSource: A file that was named itself is not Python.
    """
    sources: dict[str, Source] = {}
    unjudged: list[Unjudged] = []
    chosen: list[tuple[str, str]] = []
    named: set[str] = set()
    shown_as = _Shown(root)
    for path in paths:
        is_named = not path.is_dir()
        for file in _files(path, settings, others):
            shown = shown_as(file)
            if among is not None and shown not in among:
                continue
            if within is not None and not is_inside(Path(file), within):
                reason = "a symbolic link that leads elsewhere"
                unjudged.append(Unjudged(path=shown, reason=reason))
                continue
            chosen.append((file, shown))
            named.update([shown] if is_named else ())
    if prepare is not None:
        prepare([each for each in chosen if not is_other(each[1], others)])
    for file, shown in chosen:
        odd = is_other(shown, others)
        reader = read_source if odd else read  # only code is remembered
        found = _read(
            partial(reader, file, shown), shown, odd=odd, named=shown in named
        )
        if isinstance(found, Source):
            sources[shown] = found
        elif shown in named or not odd:
            unjudged.append(found)
    ordered = [sources[shown] for shown in sorted(sources)]
    project = Project(
        sources=tuple(each for each in ordered if each.is_python),
        texts=tuple(each for each in ordered if not each.is_python),
        models=read_model_files(root, settings.models),
        tells_entries=settings.library_entries,
    )
    return Selection(project=project, unjudged=tuple(unjudged))


def changed_paths(root: Path, base: str) -> frozenset[str]:
    """Return the paths that differ from `base`, uncommitted changes included.

    Raises:
        RepositoryUnfit: `root` is in no repository, or `base` is no commit.
    """
    return frozenset(repository_at(root).changed_since(base))


def repository_at(root: Path) -> Git:
    """Return the repository around `root`.

    Raises:
        RepositoryUnfit: There is none.
    """
    git = find_repository(root)
    if git is None:
        raise RepositoryUnfit(
            f"{root} is not in a git repository",
            hint="run `git init` and commit once, or go to a repository",
        )
    return git


@cache
def other_files() -> tuple[str, ...]:
    """Return the patterns of names of files that are no Python and are judged, too."""
    return files_of(load_hazards())


def files_of(hazards: Iterable[Hazard]) -> tuple[str, ...]:
    """Return the patterns of names of files that are no Python and that these judge."""
    return tuple(sorted({name for each in hazards for name in each.files}))


def is_other(path: str, others: tuple[str, ...] | None = None) -> bool:
    """Tell whether the file at `path` is judged and no Python.

    Args:
        path: Of the file.
        others: Patterns of the names of such; None: `other_files()`.
    """
    if path.endswith(".py"):
        return False
    name = PurePosixPath(path).name
    return any(fnmatchcase(name, pattern) for pattern in others or other_files())


def _files(
    path: Path, settings: Settings, others: tuple[str, ...] | None
) -> Iterable[str]:
    try:
        if path.is_dir():
            names = python_file_names(path, settings.exclude, others or other_files())
            return list(names)
        if path.exists():
            return _named_file(path, others)
    except OSError as error:
        raise refusal(error, path) from error
    kind = "symbolic link to nothing" if path.is_symlink() else "no such file or folder"
    raise PathRefused(f"{path}: {kind}", hint="name a path that exists")


def _named_file(path: Path, others: tuple[str, ...] | None) -> list[str]:
    if path.suffix not in (".py", ".pyi", "") and not is_other(path.name, others):
        raise UnreadableSource(
            f"{path}: not a Python file", hint="name `.py` files or folders"
        )
    return [str(path)]


def read_as_context(file: str, shown: str) -> Source:
    """Read a file that is only looked at for what it says of others.

    It is parsed when that is needed, and need not parse.

    Raises:
        UnreadableSource: It is too large or not text.
        PathRefused: It is missing or not readable.
    """
    return replace(read_source(file, shown), is_context=True)


def _read(
    read: Callable[[], Source], shown: str, *, odd: bool, named: bool
) -> Source | Unjudged:
    try:
        source = read()
        if not (source.is_context or source.is_recalled or odd):
            _ = source.tree  # a file that does not parse is told apart here
    except (UnreadableSource, PathRefused) as error:
        if named:
            raise
        return Unjudged(path=shown, reason=str(error).removeprefix(f"{shown}:").strip())
    return replace(source, is_python=False) if odd else source


class _Shown:
    """Tells under which path a file is shown.

    Args:
        root: Folder that findings are relative to.
    """

    def __init__(self, root: Path) -> None:
        self._root = os.path.realpath(root)
        self._folders: dict[str, str] = {}

    def __call__(self, file: str) -> str:
        # Only the folder is resolved: a link to a file is a file of its own in git.
        place, _, name = file.rpartition("/")
        if not place or place.endswith("/"):
            place, name = os.path.split(file)
        known = self._folders.get(place)
        if known is None:
            known = self._folders[place] = self._shown(place)
        return f"{known}{name}"

    def _shown(self, place: str) -> str:
        """Return the folder as it is shown, with its slash."""
        resolved = os.path.realpath(place or ".")
        if resolved == self._root:
            return ""
        inside = resolved.removeprefix(self._root.rstrip("/") + "/")
        if inside != resolved:
            return f"{inside}/"
        return f"{place}/" if place else ""
