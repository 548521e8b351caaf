"""A failure that is logged as information wakes nobody.

The alert looks at errors; the line that says "could not charge the card" passes by
among ten thousand that say that all is well.
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
    handler_around,
    log_level,
)

EXAMPLES = (
    Example(
        bad="""
            import logging

            logger = logging.getLogger(__name__)


            def charge(card):
                try:
                    pay(card)
                except PaymentError:
                    logger.info("failed to charge the card")  # flagged
        """,
        good="""
            import logging

            logger = logging.getLogger(__name__)


            def charge(card):
                try:
                    pay(card)
                except PaymentError:
                    logger.exception("failed to charge the card")
        """,
    ),
)

_FAILURE = re.compile(
    r"(?i)\b(fail(ed|ure)?|could ?n[o']t|cannot|can't|unable|error|crash|exception"
    r"|fatal|corrupt)\b"
)
_EXPECTED = re.compile(
    r"(?i)retry|again|ignor|skip|fall|instead|expected|optional|attempt|using|default"
)


def check(source: Source) -> Iterator[Site]:
    for call in source.calls_by_word("info", "debug"):
        if log_level(source, call) is None:
            continue
        text = _text(call)
        handler = handler_around(source, call)
        if handler is None or not _FAILURE.search(text) or _EXPECTED.search(text):
            continue
        if log_level(source, call) == "info" and _is_all(source, handler, call):
            yield Site(node=call, message="a failure, told as information")


def _text(call: ast.Call) -> str:
    match call.args:
        case [ast.Constant(value=str(text)), *_]:
            return text
        case [ast.JoinedStr(values=parts), *_]:
            texts = [each.value for each in parts if isinstance(each, ast.Constant)]
            return " ".join(map(str, texts))
        case _:
            return ""


def _is_all(source: Source, handler: ast.ExceptHandler, call: ast.Call) -> bool:
    """Nothing else in the handler logs it more loudly, raises it or hands it on."""
    for node in ast.walk(handler):
        if isinstance(node, ast.Raise):
            return False
        if isinstance(node, ast.Call) and node is not call:
            level = log_level(source, node)
            if level not in (None, "info", "debug"):
                return False
    return True


REPAIR = Brief(
    summary="Use `error` or `exception` for what somebody must look at, `warning` for "
    "what was mended, and `info` for what went as planned"
)

HAZARD = Hazard(
    title="Log failures as failures",
    practice="contextual-logging",
    severity=Severity.NOTE,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    preview=True,
    references=("CWE-778", "Python docs: when to use logging"),
)
