"""Which questions about a program an answer rests on, so that it can be kept.

Each *lookup* is one small question to the program, such as what a name stands for in
one module. What was worked out holds as long as its lookups have the same answers:

    ("name", module key, name)     what a name stands for at the level of a module
    ("class", module key, name)    bases, methods and fields of a class
    ("function", key, index)       what callers see of a function
    ("module", module key)         everything in a module
    ("key", dotted name)           the module that has this name
    ("methods", name)              the methods of this name, in all classes
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

Lookup = tuple[Any, ...]
T = TypeVar("T")

NAME: Final = "name"
CLASS: Final = "class"
FUNCTION: Final = "function"
MODULE: Final = "module"
KEY: Final = "key"
METHODS: Final = "methods"


class Lookups:
    """Numbers the lookups, and notes those of what is under way."""

    def __init__(self) -> None:
        self.every: list[Lookup] = []
        self.under_way: set[int] = set()
        self._numbers: dict[Lookup, int] = {}

    def restore(self, every: list[Lookup]) -> None:
        """Number these as they were numbered before."""
        self.every = list(every)
        self._numbers = {each: number for number, each in enumerate(every)}

    def note(self, *lookup: Any) -> None:
        """Note one."""
        number = self._numbers.get(lookup)
        if number is None:
            number = self._numbers[lookup] = len(self.every)
            self.every.append(lookup)
        self.under_way.add(number)

    def remembered(
        self,
        known: dict[Any, tuple[T, frozenset[int]]],
        asked: Any,
        work: Callable[[], T],
    ) -> T:
        """Return what `known` holds for `asked`, else what `work` makes, and keep it.

        Either way the lookups that it rests on are noted.
        """
        found = known.get(asked)
        if found is None:
            around, self.under_way = self.under_way, set()
            try:
                value = work()
            finally:
                inside, self.under_way = self.under_way, around
            found = (value, frozenset(inside))
            # prodwright: allow argument-mutation -- the memory of its caller, as told
            known[asked] = found
        self.under_way |= found[1]
        return found[0]
