"""The calls of one file by what they call, so that no check walks over them all."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from typing import NamedTuple

Place = tuple[int, ast.Call]


class CallIndex(NamedTuple):
    """Calls by qualified name and by last word, each with its place in the file.

    Attributes:
        by_name: Those of which the qualified name is known, by it.
        by_word: Those of a name or an attribute, by the last word: `commit` for
            `session.commit()`.
    """

    by_name: dict[str, list[Place]]
    by_word: dict[str, list[Place]]


def index_calls(
    calls: Iterable[ast.Call], called: Callable[[ast.Call], str | None]
) -> CallIndex:
    """Return the index of `calls`.

    Args:
        calls: In reading order.
        called: Gives the qualified name of what a call calls, if it is known.
    """
    by_name: dict[str, list[Place]] = {}
    by_word: dict[str, list[Place]] = {}
    for place in enumerate(calls):
        name, word = called(place[1]), _word(place[1].func)
        if name is not None:
            by_name.setdefault(name, []).append(place)
        if word is not None:
            by_word.setdefault(word, []).append(place)
    return CallIndex(by_name, by_word)


def chosen(
    index: dict[str, list[Place]], wanted: Callable[[str], object]
) -> list[ast.Call]:
    """Return the calls whose key in `index` is wanted, in reading order."""
    found = [places for key, places in index.items() if wanted(key)]
    if len(found) == 1:
        return [call for _, call in found[0]]
    return [call for _, call in sorted(place for each in found for place in each)]


def _word(called: ast.expr) -> str | None:
    if isinstance(called, ast.Attribute):
        return called.attr
    return called.id if isinstance(called, ast.Name) else None
