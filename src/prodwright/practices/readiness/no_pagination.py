"""A list route without pages sends the whole table, once the table is large.

With a hundred rows it is the fastest route of all. Three years later it takes a
gigabyte of memory for each caller who opens the overview.
"""

from __future__ import annotations

import ast
import re
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
    routes,
)

EXAMPLES = (
    Example(
        bad="""
            from fastapi import APIRouter
            from sqlalchemy import select

            router = APIRouter()


            @router.get("/orders")
            def orders(session):
                return session.scalars(select(Order)).all()  # flagged
        """,
        good="""
            from fastapi import APIRouter
            from sqlalchemy import select

            router = APIRouter()


            @router.get("/orders")
            def orders(session, after: int = 0):
                query = select(Order).where(Order.id > after).limit(100)
                return session.scalars(query).all()
        """,
    ),
)

_PAGED = re.compile(r"(?i)limit|page|offset|cursor|first\(|top\b|slice|count\(|paginat")
_ALL = frozenset({"all", "fetchall"})
_LOADED = re.compile(r"(?i)session|db\b|query|select|cursor|objects|execute")
_FILTERED = re.compile(r"(?i)\.(where|filter|filter_by|get|join)\(|\bwhere\b")


def check(source: Source) -> Iterator[Site]:
    for route in routes(source):
        if route.verb not in ("get", "route") or re.search(r"[{<]", route.path):
            continue
        if _PAGED.search(ast.unparse(route.function)):
            continue
        yield from _whole(route.function)


def _whole(function: Function) -> Iterator[Site]:
    """Yield where everything is loaded: a filter may leave only a few rows."""
    for call in calls_in(function.body):
        match call.func:
            case ast.Attribute(value=owner, attr=name) if name in _ALL:
                text = "\n".join(map(ast.unparse, function.body))
                loads = _LOADED.search(ast.unparse(owner))
                if loads and not _FILTERED.search(text):
                    message = "all rows are loaded and sent, however many there are"
                    yield Site(node=call, message=message)


REPAIR = Brief(
    summary="Take a page size with an upper bound and a cursor (the last key), and "
    "send the next cursor along"
)

HAZARD = Hazard(
    title="Send lists in pages",
    practice="backpressure",
    severity=Severity.LOW,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-770", "OWASP API4:2023"),
    subject="routes",
    concerns=lambda source: any(True for _ in routes(source)),
)
