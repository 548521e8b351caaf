"""One client for all dependencies lets the slowest one take the others with it.

The mail service hangs, its requests hold all connections of the pool, and payments,
which are well, wait for a free one until they time out.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from urllib.parse import urlsplit

from prodwright.kit import Brief, Example, Hazard, Severity, Site, Source

EXAMPLES = (
    Example(
        bad="""
            import httpx

            client = httpx.Client(timeout=5)  # flagged


            def pay(order):
                return client.post("https://pay.example/charges", json=order)


            def remind(order):
                return client.post("https://mail.example/messages", json=order)
        """,
        good="""
            import httpx

            payments = httpx.Client(base_url="https://pay.example", timeout=5)
            mails = httpx.Client(base_url="https://mail.example", timeout=5)


            def pay(order):
                return payments.post("/charges", json=order)


            def remind(order):
                return mails.post("/messages", json=order)
        """,
    ),
)

_CLIENTS = frozenset(
    {"httpx.Client", "httpx.AsyncClient", "requests.Session", "requests.session"}
)
_VERBS = frozenset({"get", "post", "put", "patch", "delete", "request"})


def check(source: Source) -> Iterator[Site]:
    if not source.imports("httpx", "requests"):
        return
    hosts = _hosts(source)
    for statement in source.tree.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call):
                if source.called(call) in _CLIENTS and len(hosts[name]) > 1:
                    told = " and ".join(sorted(hosts[name])[:2])
                    message = f"{told} share one pool of connections"
                    yield Site(node=statement, message=message)


def _hosts(source: Source) -> defaultdict[str, set[str]]:
    """Return the hosts that each name of the module is asked to reach."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for call in source.nodes(ast.Call):
        match call.func:
            case ast.Attribute(value=ast.Name(id=name), attr=verb) if verb in _VERBS:
                for text in map(_text, call.args[:2]):
                    host = urlsplit(text).netloc if "://" in text else ""
                    found[name] |= {host} if host else set()
    return found


def _text(argument: ast.expr) -> str:
    match argument:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=[ast.Constant(value=str(text)), *_]):
            return text if text.count("/") > 2 else ""
        case _:
            return ""


REPAIR = Brief(
    summary="Give each dependency a client with limits and timeouts of its own"
)

HAZARD = Hazard(
    title="Give each dependency a pool of its own",
    practice="circuit-breakers",
    severity=Severity.NOTE,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("Michael Nygard, Release It!, bulkheads",),
    subject="calls to other services",
    concerns=lambda source: source.imports("requests", "httpx"),
)
