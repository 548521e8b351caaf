"""Puts requests to a WSGI application (PEP 3333), and sees those of tests."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from prodwright.probes.fuzz.messages import (
    MOST_ANSWER_BYTES,
    Answer,
    Request,
    headers_of,
)
from prodwright.probes.fuzz.stand import STAND

Environ = dict[str, Any]
_WITHOUT_PREFIX = {"CONTENT_TYPE": "content-type", "CONTENT_LENGTH": "content-length"}


class WatchedWsgi:
    """An application as the tests' client sees it.

    Args:
        app: The application.
    """

    def __init__(self, app: Any) -> None:
        self.app = app

    def __call__(
        self, environ: Environ, start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Pass a request on; what is to be tried at this point is tried before."""
        if not STAND.enter():
            return self.app(environ, start_response)  # type: ignore[no-any-return]
        try:
            visit = STAND.visit(self.app, request_of(environ))
            for trial in visit.trials:
                trial.end(put(self.app, trial.begin(), environ))
            visit.finish()
            answer, parts, told = _asked(self.app, environ)
            visit.note(answer, environ)
            if visit.wants_document:
                asked = Request(method="GET", path="/openapi.json")
                visit.note_document(put(self.app, asked, environ), self.app)
        finally:
            STAND.leave()
        if answer.error is not None:
            raise answer.error
        start_response(*told)
        return parts


def put(app: Any, request: Request, base: Environ | None = None) -> Answer:
    """Put one request to an application."""
    return _asked(app, environ_of(request, base or {}))[0]


def _asked(app: Any, environ: Environ) -> tuple[Answer, list[bytes], tuple[Any, ...]]:
    started: list[tuple[Any, ...]] = []
    parts: list[bytes] = []

    def start_response(*told: Any) -> Callable[[bytes], None]:
        started.append(told)
        return parts.append

    error: BaseException | None = None
    try:
        given = app(environ, start_response)
        try:
            parts.extend(given)
        finally:
            getattr(given, "close", lambda: None)()
    except Exception as raised:  # noqa: BLE001 - what leaves it is the answer
        error = raised
    told = started[-1][:2] if started else ("0", [])
    body = b"".join(parts)
    answer = Answer(
        status=int(str(told[0]).split(" ", 1)[0]),
        headers=headers_of(told[1]),
        body=body[:MOST_ANSWER_BYTES],
        size=len(body),
        error=error,
    )
    return answer, parts, told


def request_of(environ: Environ) -> Request:
    """Return what a server was sent; the body can be read again."""
    body = _body(environ)
    environ["wsgi.input"] = io.BytesIO(body)
    headers = [
        (key[5:].replace("_", "-").lower(), str(value))
        for key, value in environ.items()
        if key.startswith("HTTP_")
    ]
    headers += [
        (name, str(environ[key]))
        for key, name in _WITHOUT_PREFIX.items()
        if environ.get(key)
    ]
    path = str(environ.get("SCRIPT_NAME", "")) + str(environ.get("PATH_INFO", ""))
    return Request(
        method=str(environ["REQUEST_METHOD"]),
        path=quote(path.encode("latin-1", "replace"), safe="/:@!$&'()*+,;=~-._"),
        query=str(environ.get("QUERY_STRING", "")),
        headers=tuple(headers),
        body=body,
    )


def _body(environ: Environ) -> bytes:
    stream = environ.get("wsgi.input")
    length = str(environ.get("CONTENT_LENGTH") or "")
    if stream is None or not (length.isdigit() or environ.get("wsgi.input_terminated")):
        return b""
    read: bytes = stream.read(int(length)) if length.isdigit() else stream.read()
    return read


def environ_of(request: Request, base: Environ) -> Environ:
    """Return what a server tells of `request`.

    Args:
        request: What is sent.
        base: What else the application is told, as of the tests' own request.
    """
    kept = {
        key: value
        for key, value in base.items()
        if not key.startswith(("HTTP_", "werkzeug.", "flask.")) and key not in _OWN
    }
    path = unquote_to_bytes(request.path.encode("latin-1", "replace"))
    body = request.body[: len(request.body) // 2] if request.is_cut else request.body
    environ: Environ = {
        **_PLAIN,
        "wsgi.errors": sys.stderr,
        **kept,
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path.decode("latin-1"),
        "QUERY_STRING": request.query,
        "wsgi.input": io.BytesIO(body),
    }
    for name, value in request.headers:
        key = name.upper().replace("-", "_")
        environ[key if key in _WITHOUT_PREFIX else f"HTTP_{key}"] = value
    return environ


_OWN = ("CONTENT_TYPE", "CONTENT_LENGTH", "REQUEST_URI", "RAW_URI")
_PLAIN: Environ = {
    "SERVER_NAME": "testserver",
    "SERVER_PORT": "80",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "REMOTE_ADDR": "127.0.0.1",
    "wsgi.version": (1, 0),
    "wsgi.url_scheme": "http",
    "wsgi.multithread": False,
    "wsgi.multiprocess": False,
    "wsgi.run_once": False,
}
