"""What is known of the modules of a program before any is linked."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from prodwright.analysis.ir import Module
from prodwright.analysis.linking.modules import LinkedModule, link
from prodwright.analysis.linking.references import FUNCTION, Reference


class Brief(NamedTuple):
    """What is known of a module before it is linked.

    Attributes:
        path: Of its file.
        name: The module key.
        is_package: Whether the file is an `__init__`.
        packages: Top-level packages that it imports.
        methods: Of its classes, each as name and index.
    """

    path: str
    name: str
    is_package: bool
    packages: tuple[str, ...]
    methods: tuple[tuple[str, int], ...]


def brief(path: str, module: Module) -> Brief:
    """Return the brief of a module."""
    methods = (method for each in module.classes for method in each.methods)
    return Brief(path, module.name, module.is_package, module.packages, tuple(methods))


class Modules(dict[str, LinkedModule]):
    """The linked modules; each is linked when it is asked for."""

    def __init__(self, paths: dict[str, str], load: Callable[[str], Module]) -> None:
        super().__init__()
        self._paths = paths
        self._load = load

    def __missing__(self, key: str) -> LinkedModule:
        linked = self[key] = link(self._paths[key], self._load(key))
        return linked


def methods(briefs: Iterable[Brief]) -> dict[str, list[Reference]]:
    """Return the methods of all modules, by their names."""
    found: dict[str, list[Reference]] = {}
    for each in briefs:
        for name, index in each.methods:
            found.setdefault(name, []).append((FUNCTION, each.name, index))
    return found
