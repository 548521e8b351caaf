"""Which modules of the project a module imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from prodwright.analysis.facts import Place, node_at, per_file, place_of

if TYPE_CHECKING:
    from prodwright.analysis import Project, Source

# The module, None for `import`; the names; the dots before it; where it stands.
_Import = tuple[str | None, tuple[str, ...], int, Place]


def imports_between(
    project: Project, name: str, source: Source
) -> Iterator[tuple[str, ast.stmt]]:
    """Yield the project's modules that are needed to import module `name`.

    Args:
        project: Whose modules are meant.
        name: Dotted name of the importing module.
        source: The importing module.
    """
    package = name if source.path.endswith("__init__.py") else name.rpartition(".")[0]
    for module, names, level, place in imports_of(source):
        wanted: tuple[str, ...] = names
        if module is not None:
            base = _absolute(package, module, level)
            inner = [f"{base}.{each}" for each in names]
            wanted = tuple(e if e in project.modules else base for e in inner)
        for each in wanted:
            if each in project.modules and each != name:
                yield each, node_at(place)


@per_file
def imports_of(source: Source) -> tuple[_Import, ...]:
    """Return the imports at module level."""
    found: list[_Import] = []
    for statement in source.tree.body:
        match statement:
            case ast.Import(names=names):
                named = tuple(alias.name for alias in names)
                found.append((None, named, 0, place_of(statement)))
            case ast.ImportFrom(module=module, names=names, level=level):
                named = tuple(alias.name for alias in names)
                found.append((module or "", named, level, place_of(statement)))
    return tuple(found)


def _absolute(package: str, module: str, level: int) -> str:
    if not level:
        return module
    parts = package.split(".")
    base = parts[: len(parts) - level + 1]
    return ".".join([*base, module] if module else base)
