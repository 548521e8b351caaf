"""Which files and which hazards a review is about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from prodwright.adapters.files import (
    Unjudged,
    is_inside,
    python_files,
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

Reader = Callable[[Path, str], Source]


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The files of one review.

    Attributes:
        project: Those that could be parsed.
        unjudged: Those that could not, and why.
    """

    project: Project
    unjudged: tuple[Unjudged, ...]


def select_hazards(settings: Settings) -> tuple[Hazard, ...]:
    """Return the hazards to judge; previews only when they are named.

    Raises:
        UnknownName: `only` or `skip` holds a name that does not exist.
        ConfigurationInvalid: Together they leave nothing to look for.
    """
    wanted = hazards_named(settings.only)
    skipped = hazards_named(settings.skip)
    chosen = tuple(
        hazard
        for hazard in load_hazards()
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


def select_files(
    paths: Sequence[Path],
    root: Path,
    settings: Settings,
    among: frozenset[str] | None = None,
    within: Path | None = None,
    read: Reader = read_source,
) -> Selection:
    """Return the files under `paths`, shown relative to `root`.

    Args:
        paths: Files and folders. A file named here must be readable.
        root: Folder that findings are relative to.
        settings: For the excluded patterns.
        among: Paths relative to `root`; others are left out. None: all.
        within: Folder that no symbolic link may lead out of; None: any may.
        read: Reads a file that is shown under a path.

    Raises:
        PathRefused: A path or a model file does not exist or may not be read.
        UnreadableSource: A file that was named itself is not Python.
    """
    sources: dict[str, Source] = {}
    unjudged: list[Unjudged] = []
    for path in paths:
        for file in _files(path, settings):
            shown = _shown(file, root)
            if among is not None and shown not in among:
                continue
            if within is not None and not is_inside(file, within):
                reason = "a symbolic link that leads elsewhere"
                unjudged.append(Unjudged(path=shown, reason=reason))
                continue
            named = not path.is_dir()
            found = _read(partial(read, file, shown), shown, named=named)
            if isinstance(found, Source):
                sources[shown] = found
            else:
                unjudged.append(found)
    ordered = tuple(sources[shown] for shown in sorted(sources))
    project = Project(
        sources=ordered,
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


def _files(path: Path, settings: Settings) -> Iterable[Path]:
    try:
        if path.is_dir():
            return list(python_files(path, settings.exclude))
        if path.exists():
            return _named_file(path)
    except OSError as error:
        raise refusal(error, path) from error
    kind = "symbolic link to nothing" if path.is_symlink() else "no such file or folder"
    raise PathRefused(f"{path}: {kind}", hint="name a path that exists")


def _named_file(path: Path) -> list[Path]:
    if path.suffix not in (".py", ".pyi", ""):
        raise UnreadableSource(
            f"{path}: not a Python file", hint="name `.py` files or folders"
        )
    return [path]


def read_as_context(file: Path, shown: str) -> Source:
    """Read a file that is only looked at for what it says of others.

    It is parsed when that is needed, and need not parse.

    Raises:
        UnreadableSource: It is too large or not text.
        PathRefused: It is missing or not readable.
    """
    return replace(read_source(file, shown), is_context=True)


def _read(read: Callable[[], Source], shown: str, *, named: bool) -> Source | Unjudged:
    try:
        source = read()
        if not source.is_context:
            _ = source.tree  # a file that does not parse is told apart here
    except (UnreadableSource, PathRefused) as error:
        if named:
            raise
        return Unjudged(path=shown, reason=str(error).removeprefix(f"{shown}:").strip())
    return source


def _shown(file: Path, root: Path) -> str:
    # Only the folder is resolved: a link to a file is a file of its own in git.
    place = file.parent.resolve() / file.name
    if place.is_relative_to(root.resolve()):
        return place.relative_to(root.resolve()).as_posix()
    return file.as_posix()
