"""A local `list` or `sum` hides the built-in one until the end of the function.

Whoever adds `list(rows)` further down calls a value and gets a TypeError, on a
path that no test runs, because the line reads as right as it can.
"""

from __future__ import annotations

import ast
from collections import defaultdict
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
    may_rename,
    renamed,
)

EXAMPLES = (
    Example(
        bad="""
            def names(rows):
                list = []  # flagged
                for row in rows:
                    list.append(row.list)
                return show(list, list=row)
        """,
        good="""
            def names(rows):
                list_ = []
                for row in rows:
                    list_.append(row.list)
                return show(list_, list=row)
        """,
    ),
)

# Those that code calls all the time; `id`, `type` or `input` are names of fields.
_CALLED = frozenset(
    {"abs", "all", "any", "bool", "bytes", "dict", "enumerate", "filter", "float"}
    | {"frozenset", "getattr", "int", "isinstance", "iter", "len", "list", "map"}
    | {"max", "min", "next", "open", "print", "range", "repr", "reversed", "round"}
    | {"set", "setattr", "sorted", "str", "sum", "super", "tuple", "zip"}
)


def check(source: Source) -> Iterator[Site]:
    for function, bound in _bound(source).items():
        names = ", ".join(sorted({each.id for each in bound}))
        message = f"the built-in {names} cannot be reached in here any more"
        first = min(bound, key=lambda each: (each.lineno, each.col_offset))
        yield Site(node=first, message=message, mended=function)


def _bound(source: Source) -> dict[Function, list[ast.Name]]:
    """Return where each function gives a built-in name to something of its own."""
    found: dict[Function, list[ast.Name]] = defaultdict(list)
    for name in _CALLED:
        if not source.names.is_assigned(name):
            continue
        for node in source.nodes(ast.Name):
            if node.id != name or not isinstance(node.ctx, ast.Store):
                continue
            function = source.function_of(node)
            if function is None or _in_class(source, node):
                continue
            if name not in _declared(function):
                found[function].append(node)
    return found


def _declared(function: Function) -> set[str]:
    """Names that are not the function's own, or that it was given so."""
    arguments = function.args
    given = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    names = {each.arg for each in given}
    for node in ast.walk(function):
        if isinstance(node, ast.Global | ast.Nonlocal):
            names |= set(node.names)
    return names


def _in_class(source: Source, node: ast.AST) -> bool:
    """What a class or a comprehension binds is seen only in there."""
    for around in source.ancestors(node):
        if isinstance(around, Function):
            return False
        if isinstance(around, ast.ClassDef | ast.Lambda | ast.comprehension):
            return True
    return False


def mend(node: cst.FunctionDef, mending: Mending) -> Mended | None:
    function = mending.site.mended
    assert isinstance(function, Function)
    bound = _bound(mending.source)[function]
    names = {each.id: f"{each.id}_" for each in bound}
    if not may_rename(function, names):
        return None
    return Mended(renamed(node, names))


REPAIR = Rewrite(
    summary="Add an underscore to the name of the local",
    at="FunctionDef",
    mend=mend,
    safe=True,
)

HAZARD = Hazard(
    title="Leave the built-in names alone",
    practice="least-surprise",
    severity=Severity.NOTE,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("PEP 8: a trailing underscore", "Ruff A001"),
)
