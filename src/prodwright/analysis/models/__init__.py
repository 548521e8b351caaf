"""What libraries do with values from outside: data files, and how they are read.

`python.toml` holds the standard library and what goes by names alone; each other
file is named after the package it describes, and read when that is imported.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from pathlib import Path

from prodwright.analysis.models._keeping import models_of, plain
from prodwright.analysis.models._values import Entry, Given, Models, Sink, Validator

__all__ = [
    "Entry",
    "Given",
    "Models",
    "Sink",
    "Validator",
    "known_packages",
    "load",
    "models_of",
    "plain",
]

_ALWAYS = "python"
_FOLDER = Path(__file__).parent


def load(packages: Iterable[str], more: Iterable[tuple[str, str]] = ()) -> Models:
    """Return what is known of the standard library and of `packages`.

    Args:
        packages: Top-level packages that the program imports.
        more: Model files of the user, each as its name and its text.

    Raises:
        ConfigurationInvalid: A file of the user says what no model file may say.
    """
    wanted = known_packages().intersection(packages)
    return _load(frozenset(wanted), tuple(more))


@cache
def _load(packages: frozenset[str], more: tuple[tuple[str, str], ...]) -> Models:
    from prodwright.analysis.models._reading import Gathered, read_models  # 4 ms

    gathered = Gathered()
    waiting, done = [*sorted(packages), _ALWAYS], set[str]()
    while waiting:
        name = waiting.pop()
        if name not in done:
            done.add(name)
            text = (_FOLDER / f"{name}.toml").read_text("utf-8")
            waiting += read_models(text, f"{name}.toml", gathered)
    for place, text in more:
        read_models(text, place, gathered)
    return gathered.models()


@cache
def known_packages() -> frozenset[str]:
    """Return the packages that a model file comes with this one for."""
    files = (each.name for each in _FOLDER.iterdir())
    names = (name.removesuffix(".toml") for name in files if name.endswith(".toml"))
    return frozenset(names) - {_ALWAYS}
