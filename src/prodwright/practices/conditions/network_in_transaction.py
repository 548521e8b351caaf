"""A call to another service inside a transaction holds its locks for as long.

When that service is slow every writer of the same rows waits, the pool runs
empty, and what was sent cannot be rolled back when the transaction is.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import Brief, Example, Hazard, Severity, Site, Source, calls_in

EXAMPLES = (
    Example(
        bad="""
            import requests

            PAY = "https://pay.test"


            def pay(session, order):
                with session.begin():
                    session.add(order)
                    requests.post(PAY, json=order.id, timeout=5)  # flagged
        """,
        good="""
            import requests

            PAY = "https://pay.test"


            def pay(session, order):
                with session.begin():
                    session.add(order)
                requests.post(PAY, json=order.id, timeout=5)
        """,
    ),
)

_VERBS = ("get", "post", "put", "patch", "delete", "request")
_CLIENTS = (
    "requests",
    "requests.Session",
    "httpx",
    "httpx.Client",
    "httpx.AsyncClient",
)
_CALLS = frozenset(
    {
        "urllib.request.urlopen",
        "smtplib.SMTP",
        "time.sleep",
        "asyncio.sleep",
        *(f"{client}.{verb}" for client in _CLIENTS for verb in _VERBS),
    }
)


def check(source: Source) -> Iterator[Site]:
    for block in source.nodes(ast.With, ast.AsyncWith):
        assert isinstance(block, ast.With | ast.AsyncWith)
        if not any(_begins(source, each.context_expr) for each in block.items):
            continue
        for call in calls_in(block.body):
            name = source.called(call)
            if name in _CALLS:
                message = f"the transaction stays open while {name} waits"
                yield Site(node=call, message=message)


def _begins(source: Source, context: ast.expr) -> bool:
    match context:
        case ast.Call(
            func=ast.Attribute(attr="begin" | "transaction" | "begin_nested")
        ):
            return True
        case ast.Call():
            return source.called(context) == "django.db.transaction.atomic"
        case _:
            return False


REPAIR = Brief(
    summary="Call after the commit, or write the intent into an outbox table in the "
    "same transaction"
)

HAZARD = Hazard(
    title="Keep transactions short and local",
    practice="transactions",
    severity=Severity.HIGH,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-1322", "microservices.io: transactional outbox"),
    subject="database transactions",
    concerns=lambda source: ".begin" in source.text or "atomic" in source.text,
)
