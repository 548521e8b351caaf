"""PostgreSQL under two callers: what its databases hold, and who waits in it."""

from __future__ import annotations

import asyncio
import functools
import gc
import inspect
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext, suppress
from functools import partial
from types import ModuleType
from typing import Any

from prodwright.probes.importing import after_import
from prodwright.probes.postgres import contents
from prodwright.probes.postgres.addresses import (
    BOOK,
    Address,
    of_asyncpg,
    of_psycopg,
)
from prodwright.probes.postgres.blocking import BLOCKING
from prodwright.probes.postgres.wire import KEPT, Refused
from prodwright.probes.races.locks import COURT
from prodwright.probes.races.observing import DATABASE, Outcome, canonical


class NotKept(Exception):
    """What a database holds cannot be put back."""


class Databases:
    """What the databases hold that somebody has connected to by now.

    Raises:
        NotKept: One cannot be asked.
    """

    def __init__(self) -> None:
        try:
            self._held = {each: contents.held(each) for each in BOOK.known}
        except Refused as error:
            raise NotKept(f"a database cannot be kept: {error}") from error

    def __bool__(self) -> bool:
        return bool(self._held)

    def put_back(self) -> None:
        """Make them hold what they held.

        Raises:
            NotKept: Somebody holds their rows, or we may not.
        """
        for address, before in self._held.items():
            try:
                contents.put_back(address, before)
            except Refused as error:
                told = f"{address.shown} cannot be put back: {error}"
                raise NotKept(told) from error

    def are_all(self) -> bool:
        """Tell whether nobody has connected to another one since."""
        return self._held.keys() >= BOOK.known.keys()

    def observed(self) -> Outcome:
        """Return what they hold, by table."""
        return dict(_rows(self._held))

    def without_drawn(self, outcome: Outcome) -> Outcome:
        """Return `outcome` without numbers that sequences gave: who tries again, or is
        told of a conflict, gets another one, and that is nobody's mistake."""
        drawn: set[int] = set()
        for address, before in self._held.items():
            with suppress(Refused):
                drawn |= contents.drawn_since(address, before)
        if not drawn:
            return outcome
        any_of = "|".join(map(str, sorted(drawn)))
        number = re.compile(rf"(?<![\w.])({any_of})(?![\w.])")
        return {name: number.sub("#", text) for name, text in outcome.items()}


def _rows(addresses: Iterable[Address]) -> Iterator[tuple[str, str]]:
    for address in addresses:
        try:
            for table, rows in contents.told(address).items():
                yield f"{DATABASE} {address.shown} {table}", canonical(rows)
        except Refused as error:
            yield f"{DATABASE} {address.shown}", f"cannot be read: {error}"


def shared_engines() -> list[Any]:
    """Return SQLAlchemy's engines, whose pools a forked child must not draw from."""
    base: Any = sys.modules.get("sqlalchemy.engine.base")
    if base is None:
        return []
    found = [each for each in gc.get_objects() if issubclass(type(each), base.Engine)]
    return [each for each in found if each.dialect.name == "postgresql"]


def begin_run(engines: Iterable[Any]) -> None:
    """Prepare a child that makes calls and ends: what it has open is nobody's else.

    Args:
        engines: Those that get new pools; the connections of the old ones stay open.
    """
    KEPT.keeps = True
    for each in engines:
        each.dispose(close=False)


@functools.cache
def install() -> None:
    """Notice connections from now on, and who waits for an answer; once a process."""
    after_import({"psycopg": _psycopg, "asyncpg.connection": _asyncpg})


def _psycopg(module: ModuleType) -> None:
    psycopg: Any = module
    kind = psycopg.Connection
    real, real_wait = kind.connect.__func__, kind.wait
    real_later = psycopg.AsyncConnection.connect.__func__

    def connect(cls: Any, /, *arguments: Any, **named: Any) -> Any:
        connection = real(cls, *arguments, **named)
        BOOK.note(of_psycopg(connection))
        return connection

    async def connect_later(cls: Any, /, *arguments: Any, **named: Any) -> Any:
        connection = await real_later(cls, *arguments, **named)
        BOOK.note(of_psycopg(connection))
        return connection

    def wait(self: Any, *arguments: Any, **named: Any) -> Any:
        judge = COURT.judge
        if judge is None or judge.me() is None or self.closed:
            return real_wait(self, *arguments, **named)
        address, process = of_psycopg(self), self.info.backend_pid
        assert address is not None
        judge.asks(partial(BLOCKING.waits, address, process))
        try:
            return real_wait(self, *arguments, **named)
        finally:
            judge.answered()

    kind.connect, kind.wait = classmethod(connect), wait
    psycopg.connect = kind.connect
    psycopg.AsyncConnection.connect = classmethod(connect_later)


def _asyncpg(module: ModuleType) -> None:
    asyncpg: Any = module
    prepared: Any = __import__("asyncpg.prepared_stmt").prepared_stmt.PreparedStatement
    real = asyncpg.connect

    @functools.wraps(real)
    async def connect(*arguments: Any, **named: Any) -> Any:
        with _alone():
            connection = await real(*arguments, **named)
        BOOK.note(of_asyncpg(connection))
        return connection

    asyncpg.connect = connect
    for kind in (asyncpg.Connection, prepared):
        for name, method in list(vars(kind).items()):
            if inspect.iscoroutinefunction(method):
                setattr(kind, name, _answered(method))


def _answered(real: Any) -> Any:
    @functools.wraps(real)
    async def call(self: Any, *arguments: Any, **named: Any) -> Any:
        connection = getattr(self, "_connection", self)
        address, process = of_asyncpg(connection), connection.get_server_pid()
        with _asking(partial(BLOCKING.waits, address, process)):
            return await real(self, *arguments, **named)

    return call


def _alone() -> AbstractContextManager[None]:
    alone = getattr(asyncio.get_running_loop(), "alone", nullcontext)
    held: AbstractContextManager[None] = alone()
    return held


def _asking(waits: Callable[[], bool | None]) -> AbstractContextManager[None]:
    """Let a loop that chooses know; in others there is nobody to know."""
    asking = getattr(asyncio.get_running_loop(), "asking", None)
    held: AbstractContextManager[None] = (
        nullcontext() if asking is None else asking(waits)
    )
    return held
