"""Money moved, an account closed, a permission granted: and no log says so.

When the customer asks, or the auditor, there is a row in a table and nobody
knows who changed it, when, and why.
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
    log_calls,
    log_level,
)

EXAMPLES = (
    Example(
        bad="""
            import logging

            logger = logging.getLogger(__name__)


            def refund_payment(session, payment):  # flagged
                payment.status = "refunded"
                session.commit()


            def capture_payment(session, payment):
                payment.status = "captured"
                session.commit()
                logger.info("payment captured", extra={"payment": payment.id})
        """,
        good="""
            import logging

            logger = logging.getLogger(__name__)


            def refund_payment(session, payment):
                payment.status = "refunded"
                session.commit()
                logger.info("payment refunded", extra={"payment": payment.id})
        """,
    ),
)

_DECIDING = re.compile(
    r"(refund|charge|capture|void|transfer|payout|withdraw|settle|grant|revoke|ban|unban"
    r"|suspend|deactivate|disable|promote|demote|impersonate|close|delete|approve|reject"
    r")_(payment|account|user|member|role|permission|access|order|invoice|funds|money"
    r"|balance|subscription|api_key|token|session|customer|admin)s?(_.*)?"
)
_WRITING = frozenset({"commit", "save", "delete", "execute", "flush", "update"})
_TOLD = re.compile(
    r"(?i)(log|audit|event|emit|publish|track|record|notify|signal|send)"
)


def check(source: Source) -> Iterator[Site]:
    if not any(log_calls(source)):
        return  # whether it logs at all is another question
    for function in source.functions():
        if not _DECIDING.fullmatch(function.name.strip("_")):
            continue
        if _writes(function) and not _tells(source, function):
            message = f"{function.name} changes what it decides on, and no log says so"
            yield Site(node=function, message=message)


def _writes(function: Function) -> bool:
    for call in calls_in(function.body):
        if isinstance(call.func, ast.Attribute) and call.func.attr in _WRITING:
            return True
    return False


def _tells(source: Source, function: Function) -> bool:
    """Tell whether it logs, or hands on to something that records by its name."""
    return any(
        log_level(source, call) or _TOLD.search(ast.unparse(call.func))
        for call in calls_in(function.body)
    ) or bool(function.decorator_list)


REPAIR = Brief(
    summary="Log who decided what about whom, with identifiers and without secrets, "
    "after the change is committed"
)

HAZARD = Hazard(
    title="Log the decisions that matter",
    practice="structured-logging",
    severity=Severity.LOW,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-778", "OWASP ASVS 5.0 16.2"),
)
