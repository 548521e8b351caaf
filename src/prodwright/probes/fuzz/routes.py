"""Which function of the code under test serves a request."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any

_VARIABLE = re.compile(
    r"^(\d+|[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}|[0-9a-f]{16,}|.*[0-9].*[-_].*|.{25,})$"
)
_MOST_LAYERS = 12
Handler = Callable[..., Any]


def layers(app: Any) -> list[Any]:
    """Return an application and what it wraps, the outermost first."""
    found: list[Any] = []
    while app is not None and len(found) < _MOST_LAYERS:
        found.append(app)
        inner = getattr(app, "app", None) or getattr(app, "application", None)
        owner = getattr(app, "__self__", None)  # `app.wsgi_app`, wrapped
        app = inner or owner or getattr(app, "wsgi_app", None)
        if any(app is each for each in found):
            break
    return found


def route_of(
    app: Any, method: str, path: str, told: dict[str, Any]
) -> tuple[str, Handler | None]:
    """Return the template of a request's path, and the function that serves it.

    Args:
        app: The application.
        method: Of the request.
        path: Of the request.
        told: The scope or the environment, as it is after the answer.
    """
    if "django" in told:
        return _of_django(told["django"], path)
    if "endpoint" in told:
        template = getattr(told.get("route"), "path", "") or _guessed(path)
        return template, told["endpoint"]
    for each in layers(app):
        if hasattr(each, "url_map") and hasattr(each, "view_functions"):
            return _of_flask(each, method, path)
    return _guessed(path), None


def _of_flask(app: Any, method: str, path: str) -> tuple[str, Handler | None]:
    bound = app.url_map.bind("localhost")
    try:
        rule, _ = bound.match(path, method=method, return_rule=True)
    except Exception:  # noqa: BLE001 - any error of HTTP
        return _guessed(path), None
    return str(rule.rule), app.view_functions.get(rule.endpoint)


def _of_django(response: Any, path: str) -> tuple[str, Handler | None]:
    request = getattr(response, "wsgi_request", None)
    match = getattr(request, "resolver_match", None)
    if match is None:
        return _guessed(path), None
    function = match.func
    function = getattr(function, "view_class", None) or getattr(function, "cls", None)
    return str(match.route), function or match.func


def _guessed(path: str) -> str:
    parts = ("{}" if _VARIABLE.match(each) else each for each in path.split("/"))
    return "/".join(parts)


def place_of(handler: Handler | None) -> tuple[str, int] | None:
    """Return the file and the line in which a function begins; None: unknown."""
    if handler is None:
        return None
    bare: Any = inspect.unwrap(handler)
    bare = getattr(bare, "func", bare)
    if inspect.isclass(bare):
        return _place_of_class(bare)
    called = getattr(type(bare), "__call__", None)  # noqa: B004 - which, not whether
    code = getattr(bare, "__code__", None) or getattr(called, "__code__", None)
    return (code.co_filename, code.co_firstlineno) if code else None


def _place_of_class(cls: type) -> tuple[str, int] | None:
    try:
        return inspect.getsourcefile(cls) or "", inspect.getsourcelines(cls)[1]
    except (OSError, TypeError):
        return None
