"""Every broker delivers a message twice some day; then it is worked on twice.

The worker did everything and died before it could say so. The next one charges
the card again, and both are right by their logs.
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
)

EXAMPLES = (
    Example(
        bad="""
            def work(channel, method, properties, body):  # flagged
                session.add(Payment.parse(body))
                session.commit()
                channel.basic_ack(method.delivery_tag)
        """,
        good="""
            def work(channel, method, properties, body):
                if first_time(session, properties.message_id):
                    session.add(Payment.parse(body))
                session.commit()
                channel.basic_ack(method.delivery_tag)
        """,
    ),
)

_REPEATABLE = re.compile(
    r"(?i)idempot|dedup|processed|already|seen|first_time|message_id|event_id|exists"
    r"|on_conflict|on conflict|upsert|merge\(|get_or_create|update_or_create|unique"
)
_INSERTS = frozenset({"add", "add_all", "create", "insert", "insert_one", "charge"})


def check(source: Source) -> Iterator[Site]:
    if "basic_ack" not in source.text:
        return
    for function in source.functions():
        if not _acknowledges(function) or not _inserts(function):
            continue
        if not _REPEATABLE.search(ast.unparse(function)):
            message = f"{function.name} does its work twice when a message comes twice"
            yield Site(node=function, message=message)


def _acknowledges(function: Function) -> bool:
    return "basic_ack" in _methods(function)


def _inserts(function: Function) -> bool:
    return not _INSERTS.isdisjoint(_methods(function))


def _methods(function: Function) -> set[str]:
    return {
        call.func.attr
        for call in calls_in(function.body)
        if isinstance(call.func, ast.Attribute)
    }


REPAIR = Brief(
    summary="Record the message's id in the same transaction as its effect, with a "
    "unique key, and do nothing when it is there already"
)

HAZARD = Hazard(
    title="Make the work safe to repeat",
    practice="eventual-consistency",
    severity=Severity.MEDIUM,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("microservices.io: idempotent consumer",),
    subject="messages from a broker",
    concerns=lambda source: "basic_consume" in source.text,
    preview=True,
)
