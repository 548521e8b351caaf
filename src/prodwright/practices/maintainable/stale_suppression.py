"""A suppression that allows nothing hides the next real hazard on its line.

Comments outlive the code they excuse. Once the reason is gone, the comment
silences whatever a later change brings to the same place.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import (
    Brief,
    Example,
    Hazard,
    Scope,
    Severity,
    Site,
    Source,
    Suppression,
)

EXAMPLES = (
    Example(
        bad="""
            total = 1  # prodwright: allow bare-except -- the pool logs it  # flagged
        """,
        good="""
            total = 1
        """,
    ),
)


def check_unused(source: Source, unused: tuple[Suppression, ...]) -> Iterator[Site]:
    for suppression in unused:
        names = ", ".join(suppression.hazards)
        message = f"the suppression of {names} allows nothing any more"
        yield Site(node=_statement_at(source, suppression.line), message=message)


def _statement_at(source: Source, line: int) -> ast.stmt:
    """A comment has no node of its own; a bare statement stands for its line."""
    end = len(source.lines[line - 1].encode())
    return ast.Pass(lineno=line, col_offset=0, end_lineno=line, end_col_offset=end)


REPAIR = Brief(summary="Delete the comment, or name the hazard it is there for")

HAZARD = Hazard(
    title="Delete suppressions that have outlived their cause",
    practice="documentation",
    severity=Severity.LOW,
    check_unused=check_unused,
    repair=REPAIR,
    examples=EXAMPLES,
    scope=Scope.EVERYWHERE,
)
