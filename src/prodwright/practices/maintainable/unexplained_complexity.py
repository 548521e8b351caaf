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
    branches_by_function,
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


def check(source: Source) -> Iterator[Site]:
    for function, branches in branches_by_function(source).items():
        if not isinstance(function, Function) or branches + 1 < LEAST_PATHS:
            continue
        first, last = function.lineno, function.end_lineno or function.lineno
        if last - first < LEAST_LINES or ast.get_docstring(function):
            continue
        if not has_comment(source, first, last):
            message = f"{function.name} has {branches + 1} paths and no word on them"
            yield Site(node=function, message=message)


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
