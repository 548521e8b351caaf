"""The places of a request in which a client may put what it likes."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode

from prodwright.probes.fuzz.messages import Request
from prodwright.probes.fuzz.schemas import Document, Operation
from prodwright.probes.fuzz.values import Verbatim

_MOST_LEAVES = 30
_MOST_DEPTH = 5
_MOST_LINE = 20_000  # bytes of a path or a query that servers let through
_PLACEHOLDER = "prodwright-verbatim-7d1c"
_VARIABLE = re.compile(r"[{<(^*]")
_NAME = re.compile(r"[{<](?:\w+[:(][^>}]*?:?)?(\w+)")
_OWN_HEADERS = re.compile(r"^(x-|authorization$|idempotency-key$|if-|range$)")
_PART = re.compile(
    rb'(name="(?P<name>[^"]*)"(?:; filename="(?P<file>[^"]*)")?[^\r\n]*\r\n'
    rb"(?:[^\r\n]+\r\n)*\r\n)(?P<body>.*?)(?=\r\n--)",
    re.S,
)
JSON = "application/json"
Path = tuple[str | int, ...]
Put = Callable[[Any], Request | None]


@dataclass(frozen=True, slots=True)
class Slot:
    """One of them.

    Attributes:
        name: As in a case, e.g. `body.items.0.price`.
        value: What a test puts there.
        put: Returns the request with another value; None: no server lets it through.
        is_text: Whether only text can be put there.
        schema: What is declared; empty: nothing.
        without: The request without it; None: it cannot be left out.
        is_required: Whether it is declared that it must be there.
    """

    name: str
    value: Any
    put: Put
    is_text: bool = True
    schema: dict[str, Any] = field(default_factory=dict)
    without: Request | None = None
    is_required: bool = False


def slots_of(
    request: Request, template: str, document: Document, operation: Operation | None
) -> list[Slot]:
    """Return the slots of a request.

    Args:
        request: One that the application takes.
        template: Of its path.
        document: What the application says of itself.
        operation: Which one it is for; None: it is not declared.
    """
    found = [*_in_path(request, template), *_in_query(request, operation)]
    kind = request.header("content-type")
    if "json" in kind and request.body:
        found += _in_json(request, document, operation)
    elif "urlencoded" in kind:
        found += _in_form(request)
    elif "multipart" in kind:
        found += _in_parts(request)
    return [*found, *_in_headers(request, operation)]


def _in_path(request: Request, template: str) -> Iterator[Slot]:
    parts = request.path.split("/")
    pattern = template.strip("^$").strip("/").split("/")
    offset = len(parts) - len(request.path.strip("/").split("/"))
    own = request.path.strip("/").split("/")
    first = 1 if request.path.startswith("/") else 0
    if offset < 0 or len(pattern) != len(own):
        return
    for number, (form, value) in enumerate(zip(pattern, own, strict=True)):
        if not _VARIABLE.search(form):
            continue
        found = _NAME.search(form)
        name = found[1] if found else str(number)
        put = partial(_put_in_path, request, first + number)
        yield Slot(f"path.{name}", unquote(value), put)


def _put_in_path(request: Request, number: int, value: Any) -> Request | None:
    text = quote(_bytes(value), safe="")
    parts = request.path.split("/")
    if len(text) > _MOST_LINE or not text:
        return None
    parts[number] = text
    return replace(request, path="/".join(parts))


def _in_query(request: Request, operation: Operation | None) -> Iterator[Slot]:
    pairs = parse_qsl(request.query, keep_blank_values=True)
    known = {name for name, _ in pairs}
    for place, name, schema, is_required in operation.parameters if operation else ():
        if place == "query" and name not in known and not is_required:
            yield _query_slot(request, [*pairs, (name, "1")], len(pairs), schema)
    for number, (name, _) in enumerate(pairs):
        schema = operation.schema_of("query", name) if operation else {}
        required = any(
            (where, what, needed) == ("query", name, True)
            for where, what, _, needed in (operation.parameters if operation else ())
        )
        yield _query_slot(request, pairs, number, schema, is_required=required)


def _query_slot(
    request: Request,
    pairs: list[tuple[str, str]],
    number: int,
    schema: dict[str, Any],
    *,
    is_required: bool = False,
) -> Slot:
    name, value = pairs[number]

    def put(other: Any) -> Request | None:
        changed = [*pairs[:number], (name, _bytes(other)), *pairs[number + 1 :]]
        text = urlencode(changed)
        return None if len(text) > _MOST_LINE else replace(request, query=text)

    rest = urlencode([*pairs[:number], *pairs[number + 1 :]])
    return Slot(
        f"query.{name}",
        value,
        put,
        schema=schema,
        without=replace(request, query=rest),
        is_required=is_required,
    )


def _in_json(
    request: Request, document: Document, operation: Operation | None
) -> Iterator[Slot]:
    try:
        content = json.loads(request.body)
    except (ValueError, RecursionError):
        return
    schema = operation.content.get(JSON, {}) if operation else {}
    for path in list(_leaves(content))[:_MOST_LEAVES]:
        value = _at(content, path)
        name = ".".join(("body", *map(str, path)))
        parent = document.at(schema, path[:-1]) if path else {}
        yield Slot(
            name,
            value,
            partial(_put_in_json, request, content, path),
            is_text=False,
            schema=document.at(schema, path) if schema else {},
            without=_without(request, content, path),
            is_required=bool(path) and path[-1] in (parent.get("required") or ()),
        )


def _leaves(content: Any, path: Path = ()) -> Iterator[Path]:
    yield path
    if len(path) >= _MOST_DEPTH:
        return
    if isinstance(content, dict):
        for key, value in content.items():
            yield from _leaves(value, (*path, key))
    elif isinstance(content, list) and content:
        yield from _leaves(content[0], (*path, 0))


def _at(content: Any, path: Path) -> Any:
    for key in path:
        content = content[key]
    return content


def _put_in_json(request: Request, content: Any, path: Path, value: Any) -> Request:
    text = ""
    if isinstance(value, Verbatim):
        value, text = _PLACEHOLDER, value.text
    if path:
        whole = copy.deepcopy(content)
        _at(whole, path[:-1])[path[-1]] = value
    else:
        whole = value
    body = json.dumps(whole)
    if text:
        body = body.replace(json.dumps(_PLACEHOLDER), text)
    return request.with_body(body.encode())


def _without(request: Request, content: Any, path: Path) -> Request | None:
    if not path or isinstance(path[-1], int):
        return None
    whole = copy.deepcopy(content)
    del _at(whole, path[:-1])[path[-1]]
    return request.with_body(json.dumps(whole).encode())


def _in_form(request: Request) -> Iterator[Slot]:
    pairs = parse_qsl(request.body.decode("utf-8", "replace"), keep_blank_values=True)
    for number, (name, value) in enumerate(pairs):

        def put(other: Any, at: int = number, key: str = name) -> Request:
            changed = [*pairs[:at], (key, _bytes(other)), *pairs[at + 1 :]]
            return request.with_body(urlencode(changed).encode())

        rest = urlencode([*pairs[:number], *pairs[number + 1 :]])
        left_out = request.with_body(rest.encode())
        yield Slot(f"form.{name}", value, put, without=left_out)


def _in_parts(request: Request) -> Iterator[Slot]:
    for part in _PART.finditer(request.body):
        name = part["name"].decode("utf-8", "replace")
        if part["file"] is not None:
            put = partial(_put_between, request, part.span("file"))
            yield Slot(f"file.{name}", part["file"].decode("utf-8", "replace"), put)
        put = partial(_put_between, request, part.span("body"))
        yield Slot(f"form.{name}", part["body"].decode("utf-8", "replace"), put)


def _put_between(request: Request, span: tuple[int, int], value: Any) -> Request:
    first, last = span
    text = _bytes(value)
    return request.with_body(request.body[:first] + text + request.body[last:])


def _in_headers(request: Request, operation: Operation | None) -> Iterator[Slot]:
    declared = {
        name.lower()
        for place, name, _, _ in (operation.parameters if operation else ())
        if place == "header"
    }
    for name, value in request.headers:
        if name in declared or _OWN_HEADERS.match(name):
            put = partial(_put_in_header, request, name)
            without = request.with_headers(**{name: None})
            yield Slot(f"header.{name}", value, put, without=without)
    for piece in request.header("cookie").split("; "):
        key, equals, value = piece.partition("=")
        if equals:
            put = partial(_put_in_cookie, request, piece, key)
            yield Slot(f"cookie.{key}", value, put)


def _put_in_header(request: Request, name: str, value: Any) -> Request | None:
    text = _bytes(value).decode("latin-1")
    if len(text) > _MOST_LINE // 2 or re.search(r"[\0\r\n]", text):
        return None  # no server lets that through
    return request.with_headers(**{name: text.strip()})


def _put_in_cookie(
    request: Request, piece: str, key: str, value: Any
) -> Request | None:
    text = _bytes(value).decode("latin-1")
    if ";" in text or "," in text:
        return None
    told = request.header("cookie").replace(piece, f"{key}={text}")
    return _put_in_header(request, "cookie", told.encode("latin-1"))


def _bytes(value: Any) -> bytes:
    if isinstance(value, bytes):
        return value
    return str(value).encode("utf-8", "surrogatepass")
