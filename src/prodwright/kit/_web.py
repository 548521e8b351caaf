"""Recognises what answers requests: route handlers and application objects."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from prodwright.analysis.facts import Place, per_file, place_of

if TYPE_CHECKING:
    from prodwright.analysis import Source
    from prodwright.analysis.source import Function

_VERBS = frozenset(
    {"get", "post", "put", "patch", "delete", "head", "options", "route", "websocket"}
)
APPLICATIONS = frozenset(
    {
        "fastapi.FastAPI",
        "flask.Flask",
        "starlette.applications.Starlette",
        "quart.Quart",
        "sanic.Sanic",
        "litestar.Litestar",
        "aiohttp.web.Application",
    }
)


class Route(NamedTuple):
    """A function that answers requests.

    Attributes:
        function: The handler.
        path: Of its URL, as written in the decorator.
        verb: The decorator's method: `get`, `post`, ..., or `route`.
    """

    function: Function
    path: str
    verb: str


def routes(source: Source) -> Iterator[Route]:
    """Yield the route handlers of a file: `@app.get("/path")` and the like."""
    for function in source.functions():
        for decorator in function.decorator_list:
            match decorator:
                case ast.Call(
                    func=ast.Attribute(attr=verb),
                    args=[ast.Constant(value=str(path)), *_],
                ) if verb in _VERBS and (not path or path.startswith("/")):
                    yield Route(function, path, verb)


def applications(source: Source) -> Iterator[ast.Call]:
    """Iterate over the calls that create a web application."""
    return iter(source.calls_to(APPLICATIONS))


@per_file
def application_sites(source: Source) -> tuple[Place, ...]:
    """Return where web applications are created."""
    return tuple(map(place_of, applications(source)))


@per_file
def has_routes(source: Source) -> bool:
    """Tell whether the file has route handlers."""
    return any(True for _ in routes(source))
