"""An import that a declared contract forbids, planted to see whether it is caught."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from itertools import pairwise
from pathlib import Path

from prodwright.adapters.import_contracts import Contract

_BETWEEN = re.compile(r"[|:]")


def forbidden_import(
    contract: Contract, modules: Iterable[str]
) -> tuple[str, str] | None:
    """Return a module and what it must not import; None: none can be named.

    Args:
        contract: As it is declared.
        modules: Names of the project's modules.
    """
    finders = {
        "layers": _in_layers,
        "forbidden": _forbidden,
        "independence": _in_independence,
    }
    finder = finders.get(contract.kind)
    if finder is None:
        return None
    return next(finder(contract.values, tuple(modules)), None)


def plant_import(folder: Path, path: str, needed: str) -> None:
    """Add an import to a file of a copy.

    Args:
        folder: Top of the copy.
        path: Of the file, relative to it.
        needed: What is imported.
    """
    file = folder / path
    file.write_text(f"{file.read_text('utf-8')}\nimport {needed}\n", "utf-8")


def _in_layers(
    values: Mapping[str, tuple[str, ...]], modules: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    layers = [
        [each.strip(" ()") for each in _BETWEEN.split(line)]
        for line in values.get("layers", ())
    ]
    for container in values.get("containers", ("",)):
        before = f"{container}." if container else ""
        there = [
            [f"{before}{each}" for each in layer if f"{before}{each}" in modules]
            for layer in layers
        ]
        standing = [layer for layer in there if layer]
        if len(standing) > 1:
            yield standing[-1][0], standing[0][0]


def _forbidden(
    values: Mapping[str, tuple[str, ...]], modules: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    for needed in values.get("forbidden_modules", ()):
        if "*" in needed:
            continue
        for source in _matching(values.get("source_modules", ()), modules):
            if needed.partition(".")[0] != source and needed != source:
                yield source, needed


def _in_independence(
    values: Mapping[str, tuple[str, ...]], modules: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    apart = list(_matching(values.get("modules", ()), modules))
    for first, second in pairwise(apart):
        if not _is_below(first, second):
            yield first, second


def _is_below(first: str, second: str) -> bool:
    return first.startswith(f"{second}.") or second.startswith(f"{first}.")


def _matching(patterns: Iterable[str], modules: tuple[str, ...]) -> Iterator[str]:
    """Yield the modules that a pattern names; `*` is one part of a name."""
    for pattern in patterns:
        depth = pattern.count(".")
        for each in modules:
            is_deep_enough = "**" in pattern or each.count(".") == depth
            if is_deep_enough and fnmatchcase(each, pattern):
                yield each
