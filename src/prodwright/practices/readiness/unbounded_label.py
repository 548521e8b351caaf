"""A metric label with a value per user makes a time series per user.

The metrics store holds all of them in memory; it falls over, and takes the
dashboards and alerts of every other service along.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from prodwright.kit import (
    Brief,
    Example,
    Hazard,
    Severity,
    Site,
    Source,
    constant,
    passed,
)

EXAMPLES = (
    Example(
        bad="""
            from prometheus_client import Counter

            ORDERS = Counter("orders_total", "Orders placed", ["user_id"])  # flagged
        """,
        good="""
            from prometheus_client import Counter

            ORDERS = Counter("orders_total", "Orders placed", ["plan"])
        """,
    ),
)

_METRICS = frozenset(
    f"prometheus_client.{kind}" for kind in ("Counter", "Gauge", "Histogram", "Summary")
)
_UNBOUNDED = re.compile(
    r"(?i)(user|customer|account|session|request|trace|order|email|ip|client_ip|url|"
    r"query|transaction|message|device|token)(_?id|_?name|_?address)?|uuid|path|email"
)
_FEW = frozenset(
    {
        "device",
        "account",
        "request",
        "query",
        "session",
        "message",
        "order",
        "transaction",
        "token",
        "client",
    }
)


def check(source: Source) -> Iterator[Site]:
    if not source.imports("prometheus_client"):
        return
    for call in source.calls_to(_METRICS):
        labels = passed(call, "labelnames", 2)
        listed = labels.elts if isinstance(labels, ast.List | ast.Tuple) else []
        many = [str(constant(each)) for each in listed if _is_unbounded(constant(each))]
        if many:
            names = ", ".join(many)
            yield Site(node=call, message=f"one time series for each {names}")


def _is_unbounded(label: object) -> bool:
    if not isinstance(label, str) or label in _FEW:
        return False
    return _UNBOUNDED.fullmatch(label) is not None


REPAIR = Brief(
    summary="Label with what has few values (plan, route template, status class); put "
    "the identifier into the log or the trace"
)

HAZARD = Hazard(
    title="Label metrics with what has few values",
    practice="metrics",
    severity=Severity.MEDIUM,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("Prometheus docs: metric and label naming",),
    subject="metrics",
    concerns=lambda source: source.imports("prometheus_client"),
)
