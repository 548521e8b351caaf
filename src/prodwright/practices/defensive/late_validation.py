"""What is checked after it was done has been done, whatever the check says.

The order is stored, then refused; the mail is sent, then the address is found to
be wrong. Each refusal leaves something behind that nobody cleans up.
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
    calls_in,
)

EXAMPLES = (
    Example(
        bad="""
            def place(session, order, amount):
                session.add(order)
                session.commit()
                if amount <= 0:  # flagged
                    raise ValueError(f"amount {amount} is not above 0")
        """,
        good="""
            def place(session, order, amount):
                if amount <= 0:
                    raise ValueError(f"amount {amount} is not above 0")
                session.add(order)
                session.commit()
        """,
    ),
)

_EFFECTS = frozenset(
    {"commit", "send", "publish", "delete", "post", "put", "unlink", "send_message"}
)
_REFUSALS = frozenset({"ValueError", "TypeError", "HTTPException", "ValidationError"})


def check(source: Source) -> Iterator[Site]:
    for function in source.functions():
        site = _late(function)
        if site is not None:
            yield site


def _late(function: Function) -> Site | None:
    """Return the first refusal of an argument that comes after an effect."""
    given = {each.arg for each in (*function.args.args, *function.args.kwonlyargs)}
    done = ""
    for statement in function.body:
        refuses = done and _refuses(statement, given)
        if refuses and _refuses(statement, given - _bound(function)):
            message = f"{done} has happened already when this refuses"
            return Site(node=statement, message=message)
        done = done or _effect(statement)
    return None


def _effect(statement: ast.stmt) -> str:
    value = statement.value if isinstance(statement, ast.Expr) else None
    value = value.value if isinstance(value, ast.Await) else value
    match value:
        case ast.Call(func=ast.Attribute(attr=name)) if name in _EFFECTS:
            return ast.unparse(value.func)
        case _:
            return ""


def _refuses(statement: ast.stmt, given: set[str]) -> bool:
    """It raises for bad input, and asks for nothing but what was passed in."""
    match statement:
        case ast.If(test=test, body=[ast.Raise(exc=ast.Call(func=raised))], orelse=[]):
            names = {n.id for n in ast.walk(test) if isinstance(n, ast.Name)}
            called = any(True for _ in calls_in([test]))
            kind = raised.attr if isinstance(raised, ast.Attribute) else ""
            kind = raised.id if isinstance(raised, ast.Name) else kind
            return bool(names) and names <= given and not called and kind in _REFUSALS
        case _:
            return False


def _bound(function: Function) -> set[str]:
    return {
        node.id
        for node in ast.walk(function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }


REPAIR = Brief(summary="Check everything that was passed in first, then act")

HAZARD = Hazard(
    title="Refuse before anything is done",
    practice="guard-clauses",
    severity=Severity.MEDIUM,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-696",),
)
