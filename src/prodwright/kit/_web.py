"""Recognises what answers requests: route handlers and application objects."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

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


@dataclass(frozen=True, slots=True)
class Route:
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
