"""Puts requests to an ASGI application, and sees those that tests put to it.

https://asgi.readthedocs.io/en/latest/specs/www.html says what both sides may send.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import unquote

from prodwright.probes.fuzz.messages import (
    MOST_ANSWER_BYTES,
    Answer,
    Request,
    headers_of,
)
from prodwright.probes.fuzz.stand import STAND

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class WatchedAsgi:
    """An application as the tests' client sees it.

    Args:
        app: The application.
    """

    def __init__(self, app: Any) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; what is to be tried at this point is tried before."""
        if scope.get("type") != "http" or not STAND.enter():
            await self.app(scope, receive, send)
            return
        try:
            body = await _body(receive)
            request = _request(scope, body)
            visit = STAND.visit(self.app, request)
            for trial in visit.trials:
                trial.end(await _answer(self.app, _scope(scope, trial.begin())))
            visit.finish()
            heard = _Heard(send)
            try:
                await self.app(scope, _again(body, receive), heard.send)
            except Exception as error:
                visit.note(heard.answer(error), scope)
                raise
            visit.note(heard.answer(None), scope)
            if visit.wants_document:
                asked = Request(method="GET", path="/openapi.json")
                visit.note_document(
                    await _answer(self.app, _scope(scope, asked)), self.app
                )
        finally:
            STAND.leave()


async def put(app: Any, request: Request) -> Answer:
    """Put one request to an application of our own client."""
    base: Scope = {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": "1.1",
        "scheme": "http",
        "client": ("127.0.0.1", 50000),
        "server": ("testserver", 80),
        "root_path": "",
        "state": {},
    }
    return await _answer(app, _scope(base, request))


def _scope(base: Scope, request: Request) -> tuple[Scope, Request]:
    """Return the scope of `request` as a server gives it; what it refuses is not."""
    raw = request.path.encode("ascii", "replace")
    scope = {
        **{key: value for key, value in base.items() if key not in _OF_ROUTING},
        "method": request.method,
        "path": unquote(request.path),
        "raw_path": raw,
        "query_string": request.query.encode("latin-1", "replace"),
        "headers": [
            (key.encode("latin-1", "replace"), value.encode("latin-1", "replace"))
            for key, value in request.headers
        ],
    }
    return scope, request


_OF_ROUTING = ("endpoint", "route", "path_params", "router", "app", "user", "auth")


async def _answer(app: Any, put: tuple[Scope, Request]) -> Answer:
    scope, request = put
    heard = _Heard(None)
    try:
        await app(scope, _client(request), heard.send)
    except Exception as error:  # noqa: BLE001 - what leaves it is the answer
        return heard.answer(None if request.is_cut else error)
    return heard.answer(None)


def _client(request: Request) -> Receive:
    """Return what the application hears: the body, then that the client has gone."""
    half = len(request.body) // 2
    waiting = [request.body] if not request.is_cut else [request.body[:half]]

    async def receive() -> dict[str, Any]:
        if waiting:
            body = waiting.pop()
            return {"type": "http.request", "body": body, "more_body": request.is_cut}
        if not request.is_cut:
            await _a_while()
        return {"type": "http.disconnect"}

    return receive


async def _a_while() -> None:
    """Wait as a client does that reads its answer, with either loop."""
    # Whatever brings another loop than asyncio's has brought this one, too.
    library: Any = sys.modules.get("anyio", asyncio)
    await library.sleep(_CLIENT_SECONDS)


_CLIENT_SECONDS = 30.0


async def _body(receive: Receive) -> bytes:
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b"".join(parts)
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(parts)


def _again(body: bytes, receive: Receive) -> Receive:
    waiting = [body]

    async def replayed() -> dict[str, Any]:
        if waiting:
            return {
                "type": "http.request",
                "body": waiting.pop(),
                "more_body": False,
            }
        return await receive()

    return replayed


def _request(scope: Scope, body: bytes) -> Request:
    raw = scope.get("raw_path") or scope["path"].encode()
    return Request(
        method=scope["method"],
        path=raw.decode("latin-1").partition("?")[0],
        query=scope.get("query_string", b"").decode("latin-1"),
        headers=headers_of(scope.get("headers", ())),
        body=body,
    )


class _Heard:
    """What an application sends.

    Args:
        send: Where it goes on to; None: nowhere.
    """

    def __init__(self, send: Send | None) -> None:
        self._send = send
        self._status = 0
        self._headers: tuple[tuple[str, str], ...] = ()
        self._body = b""
        self._size = 0

    async def send(self, message: dict[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self._status = message["status"]
            self._headers = headers_of(message.get("headers", ()))
        elif message["type"] == "http.response.body":
            part = message.get("body", b"")
            self._size += len(part)
            self._body += part[: max(MOST_ANSWER_BYTES - len(self._body), 0)]
        if self._send is not None:
            await self._send(message)

    def answer(self, error: BaseException | None) -> Answer:
        return Answer(
            status=self._status,
            headers=self._headers,
            body=self._body,
            size=self._size,
            error=error,
        )
