"""A payment that is sent again after a timeout may be paid twice.

A timeout does not say that nothing happened: the other side may have done it and
only the answer was lost. Without a key it cannot tell the second try from a second
order.
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
    loop_around,
)

EXAMPLES = (
    Example(
        bad="""
            import httpx
            from tenacity import retry, stop_after_attempt


            @retry(stop=stop_after_attempt(3))
            def charge(card, amount):
                body = {"card": card, "amount": amount}
                httpx.post("https://pay.test/charges", json=body, timeout=5)  # flagged
        """,
        good="""
            import httpx
            from tenacity import retry, stop_after_attempt


            @retry(stop=stop_after_attempt(3))
            def charge(card, amount, key):
                body = {"card": card, "amount": amount}
                headers = {"Idempotency-Key": key}
                httpx.post(
                    "https://pay.test/charges", json=body, headers=headers, timeout=5
                )
        """,
    ),
)

_POSTS = frozenset(
    f"{client}.post"
    for client in (
        "requests",
        "requests.Session",
        "httpx",
        "httpx.Client",
        "httpx.AsyncClient",
    )
)
_RETRYING = re.compile(
    r"(?i)(.*\.)?(retry|retrying|backoff\.on_exception|on_exception)"
)
_KEYED = re.compile(
    r"(?i)idempot|request_id|dedup|nonce|uuid|transaction_id|client_ref"
)
_READING = re.compile(
    r"(?i)token|login|auth|upload|telemetry|search|query|graphql|validate|lookup|list"
)


def check(source: Source) -> Iterator[Site]:
    if not source.imports("requests", "httpx"):
        return
    for call in source.calls_to(_POSTS):
        if not _is_retried(source, call):
            continue
        function = source.function_of(call)
        text = ast.unparse(function) if function is not None else ""
        if not _KEYED.search(text) and not _READING.search(text):
            message = "sent again after a timeout, this may be done twice"
            yield Site(node=call, message=message)


def _is_retried(source: Source, call: ast.Call) -> bool:
    function = source.function_of(call)
    if function is not None and any(map(_is_retry, function.decorator_list)):
        return True
    loop = loop_around(source, call)
    return isinstance(loop, ast.For) and _counts_attempts(loop, function)


def _is_retry(decorator: ast.expr) -> bool:
    named = decorator.func if isinstance(decorator, ast.Call) else decorator
    return _RETRYING.fullmatch(ast.unparse(named)) is not None


def _counts_attempts(loop: ast.For, function: Function | None) -> bool:
    """A loop over a range that catches what fails and tries again."""
    ranged = isinstance(loop.iter, ast.Call) and ast.unparse(loop.iter.func) == "range"
    caught = any(isinstance(node, ast.Try) for node in loop.body)
    return ranged and caught and any(True for _ in calls_in(loop.body))


REPAIR = Brief(
    summary="Send one idempotency key with all tries of the same order, or ask what "
    "became of the first before the second is sent"
)

HAZARD = Hazard(
    title="Repeat only what is safe to repeat",
    practice="recovery",
    severity=Severity.HIGH,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    preview=True,
    references=("RFC 9110 section 9.2.2", "IETF draft: the Idempotency-Key header"),
    subject="calls to other services",
    concerns=lambda source: source.imports("requests", "httpx"),
)
