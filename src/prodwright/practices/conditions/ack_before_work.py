"""A message that is acknowledged before it is worked on is lost with the worker.

The process is restarted in the middle, as on every deployment, and the broker has
already forgotten what was to be done.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from prodwright.kit import (
    Brief,
    Example,
    Hazard,
    Severity,
    Site,
    Source,
    body_nodes,
    constant,
    keyword,
)

EXAMPLES = (
    Example(
        bad="""
            def listen(channel):
                channel.basic_consume("orders", work, auto_ack=True)  # flagged


            def work(channel, method, properties, body):
                channel.basic_ack(method.delivery_tag)  # flagged
                ship(body)
        """,
        good="""
            def listen(channel):
                channel.basic_consume("orders", work)


            def work(channel, method, properties, body):
                ship(body)
                channel.basic_ack(method.delivery_tag)
        """,
    ),
)

_HARMLESS = ("log", "logger", "logging", "print", "span", "metrics")


def check(source: Source) -> Iterator[Site]:
    if source.calls_by_word("basic_consume", "basic_ack"):
        for call in source.nodes(ast.Call):
            if _is_acknowledged_at_once(call):
                message = "the broker forgets it before it is worked on"
                yield Site(node=call, message=message)
        for function in source.functions():
            yield from _early(function.body)


def _is_acknowledged_at_once(call: ast.Call) -> bool:
    match call.func:
        case ast.Attribute(attr="basic_consume"):
            given = keyword(call, "auto_ack") or keyword(call, "no_ack")
            return constant(given) is True
        case _:
            return False


def _early(body: Sequence[ast.stmt]) -> Iterator[Site]:
    for number, statement in enumerate(body):
        if not isinstance(statement, ast.Expr) or not _acknowledges(statement.value):
            continue
        if any(_works(each) for each in body[number + 1 :]):
            message = "acknowledged before the work is done"
            yield Site(node=statement, message=message)


def _acknowledges(value: ast.expr) -> bool:
    value = value.value if isinstance(value, ast.Await) else value
    match value:
        case ast.Call(func=ast.Attribute(attr="basic_ack")):
            return True
        case _:
            return False


def _works(statement: ast.stmt) -> bool:
    """Whatever is called, but to tell of it, is work that may fail."""
    calls = (node for node in body_nodes([statement]) if isinstance(node, ast.Call))
    names = (ast.unparse(call.func).lower() for call in calls)
    return any(not name.startswith(_HARMLESS) for name in names)


REPAIR = Brief(
    summary="Acknowledge last, after the commit, and make the work safe to repeat"
)

HAZARD = Hazard(
    title="Acknowledge when the work is done",
    practice="eventual-consistency",
    severity=Severity.HIGH,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("RabbitMQ docs: consumer acknowledgements",),
    subject="messages from a broker",
    concerns=lambda source: "basic_consume" in source.text,
)
