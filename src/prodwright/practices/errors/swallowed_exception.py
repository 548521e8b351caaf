"""An error that is caught and dropped leaves wrong data and no trace of why.

The operation reports success, nobody is paged, and days later the only evidence
is what is missing. If ignoring the error is right, say so in a comment or with
`contextlib.suppress` and the exact class.
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
    calls_in,
    catches_everything,
    has_comment,
)

EXAMPLES = (
    Example(
        bad="""
            def publish(broker, event):
                try:
                    broker.send(event)
                except Exception:  # flagged
                    pass
        """,
        good="""
            import logging

            logger = logging.getLogger(__name__)


            class Feed:
                def publish(self, broker, event):
                    try:
                        broker.send(event)
                    except Exception:
                        logger.exception("event %s not sent", event)

                def read(self, cache, key):
                    try:
                        return cache[key]
                    except KeyError:
                        pass

                def drop(self, cache):
                    try:
                        cache.clear()
                    except Exception:
                        pass  # the cache is only an optimisation

                def close(self):
                    try:
                        self.socket.close()
                    except Exception:
                        pass
        """,
    ),
)

_CLEANUP = frozenset(
    {
        "close",
        "aclose",
        "stop",
        "shutdown",
        "cleanup",
        "disconnect",
        "terminate",
        "teardown",
        "dispose",
        "kill",
        "__del__",
        "__exit__",
        "__aexit__",
    }
)


def check(source: Source) -> Iterator[Site]:
    for handler in source.nodes(ast.ExceptHandler):
        if not catches_everything(handler) or not _drops(handler):
            continue
        last = handler.body[-1].end_lineno or handler.lineno
        if has_comment(source, handler.lineno - 1, last) or _cleans_up(source, handler):
            continue
        yield Site(node=handler, message="the error is dropped without a trace")


def _drops(handler: ast.ExceptHandler) -> bool:
    return all(isinstance(each, ast.Pass | ast.Continue) for each in handler.body)


def _cleans_up(source: Source, handler: ast.ExceptHandler) -> bool:
    """A second failure while things are being closed helps nobody."""
    function = source.function_of(handler)
    if function is not None and function.name.strip("_") in _CLEANUP_STEMS:
        return True
    attempt = source.parent(handler)
    assert isinstance(attempt, ast.Try | ast.TryStar)
    calls = list(calls_in(attempt.body))
    return any(_method(call) in _CLEANUP for call in calls)


_CLEANUP_STEMS = frozenset(name.strip("_") for name in _CLEANUP)


def _method(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


REPAIR = Brief(
    summary="Log the error with its traceback, let it pass, or name the one class "
    "that may be ignored and say why"
)

HAZARD = Hazard(
    title="Leave a trace of every error",
    practice="contextual-logging",
    severity=Severity.MEDIUM,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-390", "CWE-391", "ASVS 5 16.5.3"),
)
