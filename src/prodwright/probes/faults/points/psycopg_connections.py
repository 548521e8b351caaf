"""Points of psycopg 3."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from prodwright.probes.faults.points.statements import checked, checked_async
from prodwright.probes.faults.recorder import OFF, RECORDER, is_within, within


def install(module: ModuleType) -> None:
    """Replace connecting, executing and committing."""
    psycopg: Any = module

    def makes(fault: str) -> BaseException:
        told = "server closed the connection unexpectedly"
        error: BaseException = psycopg.OperationalError(told)
        if fault == "serialization":
            told = "could not serialize access due to concurrent update"
            error = psycopg.errors.SerializationFailure(told)
        return error

    for kind, wrap in ((psycopg.Cursor, checked), (psycopg.AsyncCursor, checked_async)):
        for name in ("execute", "executemany"):
            setattr(kind, name, wrap(getattr(kind, name), "postgres.execute", makes))
    connections = (
        (psycopg.Connection, checked),
        (psycopg.AsyncConnection, checked_async),
    )
    for kind, wrap in connections:
        kind.commit = wrap(kind.commit, "postgres.commit", makes)
    _replace_connect(psycopg)


def _replace_connect(psycopg: Any) -> None:
    real = psycopg.Connection.connect.__func__

    def connect(cls: Any, /, conninfo: str = "", **named: Any) -> Any:
        if RECORDER.mode == OFF or is_within():
            return real(cls, conninfo, **named)
        bounded = named.get("connect_timeout") or "connect_timeout" in conninfo
        timeout = 10.0 if bounded else None
        fault = RECORDER.hit("postgres.connect", ("refused", "stall"), timeout=timeout)
        if fault == "refused":
            told = "connection failed: Connection refused"
            raise RECORDER.fail(psycopg.OperationalError(told))
        if fault:
            error = psycopg.errors.ConnectionTimeout("connection timeout expired")
            raise RECORDER.stall(timeout, error, "psycopg.connect")
        with within():
            return real(cls, conninfo, **named)

    psycopg.Connection.connect = classmethod(connect)
    psycopg.connect = psycopg.Connection.connect
