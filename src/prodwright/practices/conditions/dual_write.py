"""A commit and a message are two writes, and the process can die between them.

The order is stored and the warehouse never hears of it, or it hears of an order
that was rolled back. No retry mends that, because nobody knows that it happened.
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
            from kafka import KafkaProducer

            producer = KafkaProducer(bootstrap_servers="broker")


            def place(session, order):
                session.add(order)
                session.commit()
                producer.send("orders", order.to_bytes())  # flagged
        """,
        good="""
            def place(session, order):
                session.add(order)
                session.add(Outgoing(topic="orders", body=order.to_bytes()))
                session.commit()
        """,
    ),
)

_BROKERS = frozenset(
    {
        "kafka.KafkaProducer.send",
        "confluent_kafka.Producer.produce",
        "aiokafka.AIOKafkaProducer.send",
        "aiokafka.AIOKafkaProducer.send_and_wait",
        "boto3.client.publish",
        "boto3.client.send_message",
        "nats.connect.publish",
    }
)
_BROKER_METHODS = frozenset({"basic_publish", "send_and_wait"})
_WRITES = frozenset({"add", "add_all", "execute", "delete", "merge", "save"})
_HANDLED = re.compile(r"(?i)outbox|on_commit|after_commit|transactional_id")


def check(source: Source) -> Iterator[Site]:
    if not source.imports(
        "kafka", "confluent_kafka", "aiokafka", "pika", "aio_pika", "boto3", "nats"
    ):
        return
    for function in source.functions():
        if not _commits(function) or _HANDLED.search(ast.unparse(function)):
            continue
        for call in calls_in(function.body):
            if _sends(source, call):
                message = "this is sent beside the transaction, not with it"
                yield Site(node=call, message=message)
                break


def _commits(function: Function) -> bool:
    methods = {
        call.func.attr
        for call in calls_in(function.body)
        if isinstance(call.func, ast.Attribute)
    }
    return "commit" in methods and not methods.isdisjoint(_WRITES)


def _sends(source: Source, call: ast.Call) -> bool:
    if source.called(call) in _BROKERS:
        return True
    return isinstance(call.func, ast.Attribute) and call.func.attr in _BROKER_METHODS


REPAIR = Brief(
    summary="Write the message into an outbox table in the same transaction, and let a "
    "job send from there, at least once"
)

HAZARD = Hazard(
    title="Send from an outbox",
    practice="eventual-consistency",
    severity=Severity.MEDIUM,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("microservices.io: transactional outbox",),
    subject="messages to a broker",
    concerns=lambda source: source.imports(
        "kafka", "confluent_kafka", "aiokafka", "pika"
    ),
)
