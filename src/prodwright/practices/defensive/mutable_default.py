"""A mutable default is created once and shared by every later call.

What one request appends, the next one sees: data of one user turns up in the
answer to another, and memory grows until the process restarts.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import (
    Example,
    Function,
    Hazard,
    Mended,
    Mending,
    Rewrite,
    Severity,
    Site,
    Source,
    cst,
    defaulted_inside,
    defaults_of,
)

EXAMPLES = (
    Example(
        bad="""
            def collect(item, seen=[]):  # flagged
                "Add the item."
                seen.append(item)
                return seen
        """,
        good="""
            def collect(item, seen=None):
                "Add the item."
                if seen is None:
                    seen = []
                seen.append(item)
                return seen
        """,
    ),
)

_FACTORIES = frozenset({"list", "dict", "set", "collections.defaultdict"})


def check(source: Source) -> Iterator[Site]:
    for function in source.functions():
        name = next(iter(_shared(source, function)), None)
        if name is not None:
            message = f"default of {name!r} is shared by all calls"
            yield Site(node=function, message=message)


def _shared(source: Source, function: Function) -> dict[str, ast.expr]:
    """Return the defaults that all calls share, and may change, by parameter."""
    mutable = {
        name: default
        for name, default in defaults_of(function)
        if _is_mutable(source, default)
    }
    used = _used_names(function) if mutable else set()
    return {name: default for name, default in mutable.items() if name in used}


def _is_mutable(source: Source, default: ast.expr) -> bool:
    if isinstance(default, ast.List | ast.Dict | ast.Set):
        return True
    return isinstance(default, ast.Call) and source.called(default) in _FACTORIES


_READING = frozenset({"get", "items", "keys", "values", "copy", "index", "count"})


def _used_names(function: Function) -> set[str]:
    """A default that is only read never shows that it is shared."""
    used: set[str] = set()
    for node in ast.walk(function):
        match node:
            case ast.Attribute(value=ast.Name(id=name), attr=attribute):
                if attribute not in _READING:
                    used.add(name)
            case (
                ast.Return(value=ast.Name(id=name))
                | ast.Assign(value=ast.Name(id=name))
                | ast.Subscript(value=ast.Name(id=name), ctx=ast.Store() | ast.Del())
            ):
                used.add(name)
    return used


def mend(node: cst.FunctionDef, mending: Mending) -> Mended | None:
    function = mending.site.node
    assert isinstance(function, Function)
    mutable = _shared(mending.source, function)
    mended = defaulted_inside(node, function, mutable, mending.source)
    return None if mended is None else Mended(mended)


REPAIR = Rewrite(
    summary="Default to None and create the value inside the function",
    at="FunctionDef",
    mend=mend,
    safe=True,
)

HAZARD = Hazard(
    title="Create mutable defaults inside the function",
    practice="least-surprise",
    severity=Severity.HIGH,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-1188",),
)
