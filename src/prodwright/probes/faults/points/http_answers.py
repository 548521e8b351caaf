"""What an HTTP service may answer, for the points of all clients."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from prodwright.probes.faults.recorder import OFF, RECORDER, is_within
from prodwright.probes.faults.secrets import SECRETS

RETRY_AFTER_SECONDS = 7
DRIP_SECONDS = 600.0
_SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
_ERRORS = ("refused", "stall", "reset")
_BODIES = ("html-body", "null-body", "empty-body", "malformed-json", "empty-object")
_STATUSES = ("status-500", "status-503", "status-429", "status-400", "status-429-bare")
_REST = ("cut-body", "slow-drip", "oversized-body")
FAULTS = (*_ERRORS, *_STATUSES, *_BODIES, *_REST)
WRITE_FAULTS = (*_ERRORS, "answer-lost", "crash", *_STATUSES, *_BODIES, *_REST)
# The caller learns nothing: it may have been done or not.
AMBIGUOUS = frozenset({"answer-lost", "stall", "reset", "cut-body"})
BAD_BODIES = frozenset(_BODIES)
_KEYS = re.compile(
    r"idempoten|request.?id|client.?token|dedup|message.?id|if-match|external.?id", re.I
)
_OVERSIZED = 8_000_000


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer in place of the real one.

    Attributes:
        status: HTTP status.
        body: Its bytes.
        headers: By lower-case name.
    """

    status: int
    body: bytes
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Response:
    """What the code under test answered to its own callers.

    Attributes:
        status: HTTP status.
        body: Its beginning, as text.
        after_fault: Whether the fault had been met by then.
    """

    status: int
    body: str
    after_fault: bool


RESPONSES: list[Response] = []


def answer(fault: str, real_body: bytes = b"") -> Answer:
    """Return the answer that `fault` stands for."""
    if fault.startswith("status-"):
        return _status(fault)
    if fault == "html-body":
        return Answer(200, b"<html>login</html>", {"content-type": "text/html"})
    bodies = {
        "null-body": b"null",
        "empty-body": b"",
        "empty-object": b"{}",
        "malformed-json": real_body[: len(real_body) // 2] or b'{"',
        "oversized-body": json.dumps({"pad": "x" * _OVERSIZED}).encode(),
    }
    return Answer(200, bodies[fault], {"content-type": "application/json"})


def _status(fault: str) -> Answer:
    kind = {"content-type": "application/json"}
    answers = {
        "status-500": Answer(500, b'{"error": "boom"}', kind),
        "status-503": Answer(503, b"unavailable", {"content-type": "text/plain"}),
        "status-400": Answer(400, b'{"error": "bad"}', kind),
        "status-429-bare": Answer(429, b"slow down"),
        "status-429": Answer(
            429, b"slow down", {"retry-after": str(RETRY_AFTER_SECONDS)}
        ),
    }
    return answers[fault]


def needs_real(fault: str) -> bool:
    """Tell whether the real call is made before the fault shows."""
    return not fault or fault in BAD_BODIES or fault in ("answer-lost", *_REST)


def hit(method: str, url: str, headers: Any, body: Any, timeout: float | None) -> str:
    """Report a request; return the fault that it meets.

    Args:
        method: HTTP method.
        url: Whole.
        headers: Anything that `dict` takes.
        body: Bytes, text or anything.
        timeout: For reading the answer, in seconds; None: none.
    """
    if RECORDER.mode == OFF or is_within():
        return ""
    method, named = method.upper(), _named(headers)
    SECRETS.sniff(url, named, body)
    writes = method not in _SAFE
    parts = urlsplit(url)
    return RECORDER.hit(
        "http",
        WRITE_FAULTS if writes else FAULTS,
        f"{method} {parts.scheme}://{parts.hostname or ''}{parts.path}",
        writes=writes,
        identity=f"{method} {url}"[:500],
        method=method,
        key=_key(named, body),
        timeout=timeout,
    )


def _named(headers: Any) -> dict[str, str]:
    try:
        pairs = headers.items() if hasattr(headers, "items") else (headers or ())
        return {_text(name).lower(): _text(value) for name, value in pairs}
    except (TypeError, ValueError):
        return {}


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", errors="replace")
    return str(value)


def _key(headers: Mapping[str, str], body: Any) -> str:
    """Return by what the service can tell a repetition; empty: it cannot."""
    keys = [f"{name}={value}" for name, value in headers.items() if _KEYS.search(name)]
    keys = [key for key in keys if not key.startswith("x-request-id")]
    text = _text(body) if isinstance(body, (bytes, str)) else ""
    try:
        fields = json.loads(text) if text[:1] == "{" else dict(parse_qsl(text))
    except (ValueError, RecursionError):
        fields = {}
    keys += [f"{name}={value}" for name, value in fields.items() if _KEYS.search(name)]
    return ";".join(sorted(keys))


def note_response(status: int, body: str) -> None:
    """Remember what the code under test answered to a caller."""
    RESPONSES.append(Response(status, body[:4000], RECORDER.injection is not None))
