"""Without a key, two messages about one order may arrive in the other order.

`cancelled` overtakes `created`, and the parcel is sent. Within one partition a
broker keeps the order; which one it is, the key decides.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from prodwright.kit import Brief, Example, Hazard, Severity, Site, Source, passed

EXAMPLES = (
    Example(
        bad="""
            from kafka import KafkaProducer

            producer = KafkaProducer(bootstrap_servers="broker")


            def tell(order):
                producer.send("order-status", order.to_bytes())  # flagged
        """,
        good="""
            from kafka import KafkaProducer

            producer = KafkaProducer(bootstrap_servers="broker")


            def tell(order):
                producer.send("order-status", order.to_bytes(), key=order.key)
        """,
    ),
)

# Topics in which one message replaces what an earlier one said.
_STATEFUL = re.compile(r"(?i)(status|state|change|update|lifecycle|balance|stock)s?\b")
_SENDS = {  # with the position of the key
    "kafka.KafkaProducer.send": 2,
    "aiokafka.AIOKafkaProducer.send": 2,
    "aiokafka.AIOKafkaProducer.send_and_wait": 2,
    "confluent_kafka.Producer.produce": 2,
}


def check(source: Source) -> Iterator[Site]:
    if not source.imports("kafka", "aiokafka", "confluent_kafka"):
        return
    for call in source.calls_to(_SENDS):
        place = _SENDS[source.called(call) or ""]
        if passed(call, "key", place) is not None:
            continue
        match call.args:
            case [ast.Constant(value=str(topic)), *_] if _STATEFUL.search(topic):
                message = f"messages in {topic!r} may overtake each other"
                yield Site(node=call, message=message)


REPAIR = Brief(
    summary="Send with the entity's id as the key, and carry a version that the other "
    "side compares"
)

HAZARD = Hazard(
    title="Key messages whose order matters",
    practice="eventual-consistency",
    severity=Severity.LOW,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("Kafka docs: message order within a partition",),
    subject="messages to a broker",
    concerns=lambda source: source.imports("kafka", "aiokafka", "confluent_kafka"),
)
