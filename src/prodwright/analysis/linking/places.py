"""By which names the modules of a program are imported."""

from __future__ import annotations

from collections.abc import Callable, Iterable


def import_names(keys: Iterable[tuple[str, bool]]) -> dict[str, str]:
    """Return the key of each module by every name it can be imported by anywhere.

    A module is known by its path from the root and by its path from the folder that
    holds its outermost package, the one on Python's search path: `backend/app/x.py`
    is `app.x`, too, when `backend` is no package. Where two modules would have one
    such name, neither has it.

    Args:
        keys: Module keys, each with whether it is a package.
    """
    every = tuple(keys)
    packages = {key for key, is_package in every if is_package}
    shorter: dict[str, str] = {}
    shared: set[str] = set()
    for key, _ in every:
        name = _from_outermost_package(key, packages)
        if name in shorter:
            shared.add(name)
        shorter[name] = key
    kept = {name: key for name, key in shorter.items() if name not in shared}
    return {**kept, **{key: key for key, _ in every}}


def _from_outermost_package(key: str, packages: set[str]) -> str:
    parts = key.split(".")
    first = len(parts) - 1
    while first > 0 and ".".join(parts[:first]) in packages:
        first -= 1
    if first == len(parts) - 1 and key not in packages:
        return key  # a module beside no package: found from its own folder only
    return ".".join(parts[first:])


def beside(key: str, dotted: str, is_module: Callable[[str], bool]) -> str:
    """Return the name that `dotted` means in module `key`.

    A script sees the modules of its own folder by their bare names.

    Args:
        key: The module that imports.
        dotted: What it imports, as it is written.
        is_module: Tells whether a module of the program has a name.
    """
    top = dotted.partition(".")[0]
    if is_module(top):
        return dotted
    folder = key.rpartition(".")[0]
    return f"{folder}.{dotted}" if folder and is_module(f"{folder}.{top}") else dotted
