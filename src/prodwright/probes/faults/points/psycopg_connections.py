"""Points of psycopg 3."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

from prodwright.probes.faults.points import event_loops
from prodwright.probes.faults.points.postgres_faults import (
    CLOSED,
    GONE,
    LOST,
    TOLD_CONNECTING,
    failing,
    hit,
    hit_connecting,
)
from prodwright.probes.faults.recorder import OFF, RECORDER, is_within, within
from prodwright.probes.postgres.addresses import BOOK, of_psycopg

_IDLE = 0  # psycopg.pq.TransactionStatus


def install(module: ModuleType) -> None:
    """Replace connecting, executing and committing."""
    psycopg: Any = module
    for kind, wrap in ((psycopg.Cursor, _executing), (psycopg.AsyncCursor, _awaiting)):
        plainly = kind.execute
        for name in ("execute", "executemany"):
            setattr(kind, name, wrap(psycopg, getattr(kind, name), plainly))
    base: Any = psycopg.Connection.__mro__[1]
    base._commit_gen = _committing(psycopg, base._commit_gen, _is_under_way)
    block: Any = psycopg.Transaction.__mro__[1]
    block._commit_gen = _committing(psycopg, block._commit_gen, _is_outermost)
    psycopg.AsyncConnection.wait = _awaiting_peer(psycopg.AsyncConnection.wait)
    _replace_connect(psycopg)
    for kind, name in (
        (psycopg.Connection, "__exit__"),
        (psycopg.AsyncConnection, "__aexit__"),
    ):
        setattr(kind, name, _leaving(getattr(kind, name)))


def _awaiting_peer(real: Any) -> Any:
    async def wait(self: Any, *arguments: Any, **named: Any) -> Any:
        with event_loops.awaiting_peer():
            return await real(self, *arguments, **named)

    return wait


def _leaving(real: Any) -> Any:
    """Whoever leaves a `with` has done what can be done, even where that fails."""

    def leave(self: Any, *arguments: Any) -> Any:
        RECORDER.owned.pop(self, None)
        return real(self, *arguments)

    return leave


def _executing(psycopg: Any, real: Any, plainly: Any) -> Any:
    def call(self: Any, *arguments: Any, **named: Any) -> Any:
        fault = _met(arguments)
        if fault == GONE:
            raise _gone(psycopg, self.connection)
        with within():
            if not fault:
                return real(self, *arguments, **named)
            try:
                return plainly(self, failing(fault))
            except psycopg.Error as error:
                raise RECORDER.fail(error)  # noqa: B904 - it is the same one

    return call


def _awaiting(psycopg: Any, real: Any, plainly: Any) -> Any:
    async def call(self: Any, *arguments: Any, **named: Any) -> Any:
        fault = _met(arguments)
        if fault == GONE:
            raise _gone(psycopg, self.connection)
        if RECORDER.mode != OFF and not is_within():
            await event_loops.meet_cancellation("postgres.execute")
        with within(), event_loops.awaiting_peer():
            if not fault:
                return await real(self, *arguments, **named)
            try:
                return await plainly(self, failing(fault))
            except psycopg.Error as error:
                raise RECORDER.fail(error)  # noqa: B904 - it is the same one

    return call


def _met(arguments: tuple[Any, ...]) -> str:
    statement = arguments[0] if arguments else ""
    text = statement.decode() if isinstance(statement, bytes) else str(statement)
    return hit(text, arguments[1:])


def _gone(psycopg: Any, connection: Any) -> BaseException:
    """Close a connection beneath its driver; what was not committed is taken back."""
    connection.pgconn.finish()
    return RECORDER.fail(psycopg.OperationalError(CLOSED))


def _committing(psycopg: Any, real: Any, concerns: Callable[[Any], bool]) -> Any:
    """Committing is a generator, which blocking and other connections drive alike."""

    def commit(self: Any) -> Iterator[Any]:
        fault = hit("commit") if concerns(self) else ""
        connection = getattr(self, "_conn", self)
        if fault == GONE:
            gone = _gone(psycopg, connection)
            try:
                yield from real(self)
            except psycopg.Error:
                raise gone from None
        error: BaseException | None = None
        if fault and fault != LOST:
            try:
                yield from connection._exec_command(failing(fault).encode())
            except psycopg.Error as raised:
                error = RECORDER.fail(raised)
        yield from real(self)
        if fault == LOST:
            error = _gone(psycopg, connection)
        if error is not None:
            raise error

    return commit


def _is_under_way(connection: Any) -> bool:
    return bool(connection.pgconn.transaction_status != _IDLE)


def _is_outermost(block: Any) -> bool:
    return bool(block._outer_transaction)


def _replace_connect(psycopg: Any) -> None:
    for kind, wrap in (
        (psycopg.Connection, _connecting),
        (psycopg.AsyncConnection, _connecting_async),
    ):
        kind.connect = classmethod(wrap(psycopg, kind.connect.__func__))
    psycopg.connect = psycopg.Connection.connect


def _connecting(psycopg: Any, real: Any) -> Any:
    def connect(cls: Any, /, conninfo: str = "", **named: Any) -> Any:
        timeout = _timeout(psycopg, conninfo, named)
        fault = hit_connecting(timeout)
        if fault:
            raise _refusal(psycopg, fault, timeout)
        with within():
            connection = real(cls, conninfo, **named)
        return _made(connection)

    return connect


def _connecting_async(psycopg: Any, real: Any) -> Any:
    async def connect(cls: Any, /, conninfo: str = "", **named: Any) -> Any:
        timeout = _timeout(psycopg, conninfo, named)
        fault = hit_connecting(timeout)
        if fault:
            raise _refusal(psycopg, fault, timeout)
        with within(), event_loops.awaiting_peer():
            connection = await real(cls, conninfo, **named)
        return _made(connection)

    return connect


def _made(connection: Any) -> Any:
    BOOK.note(of_psycopg(connection))
    RECORDER.own(connection)
    return connection


def _timeout(psycopg: Any, conninfo: str, named: dict[str, Any]) -> float | None:
    """The driver's own limit: it has one even where none is asked for."""
    options = ("connect_timeout",)
    given = {name: named[name] for name in options if name in named}
    try:
        told = psycopg.conninfo.conninfo_to_dict(conninfo, **given)
        return float(psycopg.conninfo.timeout_from_conninfo(told))
    except (psycopg.Error, AttributeError, TypeError, ValueError):
        return None


def _refusal(psycopg: Any, fault: str, timeout: float | None) -> BaseException:
    if fault == "stall":
        error = psycopg.errors.ConnectionTimeout("connection timeout expired")
        return RECORDER.stall(timeout, error, "psycopg.connect")
    return RECORDER.fail(psycopg.OperationalError(TOLD_CONNECTING[fault]))
