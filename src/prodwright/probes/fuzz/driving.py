"""A client for applications that no test of the project's own drives."""

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote, urlencode

from prodwright.probes.fuzz import asgi, wsgi
from prodwright.probes.fuzz.asgi import WatchedAsgi
from prodwright.probes.fuzz.messages import Answer, Request
from prodwright.probes.fuzz.stand import STAND

_LIFESPAN_SECONDS = 20.0


class Client:
    """Puts requests to one application, in this process.

    Args:
        app: By ASGI or by WSGI.
        users: Headers with credentials, by whose they are.
    """

    def __init__(
        self, app: Any, users: dict[str, dict[str, str]] | None = None
    ) -> None:
        self._users = users or {}
        STAND.users = self._users
        self._is_async = is_asgi(app)
        self._app = WatchedAsgi(app) if self._is_async else wsgi.WatchedWsgi(app)
        self._loop = asyncio.new_event_loop() if self._is_async else None
        self._leaving: asyncio.Event | None = None
        if self._loop is not None:
            self._loop.run_until_complete(self._live())

    def request(self, method: str, path: str, **told: Any) -> Answer:
        """Put one request.

        Args:
            method: Of HTTP.
            path: With its query.
            told: `json`, `form`, `body` and `content_type`, `headers`, or `user`: who
                asks.
        """
        request = request_of(method, path, self._users, told)
        if self._loop is not None:
            return self._loop.run_until_complete(asgi.put(self._app, request))
        return wsgi.put(self._app, request)

    def close(self) -> None:
        """End the application."""
        if self._loop is not None:
            if self._leaving is not None:
                self._leaving.set()
            self._loop.run_until_complete(asyncio.sleep(0))
            self._loop.close()

    async def _live(self) -> None:
        """Start it as a server does, if it wants to be started."""
        started, leaving = asyncio.Event(), asyncio.Event()
        self._leaving = leaving
        hears = iter(({"type": "lifespan.startup"},))

        async def receive() -> dict[str, Any]:
            for each in hears:
                return each
            await leaving.wait()
            return {"type": "lifespan.shutdown"}

        async def send(message: dict[str, Any]) -> None:
            if message["type"].startswith("lifespan.startup"):
                started.set()

        app: Callable[..., Awaitable[None]] = self._app.app
        scope = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}
        living = asyncio.ensure_future(app(scope, receive, send))
        living.add_done_callback(lambda _: started.set())
        await asyncio.wait_for(started.wait(), _LIFESPAN_SECONDS)


@contextmanager
def clients() -> Iterator[Callable[..., Client]]:
    """Give a function that makes clients, and close them afterwards."""
    made: list[Client] = []

    def client(app: Any, users: dict[str, dict[str, str]] | None = None) -> Client:
        made.append(Client(app, users))
        return made[-1]

    yield client
    for each in made:
        each.close()


def is_asgi(app: Any) -> bool:
    """Tell whether an application is called with a scope, and awaited."""
    called = getattr(type(app), "__call__", None)  # noqa: B004 - what it is, too
    return any(map(inspect.iscoroutinefunction, (app, called)))


def request_of(
    method: str, path: str, users: dict[str, dict[str, str]], told: dict[str, Any]
) -> Request:
    """Return a request from the words of a test or a provider."""
    bare, _, query = path.partition("?")
    given = {**users.get(told.get("user", ""), {}), **told.get("headers", {})}
    headers = [("host", "testserver")]
    headers += [(key.lower(), str(value)) for key, value in given.items()]
    request = Request(
        method=method.upper(),
        path=quote(bare, safe="/%:@!$&'()*+,;=~"),
        query=quote(query, safe="=&%+,:;@/?"),
        headers=tuple(headers),
    )
    if "json" in told:
        body = json.dumps(told["json"]).encode()
        return request.with_body(body, "application/json")
    if "form" in told:
        body = urlencode(told["form"]).encode()
        return request.with_body(body, "application/x-www-form-urlencoded")
    if "body" in told:
        kind = told.get("content_type", "application/octet-stream")
        return request.with_body(bytes(told["body"]), kind)
    return request
