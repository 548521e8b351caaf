"""Tells whether a review sees all of a service, or only some of its files."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from prodwright.analysis.facts import per_file

if TYPE_CHECKING:
    from prodwright.analysis import Project, Source


def lacks_files(project: Project, among: Iterable[Source]) -> bool:
    """Tell whether a file of `among` imports one of its own package that is not there.

    What a service lacks can only be said of all its files. A review of one of them,
    or of some, must not say it.
    """
    paths = frozenset(each.path for each in project.sources)
    return any(
        paths.isdisjoint(places) for source in among for places in own_imports(source)
    )


@per_file
def own_imports(source: Source) -> tuple[tuple[str, ...], ...]:
    """Return, for each import from the file's own package, the files it may mean."""
    folder = PurePosixPath(source.path).parent
    found = [
        _places(folder, node.level, [*(node.module or "").split("."), alias.name])
        for node in source.nodes(ast.ImportFrom)
        for alias in node.names
    ]
    return tuple(sorted(frozenset(each for each in found if each)))


def _places(folder: PurePosixPath, level: int, parts: list[str]) -> tuple[str, ...]:
    """Return the files that define a name, seen from `folder`; none: another's."""
    parts = [each for each in parts if each]
    if level:
        if level > len(folder.parts) + 1:  # above what is shown
            return ()
        base = folder if level == 1 else folder.parents[level - 2]
    elif len(parts) > 1 and parts[0] in folder.parts:
        base = PurePosixPath(*folder.parts[: folder.parts.index(parts[0])])
    else:
        return ()
    return tuple(_files(base, parts, is_relative=level > 0))


def _files(
    base: PurePosixPath, parts: list[str], *, is_relative: bool
) -> Iterator[str]:
    """The last part may be a module, or something that the module before it has."""
    for count in (len(parts), len(parts) - 1):
        if count or is_relative:
            module = base.joinpath(*parts[:count])
            yield str(module / "__init__.py")
            if count:
                yield f"{module}.py"
