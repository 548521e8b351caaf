"""Requests that are strange as a whole: their body, its kind, what they are called."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from prodwright.probes.fuzz.messages import Request
from prodwright.probes.fuzz.slots import JSON

Named = tuple[str, Request]
_BIG_BYTES = 5_000_000
BOMB_BYTES = 200_000_000
_PART_BYTES = 1_000_000
_DEEPEST = 100_000
_DEEP = 900
_HEADERS = (
    ("accept", "application/x-none; q=abc"),
    ("accept-language", "\xff, *;q=x"),
    ("cookie", "=; a; =b; \xe9=\xff; a=1; a=2"),
    ("authorization", "Bearer"),
    ("authorization", "Basic !!!"),
    ("authorization", "Basic gICA"),  # no UTF-8
    ("authorization", "Bearer a.b.c"),
    ("authorization", "Bearer \xff\xfe"),
    ("authorization", "Unknown x"),
    ("range", "bytes=9999999999999-1,-,abc"),
    ("if-modified-since", "Thu, 99 Foo 99999"),
    ("if-none-match", '"\xff'),
    ("x-forwarded-for", "not, an, address"),
    ("x-forwarded-host", "planted.invalid"),
    ("x-request-id", "A" * 5_000),
    ("content-type", ""),
    ("origin", "null"),
    ("traceparent", "00-zz-zz-zz"),
)


def strange(request: Request) -> Iterator[Named]:
    """Yield requests, each with its name."""
    has_body = request.method in ("POST", "PUT", "PATCH")
    if has_body:
        yield from _bodies(request)
        yield from _kinds(request)
        yield "body:cut", replace(request, is_cut=True)
    for number, (name, value) in enumerate(_HEADERS):
        case = f"header.{name}:strange-{number}"
        yield case, request.with_headers(**{name: value})
    yield "query:broken", replace(request, query=_joined(request.query, "%ff%zz=&=&&"))
    many = "&".join(f"p{number}={number}" for number in range(1_200))
    yield "query:many", replace(request, query=_joined(request.query, many))
    for name, path in (
        ("dots", f"{request.path}/../../etc/passwd"),
        ("encoded-slash", f"{request.path}%2f..%2f"),
        ("bad-encoding", f"{request.path}%ff%fe"),
        ("double-slash", f"/{request.path}"),
        ("nul", f"{request.path}%00"),
        ("crlf", f"{request.path}%0d%0aX-Planted:%201"),
    ):
        yield f"path:{name}", replace(request, path=path)
    for method in ("HEAD", "OPTIONS", "TRACE", "PLANTED"):
        yield f"method:{method.lower()}", replace(request, method=method)


def _joined(query: str, more: str) -> str:
    return f"{query}&{more}" if query else more


def _bodies(request: Request) -> Iterator[Named]:
    yield "body:none", request.with_body(b"")
    yield "body:bad-utf-8", request.with_body(b'{"a": "\xff\xfe"}')
    yield "body:utf-16", request.with_body('{"a": 1}'.encode("utf-16"))
    if JSON in request.header("content-type"):
        for name, text in (
            ("null", "null"),
            ("list", "[]"),
            ("text", '"x"'),
            ("number", "1"),
            ("nan", "NaN"),
            ("half", '{"a":'),
            ("digits", "1" * 5_000),
            ("deep", "[" * _DEEP + "]" * _DEEP),
            ("deepest", "[" * _DEEPEST + "]" * _DEEPEST),
            ("deep-object", '{"a":' * _DEEP + "1" + "}" * _DEEP),
        ):
            yield f"body:{name}", request.with_body(text.encode())
        yield "body:bom", request.with_body(b"\xef\xbb\xbf" + request.body)
        if (twice := _twice(request.body)) is not None:
            yield "body:keys-twice", request.with_body(twice)
        if (more := _with_more(request.body)) is not None:
            yield "body:extra", request.with_body(more)
    yield "body:big", request.with_body(b'"' + b"A" * _BIG_BYTES + b'"')


def _twice(body: bytes) -> bytes | None:
    """Every key comes twice, the second time with nothing."""
    content = _object(body)
    if not content:
        return None
    inner = json.dumps(content)[1:-1]
    again = json.dumps(dict.fromkeys(content))[1:-1]
    return f"{{{inner}, {again}}}".encode()


def _with_more(body: bytes) -> bytes | None:
    content = _object(body)
    if content is None:
        return None
    more = {"__class__": "x", "__proto__": {"a": 1}, "prodwright-extra": [1]}
    return json.dumps({**content, **more}).encode()


def _object(body: bytes) -> dict[str, object] | None:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def _kinds(request: Request) -> Iterator[Named]:
    for name, kind in (
        ("plain", "text/plain"),
        ("xml", "application/xml"),
        ("charset", "application/json; charset=utf-99"),
        ("utf-16", "application/json; charset=utf-16"),
        ("form", "application/x-www-form-urlencoded"),
        ("multipart", "multipart/form-data"),
        ("no-boundary", "multipart/form-data; boundary="),
        ("broken", "application/json;;=;"),
        ("bytes", "\xff/\xfe"),
    ):
        yield f"type:{name}", request.with_headers(content_type=kind)
    yield "encoding:unknown", request.with_headers(content_encoding="planted")
    squeezed = request.with_body(gzip.compress(request.body))
    yield PROBE, squeezed.with_headers(content_encoding="gzip")
    yield "encoding:broken", request.with_headers(content_encoding="gzip")


PROBE = "encoding:gzip"


def bomb(request: Request) -> Request:
    """Return a request whose body is a thousand times as large as what is sent."""
    return request.with_body(_squeezed()).with_headers(content_encoding="gzip")


@cache
def _squeezed() -> bytes:
    squeezer = zlib.compressobj(wbits=31)  # the format of gzip
    part = b" " * _PART_BYTES
    parts = [squeezer.compress(part) for _ in range(BOMB_BYTES // _PART_BYTES)]
    return b"".join([*parts, squeezer.flush()])
