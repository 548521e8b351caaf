"""A long way with many turns and no word about it is understood by nobody twice.

Whoever has to change it at night cannot tell the rule from the accident, keeps
both, and adds one more branch.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import (
    Brief,
    Example,
    Function,
    Hazard,
    Severity,
    Site,
    Source,
    body_nodes,
    has_comment,
)

_BODY = "\n".join(
    f"    if a > {n} and b:\n        a = a - {n}\n        b = b * {n}" for n in range(8)
)

EXAMPLES = (
    Example(
        bad=f"def settle(a, b):  # flagged\n{_BODY}\n    return a, b\n",
        good=(
            "def settle(a, b):\n"
            '    """Take off each step that the tariff allows, largest last."""\n'
            f"{_BODY}\n    return a, b\n"
        ),
    ),
)

LEAST_PATHS = 11  # McCabe (1976): above 10 a function wants to be looked at
LEAST_LINES = 25  # shorter ones are read at one glance
_BRANCHES = (
    ast.If,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.ExceptHandler,
    ast.IfExp,
    ast.comprehension,
    ast.match_case,
)


def check(source: Source) -> Iterator[Site]:
    for function in source.functions():
        first, last = function.lineno, function.end_lineno or function.lineno
        if last - first < LEAST_LINES or ast.get_docstring(function):
            continue
        paths = _paths(function)
        if paths >= LEAST_PATHS and not has_comment(source, first, last):
            message = f"{function.name} has {paths} paths and not a word about them"
            yield Site(node=function, message=message)


def _paths(function: Function) -> int:
    count = 1
    for node in body_nodes(function.body):
        if isinstance(node, _BRANCHES):
            count += 1
        elif isinstance(node, ast.BoolOp):
            count += len(node.values) - 1
    return count


REPAIR = Brief(
    summary="Say in a docstring which rule it follows and where that comes from, or "
    "give each decision a function with a name"
)

HAZARD = Hazard(
    title="Explain what cannot be seen at a glance",
    practice="documentation",
    severity=Severity.NOTE,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("PEP 257",),
)
