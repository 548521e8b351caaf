"""Finds principles, practices and hazards in the folder tree."""

from __future__ import annotations

import pkgutil
from collections.abc import Iterable
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import NamedTuple

from prodwright.core.errors import UnknownName
from prodwright.kit import Hazard

_HERE = Path(__file__).parent
_PACKAGE = __name__.rpartition(".")[0]
_ORDER = (
    "defensive",
    "errors",
    "readiness",
    "security",
    "maintainable",
    "conditions",
    "patterns",
)


class Practice(NamedTuple):
    """One thing a senior engineer does.

    Attributes:
        name: E.g. `specific-handlers`.
        title: What to do, as an imperative sentence.
        principle: Name of its principle, e.g. `errors`.
    """

    name: str
    title: str
    principle: str


class Principle(NamedTuple):
    """One of the seven groups of practices."""

    name: str
    title: str
    practices: tuple[Practice, ...]


@cache
def load_principles() -> tuple[Principle, ...]:
    """Return the seven principles with their practices, in the seed's order."""
    return tuple(_principle(name) for name in _ORDER)


def load_practices() -> tuple[Practice, ...]:
    """Return the 42 practices, in the seed's order."""
    return tuple(each for group in load_principles() for each in group.practices)


@cache
def hazard_names() -> dict[str, str]:
    """Return the module of each hazard, by hazard name, without importing any."""
    return {
        info.name.replace("_", "-"): f"{_PACKAGE}.{principle}.{info.name}"
        for principle in _ORDER
        for info in pkgutil.iter_modules([str(_HERE / principle)])
        if not info.name.startswith("_")
    }


@cache
def load_hazards() -> tuple[Hazard, ...]:
    """Return every hazard, in the order of principles, then by name."""
    return tuple(_load(module) for module in hazard_names().values())


def find_hazard(name: str) -> Hazard:
    """Return the hazard called `name`; only its own file is imported.

    Raises:
        UnknownName: No file defines it.
    """
    modules = hazard_names()
    if name not in modules:
        raise UnknownName("hazard", name, known=tuple(modules))
    return _load(modules[name])


def hazards_named(
    names: Iterable[str], among: tuple[Hazard, ...] | None = None
) -> frozenset[str]:
    """Return the hazards meant by a mix of hazard, practice and principle names.

    Args:
        names: Of hazards, practices and principles.
        among: Every hazard; None: they are imported where that is needed.

    Raises:
        UnknownName: A name is none of these.
    """
    chosen: set[str] = set()
    for name in names:
        chosen |= _hazards_meant(name, among)
    return frozenset(chosen)


def _hazards_meant(name: str, among: tuple[Hazard, ...] | None) -> set[str]:
    if name in hazard_names():
        return {name}
    practices = {each.name: each for each in load_practices()}
    principles = {each.name for each in load_principles()}
    if name not in practices and name not in principles:
        known = (*hazard_names(), *practices, *principles)
        raise UnknownName("hazard or practice", name, known=known)
    group = practices[name].principle if name in practices else name
    return {
        each.name
        for each in among or load_hazards()
        if name in (each.practice, _principle_of(each)) and _principle_of(each) == group
    }


def _principle_of(hazard: Hazard) -> str:
    return hazard_names()[hazard.name].split(".")[-2]


def _load(module_name: str) -> Hazard:
    module = import_module(module_name)
    hazard: Hazard = module.HAZARD
    return hazard.documented(module_name, module.__doc__ or "")


def _principle(name: str) -> Principle:
    docstring = import_module(f"{_PACKAGE}.{name}").__doc__ or ""
    title, _, table = docstring.strip().partition("\n\n")
    rows = [line.partition(": ") for line in table.splitlines() if ": " in line]
    practices = tuple(
        Practice(name=key, title=text.rstrip("."), principle=name)
        for key, _, text in rows
    )
    return Principle(name=name, title=title.rstrip("."), practices=practices)
