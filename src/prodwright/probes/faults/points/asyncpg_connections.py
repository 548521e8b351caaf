"""Points of asyncpg."""

from __future__ import annotations

import functools
import inspect
from types import ModuleType
from typing import Any

from prodwright.probes.faults.points import event_loops
from prodwright.probes.faults.points.postgres_faults import (
    GONE,
    LOST,
    TOLD_CONNECTING,
    failing,
    hit,
    hit_connecting,
)
from prodwright.probes.faults.recorder import OFF, RECORDER, is_within, within
from prodwright.probes.postgres.addresses import BOOK, of_asyncpg

_METHODS = ("execute", "executemany", "fetch", "fetchrow", "fetchval")
_CONNECT_SECONDS = 60.0  # what the driver waits for unless it is told otherwise


def install(module: ModuleType) -> None:
    """Replace connecting and the methods that send statements, commits among them."""
    connection: Any = module.Connection
    plainly = connection.execute
    for name in _METHODS:
        setattr(connection, name, _executing(getattr(connection, name), plainly))
    prepared: Any = __import__("asyncpg.prepared_stmt").prepared_stmt.PreparedStatement
    for kind in (connection, prepared):
        for name, real in list(vars(kind).items()):
            if name not in _METHODS and inspect.iscoroutinefunction(real):
                setattr(kind, name, _awaiting_peer(real))
    _replace_connect(module)


def _awaiting_peer(real: Any) -> Any:
    @functools.wraps(real)
    async def call(*arguments: Any, **named: Any) -> Any:
        with event_loops.awaiting_peer():
            return await real(*arguments, **named)

    return call


def _executing(real: Any, plainly: Any) -> Any:
    @functools.wraps(real)
    async def call(self: Any, *arguments: Any, **named: Any) -> Any:
        fault = hit(str(arguments[0]) if arguments else "", arguments[1:])
        if fault == GONE:
            raise _gone(self)
        if RECORDER.mode != OFF and not is_within():
            await event_loops.meet_cancellation("postgres.execute")
        with within(), event_loops.awaiting_peer():
            if fault and fault != LOST:
                await _fail(self, plainly, arguments, fault)
            answer = await real(self, *arguments, **named)
        if fault:
            raise _gone(self)
        return answer

    return call


async def _fail(connection: Any, plainly: Any, arguments: Any, fault: str) -> None:
    """Let the server refuse; a commit that it refuses ends the transaction."""
    try:
        await plainly(connection, failing(fault))
    except _errors().PostgresError as error:
        if str(arguments[0]).lower().startswith(("commit", "end")):
            await plainly(connection, "rollback")
        raise RECORDER.fail(error)  # noqa: B904 - it is the same one


def _gone(connection: Any) -> BaseException:
    """Close a connection beneath its driver; what was not committed is taken back."""
    connection.terminate()
    told = "connection was closed in the middle of operation"
    return RECORDER.fail(_errors().ConnectionDoesNotExistError(told))


def _replace_connect(module: Any) -> None:
    real = module.connect

    @functools.wraps(real)
    async def connect(*arguments: Any, **named: Any) -> Any:
        timeout = named.get("timeout", _CONNECT_SECONDS)
        fault = hit_connecting(timeout)
        if fault == "stall":
            raise RECORDER.stall(timeout, TimeoutError(), "asyncpg.connect")
        if fault == "refused":
            told = "Connect call failed"
            raise RECORDER.fail(ConnectionRefusedError(111, told))
        if fault:
            told = TOLD_CONNECTING[fault].rpartition("FATAL: ")[2]
            raise RECORDER.fail(_errors().TooManyConnectionsError(told))
        if RECORDER.mode != OFF and not is_within():
            await event_loops.meet_cancellation("postgres.connect")
        with within(), event_loops.awaiting_peer():
            connection = await real(*arguments, **named)
        BOOK.note(of_asyncpg(connection))
        RECORDER.own(connection)
        return connection

    module.connect = connect


def _errors() -> Any:
    return __import__("asyncpg").exceptions
