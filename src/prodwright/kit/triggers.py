"""What must stand in a file for a check to find anything there, learnt from the check.

A check is shown a file that answers every question with "nothing" and writes down what
was asked: kinds of nodes, calls by name or by last word, imports. If the check asks for
nothing else and finds nothing, then it finds nothing in any file that answers those
questions likewise, because a check decides by what its file answers. So it need not be
run there, nor even be imported. A check that asks something else, such as the text or
the path, may find something in any file.

Names of all sorts are in one set (see `Source.standing`): where a call is named like an
import, a check is run that finds nothing, which is no loss.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from prodwright.analysis import Source


def triggers_of(check: Callable[[Source], Iterable[object]]) -> frozenset[str] | None:
    """Return what one of must stand in a file for `check` to find something there.

    None when that may be anything.
    """
    asked = _Nothing()
    try:
        finds = any(True for _ in check(asked))  # type: ignore[arg-type]
    except _AskedMoreError:
        return None
    if finds:
        return None
    return frozenset(asked.asked_for)


class _AskedMoreError(Exception):
    """A check asked what cannot be answered with "nothing"."""


class _Nothing:
    """A file in which nothing stands, and what was asked of it."""

    def __init__(self) -> None:
        self.asked_for: set[str] = set()
        self.facts: dict[Any, Any] = {}

    def __getattr__(self, name: str) -> object:
        raise _AskedMoreError(name)

    def nodes(self, *kinds: type[ast.AST]) -> Iterator[ast.AST]:
        """As in `Source`."""
        self.asked_for.update(each.__name__ for each in kinds)
        return iter(())

    def functions(self) -> Iterator[ast.AST]:
        """As in `Source`."""
        return self.nodes(ast.FunctionDef, ast.AsyncFunctionDef)

    def calls_to(self, names: Iterable[str]) -> list[ast.Call]:
        """As in `Source`."""
        self.asked_for.update(names)
        return []

    def calls_where(self, wanted: Callable[[str], object]) -> list[ast.Call]:
        """As in `Source`; only the check knows which it wants."""
        self.asked_for.add(ast.Call.__name__)
        return []

    def calls_by_word(self, *words: str) -> list[ast.Call]:
        """As in `Source`."""
        self.asked_for.update(words)
        return []

    def imports(self, *modules: str) -> bool:
        """As in `Source`."""
        self.asked_for.update(modules)
        return False
