"""Puts the points in: those of the standard library now, others on first import."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Callable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

_AT_ONCE = (
    "clocks",
    "files",
    "handles",
    "databases",
    "sockets",
    "threads",
    "processes",
)
# Which of our modules puts points into which library.
_LAZILY = {
    "asyncio": "event_loops",
    "http.client": "http_connections",
    "httpx": "httpx_clients",
    "httpx2": "httpx_clients",
    "requests.sessions": "requests_sessions",
    "urllib3.connectionpool": "urllib3_pools",
    "aiohttp.client": "aiohttp_sessions",
    "redis.client": "redis_clients",
    "redis.asyncio.client": "redis_clients",
    "sqlalchemy.engine.default": "sqlalchemy_engines",
    "psycopg": "psycopg_connections",
    "asyncpg.connection": "asyncpg_connections",
    "werkzeug.test": "test_clients",
    "django.test.client": "test_clients",
    "smtplib": "mail",
}
_HERE = __package__


def install() -> None:
    """Put all points in; a second call does nothing."""
    if any(isinstance(each, _Watcher) for each in sys.meta_path):
        return
    for name in _AT_ONCE:
        importlib.import_module(f"{_HERE}.{name}").install()
    sys.meta_path.insert(0, _Watcher())
    for name in _LAZILY:
        if name in sys.modules:
            _put_in(sys.modules[name])


def _put_in(module: ModuleType) -> None:
    points = importlib.import_module(f"{_HERE}.{_LAZILY[module.__name__]}")
    points.install(module)


class _Watcher(MetaPathFinder):
    """Puts points into a library as soon as it has been imported."""

    def __init__(self) -> None:
        self._looking: set[str] = set()

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        if fullname not in _LAZILY or fullname in self._looking:
            return None
        self._looking.add(fullname)
        try:
            spec = importlib.util.find_spec(fullname)
        finally:
            self._looking.discard(fullname)
        if spec is not None and spec.loader is not None:
            _after(spec.loader, _put_in)
        return spec


def _after(loader: Loader, then: Callable[[ModuleType], None]) -> None:
    """Call `then` with each module that `loader` has executed."""
    real: Any = loader.exec_module

    def exec_module(module: ModuleType) -> None:
        real(module)
        then(module)

    loader.exec_module = exec_module  # type: ignore[method-assign]
