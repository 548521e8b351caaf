"""Domain code that knows HTTP can be used by nothing else.

The nightly job, the queue consumer and the test have to build a request and catch
an HTTP exception to call it; a status code decides what belongs to the business.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import Brief, Example, Hazard, Severity, Site, Source

EXAMPLES = (
    Example(
        bad={
            "shop/domain/orders.py": """
                from fastapi import HTTPException  # flagged


                def cancel(order):
                    if order.shipped:
                        raise HTTPException(409, "already shipped")
            """
        },
        good={
            "shop/domain/orders.py": """
                class AlreadyShipped(Exception):
                    pass


                def cancel(order):
                    if order.shipped:
                        raise AlreadyShipped(order.id)
            """
        },
    ),
)

_DOMAIN = frozenset({"domain", "entities", "usecases", "use_cases"})
_TRANSPORT = frozenset(
    {
        "fastapi",
        "flask",
        "starlette",
        "aiohttp",
        "sanic",
        "django.http",
        "rest_framework",
        "quart",
        "litestar",
    }
)


def check(source: Source) -> Iterator[Site]:
    if not _DOMAIN.intersection(source.path.split("/")[:-1]):
        return
    for statement in source.nodes(ast.ImportFrom):
        module = statement.module or ""
        known = {module, module.partition(".")[0]} & _TRANSPORT
        if known and statement.level == 0:
            message = f"domain code depends on {module}"
            yield Site(node=statement, message=message)
    for plain in source.nodes(ast.Import):
        if any(each.name.partition(".")[0] in _TRANSPORT for each in plain.names):
            message = "domain code depends on a web framework"
            yield Site(node=plain, message=message)


REPAIR = Brief(
    summary="Raise errors of the domain and return its values; translate at the edge"
)

HAZARD = Hazard(
    title="Keep transport out of the domain",
    practice="separation-of-concerns",
    severity=Severity.LOW,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("Cockburn, Hexagonal Architecture (2005)",),
    subject="a domain layer",
    concerns=lambda source: bool(_DOMAIN.intersection(source.path.split("/")[:-1])),
)
