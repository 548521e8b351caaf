"""A bare `return` beside `return value` leaves open whether None was meant.

The caller reads one branch, uses what comes back, and gets None from the other:
`AttributeError: 'NoneType' object has no attribute ...`, far from its cause.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache

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
    body_nodes,
    cst,
)

EXAMPLES = (
    Example(
        bad="""
            def owner(account):
                if account.closed:
                    return  # flagged
                return account.owner
        """,
        good="""
            def owner(account):
                if account.closed:
                    return None
                return account.owner
        """,
    ),
)


def check(source: Source) -> Iterator[Site]:
    returns = cache(_returns_values)
    for each in source.nodes(ast.Return):
        function = source.function_of(each) if each.value is None else None
        if function is not None and returns(function):
            message = f"{function.name} returns a value elsewhere, and nothing here"
            yield Site(node=each, message=message)


def _returns_values(function: Function) -> bool:
    nodes = list(body_nodes(function.body))
    if any(isinstance(each, ast.Yield | ast.YieldFrom) for each in nodes):
        return False
    return any(isinstance(each, ast.Return) and _gives(each) for each in nodes)


def _gives(statement: ast.Return) -> bool:
    match statement.value:
        case None | ast.Constant(value=None):
            return False
        case _:
            return True


def mend(node: cst.Return, mending: Mending) -> Mended | None:
    spaced = cst.SimpleWhitespace(" ")
    none = cst.Name("None")
    return Mended(node.with_changes(value=none, whitespace_after_return=spaced))


REPAIR = Rewrite(
    summary="Write `return None` where None is returned",
    at="Return",
    mend=mend,
    safe=True,
)

HAZARD = Hazard(
    title="Say so where None is returned",
    practice="least-surprise",
    severity=Severity.NOTE,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("PEP 8: be consistent in return statements", "Ruff RET502"),
)
