"""Requests to an application and what it answers, as plain values."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

MOST_BODY_BYTES = 1 << 16  # of a request that is kept to be changed
MOST_ANSWER_BYTES = 1 << 20
Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a client sends.

    Attributes:
        method: Of HTTP.
        path: As it is sent, percent-encoded.
        query: As it is sent, without the question mark.
        headers: Names in small letters; one character for each byte.
        body: All of it.
        is_cut: Whether the client goes away in the middle of the body.
    """

    method: str
    path: str
    query: str = ""
    headers: Headers = ()
    body: bytes = b""
    is_cut: bool = False

    def header(self, name: str) -> str:
        """Return the first header called `name`; empty: there is none."""
        return next((value for key, value in self.headers if key == name), "")

    def with_headers(self, **named: str | None) -> Request:
        """Return it with headers set, or taken out; `_` stands for `-`."""
        changed = {key.replace("_", "-"): value for key, value in named.items()}
        kept = [each for each in self.headers if each[0] not in changed]
        added = [(key, value) for key, value in changed.items() if value is not None]
        return replace(self, headers=(*kept, *added))

    def with_body(self, body: bytes, kind: str = "") -> Request:
        """Return it with another body, and what says how long and what it is."""
        told = replace(self, body=body).with_headers(content_length=str(len(body)))
        return told.with_headers(content_type=kind) if kind else told

    def as_plain(self) -> dict[str, Any]:
        """Return it as JSON values."""
        return {
            "method": self.method,
            "path": self.path,
            "query": self.query,
            "headers": [list(each) for each in self.headers],
            "body": base64.b64encode(self.body[:MOST_BODY_BYTES]).decode(),
        }

    @classmethod
    def of_plain(cls, told: dict[str, Any]) -> Request:
        """Return what `as_plain` told."""
        return cls(
            method=told["method"],
            path=told["path"],
            query=told["query"],
            headers=tuple((key, value) for key, value in told["headers"]),
            body=base64.b64decode(told["body"]),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What an application answers.

    Attributes:
        status: Of HTTP; 0: it gave none.
        headers: Names in small letters.
        body: Its beginning, up to 1 MiB.
        size: Of the whole body in bytes.
        error: What left the application instead of an answer, or after it.
    """

    status: int = 0
    headers: Headers = ()
    body: bytes = b""
    size: int = 0
    error: BaseException | None = None

    def header(self, name: str) -> str:
        """Return the first header called `name`; empty: there is none."""
        return next((value for key, value in self.headers if key == name), "")

    @property
    def is_broken(self) -> bool:
        """Whether it is one that no request may have: an error, or a plain 500."""
        return self.error is not None or self.status in (0, 500)

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")


def headers_of(pairs: Iterable[tuple[Any, Any]]) -> Headers:
    """Return headers with their names in small letters, bytes as characters."""
    return tuple((_text(key).lower(), _text(value)) for key, value in pairs)


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)
