"""Which recorded requests are changed, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import quote, urlencode

from prodwright.probes.fuzz.accounts import credentials_of
from prodwright.probes.fuzz.cases import Subject
from prodwright.probes.fuzz.messages import Request
from prodwright.probes.fuzz.schemas import Document, Operation
from prodwright.probes.fuzz.slots import JSON

_OK, _REDIRECT, _BROKEN = 200, 300, 500
_PER_OPERATION = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A request that a test makes.

    Attributes:
        test: Position of the test.
        number: Of the request in the test.
        request: What is asked.
        template: Of its path.
        status: Of the answer; 0: it broke.
        place: File and line of what serves it; None: unknown.
        cpu_seconds: What it took.
        is_declared: Whether the application says what it offers.
    """

    test: int
    number: int
    request: Request
    template: str
    status: int
    place: tuple[str, int] | None
    cpu_seconds: float
    is_declared: bool

    @property
    def operation(self) -> str:
        """Method and template."""
        return f"{self.request.method} {self.template}"

    @property
    def worth(self) -> tuple[int, int, int]:
        """The better it is answered and the more it holds, the more it shows."""
        fine = _OK <= self.status < _REDIRECT
        rank = 2 if fine else 1 if 0 < self.status < _BROKEN else 0
        request = self.request
        size = len(request.body) + len(request.query)
        return rank, min(size, 2_000), -self.number


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One operation of an application, and how it is come to.

    Attributes:
        exchange: The request at whose place cases are put.
        subject: Makes them.
        is_own: Whether the request is the test's own, or made from what is declared.
    """

    exchange: Exchange
    subject: Subject
    is_own: bool = True

    @property
    def name(self) -> str:
        """Method and template."""
        return f"{self.subject.request.method} {self.subject.template}"


@dataclass(slots=True)
class Plan:
    """What was recorded, and what is to be tried.

    Attributes:
        exchanges: Of all tests.
        document: What the application says of itself.
        users: Headers with credentials of strangers, by whose they are.
    """

    exchanges: list[Exchange] = field(default_factory=list)
    document: Document = field(default_factory=lambda: Document({}))
    users: dict[str, dict[str, str]] = field(default_factory=dict)

    def targets(self) -> list[Target]:
        """Return what is tried; what tests do themselves comes first."""
        return [*self._recorded(), *self._declared()]

    def _recorded(self) -> Iterator[Target]:
        # Two applications may have operations of the same name.
        by_operation: dict[tuple[str, str], list[Exchange]] = {}
        for each in self.exchanges:
            file = each.place[0] if each.place else ""
            by_operation.setdefault((each.operation, file), []).append(each)
        chosen = (_chosen(group) for group in by_operation.values())
        for each in (exchange for group in chosen for exchange in group):
            request = each.request
            declared = (
                self.document.operation_for(request.method, request.path)
                if each.is_declared
                else None
            )
            yield Target(
                exchange=each,
                subject=Subject(
                    request=request,
                    template=declared.template if declared else each.template,
                    document=self.document,
                    operation=declared,
                    accounts=self.users,
                ),
            )

    def _declared(self) -> Iterator[Target]:
        """What is declared and no test does is tried where a test does something."""
        hosts = (each for each in self.exchanges if each.is_declared)
        host = max(hosts, key=_as_host, default=None)
        if host is None:
            return
        done = {
            (each.request.method, found.template)
            for each in self.exchanges
            if each.is_declared
            and (
                found := self.document.operation_for(
                    each.request.method, each.request.path
                )
            )
        }
        for operation in self.document.operations:
            if (operation.method, operation.template) not in done:
                yield Target(
                    exchange=host,
                    subject=Subject(
                        request=_made(host.request, self.document, operation),
                        template=operation.template,
                        document=self.document,
                        operation=operation,
                        accounts=self.users,
                    ),
                    is_own=False,
                )


def _chosen(group: Iterable[Exchange]) -> list[Exchange]:
    """Return the best request, and another that is shaped otherwise."""
    ranked = sorted(group, key=lambda each: each.worth, reverse=True)
    ranked = [each for each in ranked if each.worth[0]]
    shapes: dict[tuple[bool, bool, str], Exchange] = {}
    for each in ranked:
        request = each.request
        kind = request.header("content-type").partition(";")[0]
        shapes.setdefault((bool(request.body), bool(request.query), kind), each)
    return list(shapes.values())[:_PER_OPERATION]


def _as_host(exchange: Exchange) -> tuple[int, bool, int]:
    known = bool(credentials_of(exchange.request))
    return exchange.worth[0], known, exchange.number


def _made(host: Request, document: Document, operation: Operation) -> Request:
    """Return a plain request of an operation, with the credentials of another."""
    path = operation.template
    query: list[tuple[str, str]] = []
    headers = {"host": host.header("host") or "testserver", **credentials_of(host)}
    for place, name, schema, is_required in operation.parameters:
        value = _worded(document.valid(schema))
        if place == "path":
            path = path.replace(f"{{{name}}}", quote(value, safe=""))
        elif place == "query" and is_required:
            query.append((name, value))
        elif place == "header" and is_required:
            headers.setdefault(name.lower(), value)
    request = Request(
        method=operation.method,
        path=path,
        query=urlencode(query),
        headers=tuple(headers.items()),
    )
    return _with_content(request, document, operation)


def _with_content(
    request: Request, document: Document, operation: Operation
) -> Request:
    import json

    for kind, schema in operation.content.items():
        value = document.valid(schema)
        if JSON in kind:
            return request.with_body(json.dumps(value).encode(), JSON)
        if "urlencoded" in kind and isinstance(value, dict):
            pairs = {key: _worded(each) for key, each in value.items()}
            return request.with_body(urlencode(pairs).encode(), kind)
        if "multipart" in kind and isinstance(value, dict):
            return _with_parts(request, value)
    return replace(request)


def _with_parts(request: Request, value: dict[str, Any]) -> Request:
    lines = [
        f'--prodwright\r\nContent-Disposition: form-data; name="{key}"; '
        f'filename="{key}.txt"\r\nContent-Type: text/plain\r\n\r\n{_worded(each)}\r\n'
        for key, each in value.items()
    ]
    body = ("".join(lines) + "--prodwright--\r\n").encode()
    return request.with_body(body, "multipart/form-data; boundary=prodwright")


def _worded(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return _worded(value[0]) if value else ""
    return str(value)
