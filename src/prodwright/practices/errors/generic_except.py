"""A handler for every exception treats a typing mistake like a network failure.

The code carries on with wrong or missing data, the true cause is not in the
log, and what was caught widens unseen with each line added to the `try` body.
Name the errors that the body can raise; catch `Exception` only at a boundary
that logs the traceback or hands the error on.
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
    calls_in,
    catches_everything,
    has_comment,
    keeps_traceback,
    log_level,
    mentions,
    reraises,
)

EXAMPLES = (
    Example(
        bad="""
            def stock(client, sku, fallback):
                try:
                    level = client.level(sku)
                except Exception:  # flagged
                    level = fallback(sku)
                return level
        """,
        good="""
            import logging

            logger = logging.getLogger(__name__)


            def stock(client, sku, fallback):
                try:
                    level = client.level(sku)
                except ConnectionError:
                    level = fallback(sku)
                return level


            def serve(job):
                try:
                    job()
                except Exception:
                    logger.exception("job failed")


            def settle(future, job):
                try:
                    future.set_result(job())
                except Exception as error:
                    future.set_exception(error)


            def describe(value):
                try:
                    return repr(value)
                except Exception:  # a broken __repr__ may raise anything at all
                    return "<unprintable>"
        """,
    ),
)


def check(source: Source) -> Iterator[Site]:
    for handler in source.nodes(ast.ExceptHandler):
        if handler.type is None or not catches_everything(handler):
            continue  # bare handlers are a hazard of their own
        if _is_silent(handler) or _hands_on(source, handler):
            continue
        if _is_answered(source, handler):
            continue
        last = handler.body[-1].end_lineno or handler.lineno
        if not has_comment(source, handler.lineno, last + 1):
            message = "every exception is treated alike, mistakes included"
            yield Site(node=handler, message=message)


_ANSWERED = re.compile(r"BLE001|broad-except|broad-exception-caught|W0703|W0718")
_BESIDE = re.compile(r"(?i)telemetry|analytics|usage_stats")  # it must never be felt


def _is_answered(source: Source, handler: ast.ExceptHandler) -> bool:
    """Somebody has told another tool that it is meant."""
    told = _ANSWERED.search(source.lines[handler.lineno - 1]) is not None
    return told or _BESIDE.search(source.path) is not None


def _is_silent(handler: ast.ExceptHandler) -> bool:
    """Swallowing is a hazard of its own."""
    return all(isinstance(each, ast.Pass | ast.Continue) for each in handler.body)


def _hands_on(source: Source, handler: ast.ExceptHandler) -> bool:
    """Raised again, logged with its traceback, or given to somebody else."""
    if reraises(handler.body) or keeps_traceback(source, handler.body):
        return True
    if any(log_level(source, call) for call in calls_in(handler.body)):
        return True  # what is wrong there is the missing traceback
    return mentions(handler.body, handler.name)


REPAIR = Brief(
    summary="Catch the errors that the body is known to raise, one handler per "
    "cause; at a boundary that must survive anything, log with `logger.exception`"
)

HAZARD = Hazard(
    title="Catch the errors you can handle, by name",
    practice="specific-handlers",
    severity=Severity.MEDIUM,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-396", "PEP 8"),
)
