"""A call to another service inside a transaction holds its locks for as long.

When that service is slow every writer of the same rows waits, the pool runs
empty, and what was sent cannot be rolled back when the transaction is.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import (
    Brief,
    Example,
    Hazard,
    Project,
    Severity,
    Site,
    Source,
    calls_in,
    effects_in,
    site_of_way,
    way_told,
)

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
    Example(
        bad={
            "shop/orders.py": """
                from shop.payments import charge


                def pay(session, order):
                    with session.begin():
                        session.add(order)
                        charge(order)  # flagged
            """,
            "shop/payments.py": """
                import requests


                def charge(order):
                    requests.post("https://pay.test", json=order.id, timeout=5)
            """,
        },
        good={
            "shop/orders.py": """
                from shop.payments import charge


                def pay(session, order):
                    with session.begin():
                        session.add(order)
                    charge(order)
            """,
            "shop/payments.py": """
                import requests


                def charge(order):
                    requests.post("https://pay.test", json=order.id, timeout=5)
            """,
        },
    ),
)

_MOST_STEPS = 2  # what each step on the way assumes adds up
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


def check_project(project: Project) -> Iterator[tuple[Source, Site]]:
    effects = project.effects
    for name, known in effects.functions.items():
        for target, call in effects.calls(name):
            way = effects.waits.get(target) if call.in_transaction else None
            if way is not None and len(way.steps) <= _MOST_STEPS:
                told = way_told(target.rpartition(".")[2], way)
                message = f"the transaction stays open while {told} waits"
                source = project.by_path[known.path]
                yield source, site_of_way(project, call, way, message)


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
    check_project=check_project,
    gathers=(effects_in,),
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-1322", "microservices.io: transactional outbox"),
    subject="database transactions",
    concerns=lambda source: ".begin" in source.text or "atomic" in source.text,
)
