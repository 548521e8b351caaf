"""A connection of its own for each of two callers, as a service would give them."""

from __future__ import annotations

import asyncio
import copy
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from prodwright.probes.postgres.addresses import of_asyncpg

_MOST_DEPTH = 2
# Who waits for a lock must outlast a commit on a slow disk; where two wait for each
# other for ever, each run takes as long as this.
_PATIENCE_SECONDS = 3.0
_IDLE = 0  # psycopg.pq.TransactionStatus


class Inseparable(Exception):
    """Two callers cannot each have one: it exists only once."""


def separated(value: Any) -> tuple[Any, list[Any]]:
    """Return `value` with connections of its own, and these.

    What holds a connection is copied, and shares everything else with the original.

    Raises:
        Inseparable: It holds a database in memory or a connection that cannot be
            opened a second time.
    """
    opened: list[Any] = []
    return _separated(value, 0, opened), opened


def _separated(value: Any, depth: int, opened: list[Any]) -> Any:
    reopen = _reopening(value)
    if reopen is not None:
        opened.append(reopen(value))
        return opened[-1]
    held = getattr(value, "__dict__", None)
    if depth >= _MOST_DEPTH or not held or isinstance(value, type):
        return value
    changed = {
        name: new
        for name, each in held.items()
        if (new := _separated(each, depth + 1, opened)) is not each
    }
    if not changed:
        return value
    twin = copy.copy(value)
    twin.__dict__.update(changed)
    return twin


def _reopening(value: Any) -> Callable[[Any], Any] | None:
    for kind in type(value).__mro__:
        known = _KNOWN.get(f"{kind.__module__}.{kind.__qualname__}")
        if known is not None:
            return known
    return None


def _sqlite(connection: sqlite3.Connection) -> sqlite3.Connection:
    main = connection.execute("PRAGMA database_list").fetchone()
    path = main[2] if main else ""
    if not path:
        raise Inseparable("a database in memory")
    if connection.in_transaction:
        raise Inseparable("a transaction under way")
    again = sqlite3.connect(
        path,
        timeout=_PATIENCE_SECONDS,
        isolation_level=connection.isolation_level,
        check_same_thread=False,
    )
    again.row_factory = connection.row_factory
    return again


def _psycopg(connection: Any) -> Any:
    if connection.info.transaction_status != _IDLE:
        raise Inseparable("a transaction under way")
    told = connection.info.get_parameters()
    again = type(connection).connect(password=connection.info.password, **told)
    again.autocommit = connection.autocommit
    again.isolation_level = connection.isolation_level
    again.row_factory = connection.row_factory
    return again


def _asyncpg(connection: Any) -> Any:
    if connection.is_in_transaction():
        raise Inseparable("a transaction under way")
    address = of_asyncpg(connection)
    return _awaited(
        lambda asyncpg: asyncpg.connect(
            host=address.host,
            port=address.port,
            user=address.user,
            password=address.password or None,
            database=address.name,
        )
    )


def _asyncpg_taken(taken: Any) -> Any:
    return _asyncpg(taken._con)


def _asyncpg_pool(pool: Any) -> Any:
    told = pool._connect_kwargs
    return _awaited(
        lambda asyncpg: asyncpg.create_pool(
            *pool._connect_args, min_size=1, max_size=2, **told
        )
    )


def _awaited(makes: Callable[[Any], Any]) -> Any:
    """Return what is made in the loop in which the calls will be."""

    async def made() -> Any:
        return await makes(sys.modules["asyncpg"])

    return asyncio.get_event_loop().run_until_complete(made())


def _session(session: Any) -> Any:
    engine = session.get_bind()
    if engine.dialect.name == "postgresql" and session.in_transaction():
        raise Inseparable("a transaction under way")
    if str(getattr(engine, "url", "")) in ("sqlite://", "sqlite:///:memory:"):
        raise Inseparable("a database in memory")
    return type(session)(bind=engine)


def _engine_connection(connection: Any) -> Any:
    return connection.engine.connect()


def _refused(value: Any) -> Any:
    raise Inseparable(f"a {type(value).__name__}")


_KNOWN: dict[str, Callable[[Any], Any]] = {
    "sqlite3.Connection": _sqlite,
    "sqlite3.Cursor": _refused,
    "psycopg.Connection": _psycopg,
    "psycopg.connection.Connection": _psycopg,
    "psycopg2.extensions.connection": _refused,
    "psycopg.AsyncConnection": _refused,
    "psycopg_pool.pool.ConnectionPool": _refused,
    "psycopg_pool.pool_async.AsyncConnectionPool": _refused,
    "asyncpg.connection.Connection": _asyncpg,
    "asyncpg.pool.Pool": _asyncpg_pool,
    "asyncpg.pool.PoolConnectionProxy": _asyncpg_taken,
    "sqlalchemy.orm.session.Session": _session,
    "sqlalchemy.engine.base.Connection": _engine_connection,
}


_OWN = (
    "psycopg.Connection",
    "psycopg.AsyncConnection",
    "asyncpg.connection.Connection",
)


def refuse_own(variables: dict[str, Any]) -> None:
    """See to it that no module under test has a connection that both would share.

    Raises:
        Inseparable: One has.
    """
    for value in list(variables.values()):
        kind = type(value)
        if f"{kind.__module__}.{kind.__qualname__}" in _OWN:
            raise Inseparable("a connection of the module's own")


def take_back(connections: list[Any]) -> None:
    """End what a caller would end after an error."""
    for each in connections:
        with suppress(Exception):
            each.rollback()


def finish(connections: list[Any]) -> None:
    """End what a caller would end: commit, and close."""
    for each in connections:
        if not hasattr(each, "commit"):
            continue
        in_transaction = getattr(each, "in_transaction", True)
        under_way = in_transaction() if callable(in_transaction) else in_transaction
        if under_way:
            each.commit()


def close(connections: list[Any]) -> Iterator[str]:
    """Close connections; yield the classes of what went wrong."""
    for each in connections:
        try:
            each.close()
        except Exception as error:  # noqa: BLE001 - whatever a library raises
            yield type(error).__name__
