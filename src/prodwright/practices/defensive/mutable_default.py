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
        for name, default in defaults_of(function):
            if _is_mutable(source, default) and _is_used(function, name):
                message = f"default of {name!r} is shared by all calls"
                yield Site(node=function, message=message)
                break


def _is_mutable(source: Source, default: ast.expr) -> bool:
    if isinstance(default, ast.List | ast.Dict | ast.Set):
        return True
    return isinstance(default, ast.Call) and source.called(default) in _FACTORIES


_READING = frozenset({"get", "items", "keys", "values", "copy", "index", "count"})


def _is_used(function: Function, name: str) -> bool:
    """A default that is only read never shows that it is shared."""
    for node in ast.walk(function):
        match node:
            case ast.Attribute(value=ast.Name(id=used), attr=attribute) if used == name:
                if attribute not in _READING:
                    return True
            case ast.Return(value=ast.Name(id=used)) if used == name:
                return True
            case ast.Assign(value=ast.Name(id=used)) if used == name:
                return True
            case ast.Subscript(value=ast.Name(id=used), ctx=ast.Store() | ast.Del()):
                if used == name:
                    return True
    return False


def mend(node: cst.FunctionDef, mending: Mending) -> Mended | None:
    function = mending.site.node
    assert isinstance(function, Function)
    mutable = {
        name: default
        for name, default in defaults_of(function)
        if _is_mutable(mending.source, default) and _is_used(function, name)
    }
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
