"""Watches the in-process clients that tests use, whichever of them are imported."""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import ModuleType
from typing import Any

from prodwright.probes.fuzz import calls, django
from prodwright.probes.fuzz.asgi import WatchedAsgi
from prodwright.probes.fuzz.wsgi import WatchedWsgi

Installer = Callable[[ModuleType], None]


def _around(
    owner: str, method: str, attribute: str, watched: Callable[[Any], Any]
) -> Installer:
    """Return what has a client's method see its application through `watched`."""

    def install(module: ModuleType) -> None:
        client: Any = getattr(module, owner, None)
        if client is None:
            return
        real = getattr(client, method)

        def replaced(self: Any, *arguments: Any, **named: Any) -> Any:
            app = getattr(self, attribute)
            if not isinstance(app, (WatchedAsgi, WatchedWsgi)):
                setattr(self, attribute, watched(app))
            return real(self, *arguments, **named)

        setattr(client, method, replaced)

    return install


def _werkzeug(module: ModuleType) -> None:
    """Its client's `application` is what tests and extensions look at: leave it."""
    real = module.run_wsgi_app

    def run_wsgi_app(app: Any, *arguments: Any, **named: Any) -> Any:
        return real(WatchedWsgi(app), *arguments, **named)

    module.run_wsgi_app = run_wsgi_app  # type: ignore[attr-defined]


_INSTALLERS: tuple[tuple[str, Installer], ...] = (
    (
        "starlette.testclient",
        _around("_TestClientTransport", "handle_request", "app", WatchedAsgi),
    ),
    *(
        (name, _around("ASGITransport", "handle_async_request", "app", WatchedAsgi))
        for name in ("httpx", "httpx2")
    ),
    *(
        (name, _around("WSGITransport", "handle_request", "app", WatchedWsgi))
        for name in ("httpx", "httpx2")
    ),
    ("webtest.app", _around("TestApp", "do_request", "app", WatchedWsgi)),
    ("werkzeug.test", _werkzeug),
    ("django.test.client", django.install),
    ("click.testing", calls.watch_click),
)


class Clients:
    """The clients that are watched by now."""

    def __init__(self) -> None:
        self._watched: set[int] = set()

    def watch(self) -> None:
        """Watch those that have been imported since."""
        for number, (name, install) in enumerate(_INSTALLERS):
            module = sys.modules.get(name)
            if module is not None and number not in self._watched:
                self._watched.add(number)
                install(module)


CLIENTS = Clients()
