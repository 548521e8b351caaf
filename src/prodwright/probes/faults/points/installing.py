"""Puts the points in: those of the standard library now, others on first import."""

from __future__ import annotations

import importlib
from functools import cache
from types import ModuleType

from prodwright.probes.importing import after_import

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


@cache
def install() -> None:
    """Put all points in, once for a process."""
    for name in _AT_ONCE:
        importlib.import_module(f"{_HERE}.{name}").install()
    after_import(dict.fromkeys(_LAZILY, _put_in))


def _put_in(module: ModuleType) -> None:
    points = importlib.import_module(f"{_HERE}.{_LAZILY[module.__name__]}")
    points.install(module)
