"""Retries without a pause hit a struggling dependency harder than the traffic did.

Ten attempts within a millisecond are all answered by the same overload, and
together with those of every other worker they are what keeps it down.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import (
    Brief,
    Example,
    Hazard,
    Severity,
    Site,
    Source,
    body_nodes,
    calls_in,
    caught_names,
    mentions,
)

EXAMPLES = (
    Example(
        bad="""
            def fetch(client, url):
                for attempt in range(5):  # flagged
                    try:
                        return client.get(url)
                    except ConnectionError:
                        continue
                raise ConnectionError(url)
        """,
        good="""
            import random
            import time


            def fetch(client, url):
                for attempt in range(5):
                    try:
                        return client.get(url)
                    except ConnectionError:
                        time.sleep(2**attempt * random.random())
                raise ConnectionError(url)
        """,
    ),
)

_TRANSIENT = (
    "OSError",
    "Connect",
    "Timeout",
    "HTTP",
    "Http",
    "Request",
    "Operational",
    "Network",
    "Client",
    "Socket",
    "URLError",
    "Transport",
    "Unavailable",
)
_WAITS = ("sleep", "wait", "backoff", "delay", "pause")


def check(source: Source) -> Iterator[Site]:
    for loop in source.nodes(ast.For):
        if not _counts(source, loop) or _waits(loop):
            continue
        if any(_retries(each) and not _varies(each, loop) for each in loop.body):
            message = "failed attempts follow each other without a pause"
            yield Site(node=loop, message=message)


def _counts(source: Source, loop: ast.For) -> bool:
    called = isinstance(loop.iter, ast.Call) and source.called(loop.iter) == "range"
    return called and isinstance(loop.target, ast.Name)


def _varies(statement: ast.stmt, loop: ast.For) -> bool:
    """Another port or address in each round is a search, not a retry."""
    name = loop.target.id if isinstance(loop.target, ast.Name) else ""
    before = loop.body[: loop.body.index(statement)]
    tried = statement.body if isinstance(statement, ast.Try) else []
    return mentions([*before, *tried], name)


def _waits(loop: ast.For) -> bool:
    names = (
        node.id if isinstance(node, ast.Name) else node.attr
        for node in body_nodes(loop.body)
        if isinstance(node, ast.Name | ast.Attribute)
    )
    return any(word in name.lower() for name in names for word in _WAITS)


def _retries(statement: ast.stmt) -> bool:
    if not isinstance(statement, ast.Try):
        return False
    last = [*statement.body, *statement.orelse][-1]
    leaves = isinstance(last, ast.Return | ast.Break)
    calls = any(True for _ in calls_in(statement.body))
    return leaves and calls and any(_goes_round(each) for each in statement.handlers)


def _goes_round(handler: ast.ExceptHandler) -> bool:
    names = caught_names(handler) or ["Exception"]
    if not any(_is_transient(name) for name in names):
        return False
    leaving = ast.Return | ast.Break
    if any(isinstance(each, leaving) for each in body_nodes(handler.body)):
        return False
    if any("raise" in name for name in _called_in(handler)):
        return False
    return not isinstance(handler.body[-1], ast.Raise)


def _called_in(handler: ast.ExceptHandler) -> Iterator[str]:
    for call in calls_in(handler.body):
        match call.func:
            case ast.Name(id=name) | ast.Attribute(attr=name):
                yield name.lower()


def _is_transient(name: str) -> bool:
    return name == "Exception" or any(part in name for part in _TRANSIENT)


REPAIR = Brief(
    summary="Wait longer after each failure, with jitter: `random() * base * "
    "2**attempt`, capped"
)

HAZARD = Hazard(
    title="Back off between attempts",
    practice="recovery",
    severity=Severity.MEDIUM,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("RFC 9110 section 10.2.3",),
    preview=True,
)
