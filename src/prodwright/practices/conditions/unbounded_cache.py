"""A cache that only grows is a memory leak with a hit rate.

Each new argument stays until the process is killed for using too much memory,
usually at the busiest hour.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from prodwright.kit import (
    Brief,
    Example,
    Function,
    Hazard,
    Severity,
    Site,
    Source,
    passed,
)

EXAMPLES = (
    Example(
        bad="""
            from functools import lru_cache


            @lru_cache(maxsize=None)
            def rate(user_id: int, day: str) -> float:  # flagged
                return user_id / len(day)
        """,
        good="""
            from functools import cache, lru_cache


            @lru_cache(maxsize=10_000)
            def rate(user_id: int, day: str) -> float:
                return user_id / len(day)


            @cache
            def settings() -> dict[str, str]:
                return {}


            @cache
            def fields_of(kind: type) -> list[str]:
                return list(kind.__annotations__)
        """,
    ),
)

_OPEN_TYPES = frozenset(
    {"str", "int", "bytes", "float", "tuple", "Path", "datetime", "date"}
)
_FEW = re.compile(
    r"(?i).*(cls|klass|class|type|module|locale|lang|encoding|kind|mode|name|"
    r"version|format|dialect|flag|platform|package|extension|command|env).*"
)


def check(source: Source) -> Iterator[Site]:
    if not source.imports("functools"):
        return
    for function in source.functions():
        unbounded = any(_is_unbounded(source, each) for each in function.decorator_list)
        if unbounded and _takes_anything(function):
            message = f"{function.name} keeps every answer it ever gave"
            yield Site(node=function, message=message)


def _is_unbounded(source: Source, decorator: ast.expr) -> bool:
    if source.qualified(decorator) == "functools.cache":
        return True
    if not isinstance(decorator, ast.Call):
        return False
    size = passed(decorator, "maxsize", 0)
    none = isinstance(size, ast.Constant) and size.value is None
    return none and source.called(decorator) == "functools.lru_cache"


def _takes_anything(function: Function) -> bool:
    """Arguments whose values come from outside, as far as their types tell."""
    given = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    open_ended = [each for each in given if _is_open(each)]
    return bool(open_ended) and len(open_ended) == len(given)


def _is_open(parameter: ast.arg) -> bool:
    """Identifiers, texts and moments; names and kinds are few."""
    if _FEW.fullmatch(parameter.arg) or parameter.annotation is None:
        return False
    match parameter.annotation:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name in _OPEN_TYPES
        case _:
            return False


REPAIR = Brief(
    summary="Give the cache a `maxsize`, or an expiry where the answer can change"
)

HAZARD = Hazard(
    title="Bound every cache",
    practice="memory",
    severity=Severity.MEDIUM,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-401", "CWE-770"),
    preview=True,
)
