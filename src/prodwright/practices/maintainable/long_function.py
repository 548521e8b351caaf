"""A function that fills several screens is changed without being understood.

Nobody holds all of its branches in mind, tests reach a part of them, and each fix
is added where it is easiest instead of where it belongs.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import Brief, Example, Function, Hazard, Severity, Site, Source

_LONG = "\n".join(
    ["def settle(order):  # flagged", *(f"    order.step({n})" for n in range(61))]
)

EXAMPLES = (
    Example(
        bad=_LONG,
        good="""
            def settle(order):
                check(order)
                book(order)
                confirm(order)
        """,
    ),
)

MOST_LINES = 60  # of code; pylint's limit of 50 statements is about as long


def check(source: Source) -> Iterator[Site]:
    for function in source.functions():
        length = (function.end_lineno or function.lineno) - function.lineno
        if length <= MOST_LINES:
            continue  # with comments and docstring still short enough
        lines = len(_code_lines(function))
        if lines > MOST_LINES:
            message = f"{function.name} has {lines} lines of code"
            yield Site(node=function, message=message)


def _code_lines(function: Function) -> set[int]:
    """Lines on which anything of the body stands; nested functions count too."""
    return set[int]().union(*(_lines_of(statement) for statement in function.body))


def _is_text(statement: ast.stmt) -> bool:
    match statement:
        case ast.Expr(value=ast.Constant(value=str())):
            return True
        case _:
            return False


def _lines_of(statement: ast.stmt) -> set[int]:
    """A long text or table is one line: it is read, not followed."""
    found: set[int] = set()
    waiting: list[ast.AST] = [statement]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.stmt) and not _is_text(node):
            found.add(node.lineno)
        for block in _BLOCKS:
            waiting += getattr(node, block, ())
    return found


_BLOCKS = ("body", "handlers", "orelse", "finalbody", "cases")  # all with statements


REPAIR = Brief(
    summary="Name the steps, and make each a function of its own that takes what it "
    "needs and returns what it makes"
)

HAZARD = Hazard(
    title="Keep a function on one screen",
    practice="single-responsibility",
    severity=Severity.LOW,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-1080", "pylint R0915: 50 statements"),
)
