"""A suppression without a reason cannot be told from a hazard somebody hid.

Nobody dares to remove it, nobody knows when it no longer holds, and the next one
is copied from it. Without a reason it allows nothing here.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import Brief, Example, Hazard, Scope, Severity, Site, Source

EXAMPLES = (
    Example(
        bad="""
            total = 1  # prodwright: allow float-money  # flagged
        """,
        good="""
            total = 1
        """,
    ),
)


def check(source: Source) -> Iterator[Site]:
    for suppression in source.suppressions:
        if not suppression.reason:
            names = ", ".join(suppression.hazards)
            message = f"the suppression of {names} gives no reason"
            yield Site(node=_statement_at(source, suppression.line), message=message)


def _statement_at(source: Source, line: int) -> ast.stmt:
    """A comment has no node of its own; a bare statement stands for its line."""
    end = len(source.lines[line - 1].encode())
    return ast.Pass(lineno=line, col_offset=0, end_lineno=line, end_col_offset=end)


REPAIR = Brief(summary="Add ` -- ` and why the hazard is none here, or delete it")

HAZARD = Hazard(
    title="Give every suppression its reason",
    practice="documentation",
    severity=Severity.LOW,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-1078",),
    scope=Scope.EVERYWHERE,
)
