"""Finds blueprints: each is a folder beside this module that defines `BLUEPRINT`."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pathlib import Path

from prodwright.blueprints._blueprint import Blueprint
from prodwright.core.errors import UnknownName

_ROOM = Path(__file__).parent


@cache
def load_all() -> tuple[Blueprint, ...]:
    """Return every blueprint and every component, by name.

    Reads the installed package once: its folders do not change while it runs.
    """
    folders = sorted(path.parent.name for path in _ROOM.glob("*/__init__.py"))
    return tuple(_load(folder) for folder in folders)


def load_blueprints() -> tuple[Blueprint, ...]:
    """Return the blueprints that a request can find, by name."""
    return tuple(found for found in load_all() if not found.is_component)


def named(name: str) -> Blueprint:
    """Return the blueprint or component of that name.

    Raises:
        UnknownName: There is none.
    """
    by_name = {found.name: found for found in load_all()}
    if name not in by_name:
        kind = "blueprint"
        raise UnknownName(kind, name, known=tuple(by_name))
    return by_name[name]


def template_folder(blueprint: Blueprint) -> Path:
    """Return where the templates of a blueprint lie, one folder per step."""
    return _ROOM / blueprint.name.replace("-", "_") / "files"


def _load(folder: str) -> Blueprint:
    module = import_module(f"prodwright.blueprints.{folder}")
    blueprint = module.BLUEPRINT
    if not isinstance(blueprint, Blueprint):
        message = f"{module.__name__}.BLUEPRINT is no Blueprint"
        raise TypeError(message)
    return blueprint
