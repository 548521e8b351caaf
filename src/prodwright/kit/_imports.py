"""Which modules of the project a module imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prodwright.analysis import Project, Source


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
    for statement in source.tree.body:
        match statement:
            case ast.Import(names=names):
                wanted = [alias.name for alias in names]
            case ast.ImportFrom(module=module, names=names, level=level):
                base = _absolute(package, module or "", level)
                inner = [f"{base}.{alias.name}" for alias in names]
                wanted = [each if each in project.modules else base for each in inner]
            case _:
                continue
        for each in wanted:
            if each in project.modules and each != name:
                yield each, statement


def _absolute(package: str, module: str, level: int) -> str:
    if not level:
        return module
    parts = package.split(".")
    base = parts[: len(parts) - level + 1]
    return ".".join([*base, module] if module else base)
