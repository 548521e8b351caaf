"""SQL in a route handler can only be tested with a web server and a database.

The same question is asked a little differently by the next handler, and a column
that changes breaks routes nobody thinks of.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from prodwright.kit import (
    Brief,
    Example,
    Hazard,
    Severity,
    Site,
    Source,
    calls_in,
    only_value,
    routes,
    text_pieces,
)

EXAMPLES = (
    Example(
        bad="""
            from fastapi import APIRouter

            router = APIRouter()


            @router.get("/orders/{order_id}")
            def order(order_id: int, cursor):
                cursor.execute("SELECT * FROM orders WHERE id = 1")  # flagged
                return cursor.fetchone()
        """,
        good="""
            from fastapi import APIRouter

            router = APIRouter()


            @router.get("/orders/{order_id}")
            def order(order_id: int, orders):
                return orders.by_id(order_id)


            @router.get("/readyz")
            def ready(cursor):
                cursor.execute("SELECT 1")
        """,
    ),
)

_QUERY = re.compile(
    r"(?is)\s*(select\b.+\bfrom\b|insert\s+into|update\s+\w+\s+set|"
    r"delete\s+from).*"
)
_EXECUTES = frozenset(
    {
        "execute",
        "executemany",
        "fetchrow",
        "fetchval",
        "fetch",
        "scalar",
        "scalars",
        "exec",
    }
)


def check(source: Source) -> Iterator[Site]:
    for route in routes(source):
        for call in calls_in(route.function.body):
            match call.func:
                case ast.Attribute(attr=method) if method in _EXECUTES and call.args:
                    if _is_query(source, call.args[0]):
                        message = f"{route.function.name} speaks to the database itself"
                        yield Site(node=call, message=message)


def _is_query(source: Source, given: ast.expr) -> bool:
    value = only_value(source, given)
    while isinstance(value, ast.Call) and value.args and _is_text(value):
        value = only_value(source, value.args[0])
    pieces = text_pieces(source, value)
    text = "".join(each if isinstance(each, str) else "x" for each in pieces)
    return _QUERY.match(text) is not None or _is_built(value)


def _is_text(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name) and call.func.id == "text"


def _is_built(value: ast.expr) -> bool:
    """SQLAlchemy's `select(...)`, with whatever follows it."""
    while isinstance(value, ast.Call):
        match value.func:
            case ast.Name(id="select" | "insert" | "update" | "delete"):
                return True
            case ast.Attribute(value=inner):
                value = inner
            case _:
                return False
    return False


REPAIR = Brief(summary="Put the query into a repository that handlers get passed in")

HAZARD = Hazard(
    title="Keep queries out of handlers",
    practice="established-patterns",
    severity=Severity.LOW,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("Fowler, Patterns of Enterprise Application Architecture: Repository",),
    subject="route handlers",
    concerns=lambda source: any(True for _ in routes(source)),
)
