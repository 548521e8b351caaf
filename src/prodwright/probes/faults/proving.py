"""Green runs once more, each without one of the code's own defences."""

from __future__ import annotations

import builtins
import gc
from collections.abc import Callable, Iterator
from types import CodeType, FunctionType

from prodwright.probes.faults.clock import REAL_OPEN
from prodwright.probes.faults.defences import KEEPER, NeverLeft, without_defences
from prodwright.probes.faults.origins import CODE, Origins
from prodwright.probes.faults.values import Plan

Swap = Callable[[], None]
_MOST_PLANS = 4
# Which faults a defence is for; the others are tried where the defence stands.
_FOR = {
    "no timeout": ("=stall",),
    "no check": ("=status-", "body", "json", "=empty-object", "=exit-code"),
    "no bound": ("*",),
    "no sleep": ("*",),
}


class Functions:
    """The functions of the code under test that are alive.

    They are collected before the garbage collector is told to leave them alone: it then
    does not tell of them any more.

    Args:
        origins: Tells them from others.
    """

    def __init__(self, origins: Origins) -> None:
        self._live: dict[tuple[str, int, str], list[FunctionType]] = {}
        for each in gc.get_objects():
            if isinstance(each, FunctionType):
                code = each.__code__
                if origins.of(code.co_filename) == CODE:
                    key = (code.co_filename, code.co_firstlineno, code.co_qualname)
                    self._live.setdefault(key, []).append(each)

    def weakened(self, path: str) -> Iterator[tuple[str, str, Swap]]:
        """Yield function, what it lacks, and how to have it so, for a module."""
        own = [key for key in self._live if key[0] == path and "<locals>" not in key[2]]
        if not own:
            return
        with REAL_OPEN(path, encoding="utf-8") as file:
            text = file.read()
        for key in sorted(own):
            functions = self._live[key]
            for what, code in without_defences(text, path, functions[0].__code__):
                yield key[2], what, _swapping(functions, code)


def _swapping(functions: list[FunctionType], code: CodeType) -> Swap:
    def swap() -> None:
        setattr(builtins, KEEPER, NeverLeft)
        for each in functions:
            each.__code__ = code

    return swap


def fitting(what: str, function: str, plans: list[Plan]) -> list[Plan]:
    """Return the plans that a function without a defence is likely to fail under."""
    kind = what.partition(" in line ")[0]
    faults = _FOR.get(kind, ())
    fits = [each for each in plans if any(part in str(each) for part in faults)]
    near = [each for each in plans if each.function.startswith(function)]
    chosen = dict.fromkeys([*fits, *near, *plans])
    # Different faults before the same one at another place.
    ranked = sorted(chosen, key=lambda each: (each not in fits, each not in near))
    return _varied(ranked)[:_MOST_PLANS]


def _varied(plans: list[Plan]) -> list[Plan]:
    seen: set[tuple[str, str]] = set()
    first: list[Plan] = []
    rest: list[Plan] = []
    for each in plans:
        key = (each.operation, f"{each.fault}{each.times}")
        (rest if key in seen else first).append(each)
        seen.add(key)
    return [*first, *rest]
