"""`raise Exception` can only be handled by catching everything.

Callers cannot tell "not found" from "disk full", so they either let both through
or swallow both. A class of its own costs one line and is an interface.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import Brief, Example, Hazard, Severity, Site, Source

EXAMPLES = (
    Example(
        bad="""
            def reserve(stock, wanted):
                if stock < wanted:
                    raise Exception(f"only {stock} left, {wanted} wanted")  # flagged
        """,
        good="""
            class OutOfStock(Exception):
                pass


            def reserve(stock, wanted):
                if stock < wanted:
                    raise OutOfStock(f"only {stock} left, {wanted} wanted")
        """,
    ),
)


def check(source: Source) -> Iterator[Site]:
    for statement in source.nodes(ast.Raise):
        if source.function_of(statement) is None:
            continue  # it ends the import, and nobody catches that
        match statement.exc:
            case ast.Call(func=ast.Name() as raised) | (ast.Name() as raised):
                if source.qualified(raised) in ("Exception", "BaseException"):
                    message = f"{raised.id} can only be caught with everything else"
                    yield Site(node=statement, message=message)


REPAIR = Brief(
    summary="Raise a built-in class that says what happened (`ValueError`, "
    "`LookupError`, `TimeoutError`) or define one for this failure"
)

HAZARD = Hazard(
    title="Raise errors that callers can tell apart",
    practice="clear-propagation",
    severity=Severity.LOW,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-397",),
)
