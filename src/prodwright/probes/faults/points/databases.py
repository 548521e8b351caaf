"""Points of sqlite3: busy, a broken disk, and crashes."""

from __future__ import annotations

import os
import re
import sqlite3
from dataclasses import dataclass, field
from typing import Any

from prodwright.probes.faults.recorder import OFF, RECORDER, is_within

CHANGES = re.compile(
    r"\s*(insert|update|delete|replace|create|drop|alter|commit|end)\b", re.I
)
_FAULTS = ("locked", "io-error")
_MOST_POSITIONAL = 5  # a factory of the caller's own comes sixth
REAL_CONNECT: Any = sqlite3.connect


@dataclass(slots=True)
class Known:
    """A connection that was made during this run.

    Attributes:
        connection: It.
        path: Of the database; empty: in memory.
        by_code: Whether the code under test made it.
        entry: Number of the call during which it was made.
        closed: Whether it was closed.
    """

    connection: Any
    path: str
    by_code: bool
    entry: int
    closed: bool = False


@dataclass(slots=True)
class _Book:
    known: list[Known] = field(default_factory=list)
    paths: set[str] = field(default_factory=set)


BOOK = _Book()


def install() -> None:
    """Replace `connect`: what it makes reports to us."""
    sqlite3.connect = _connect
    sqlite3.dbapi2.connect = _connect


def _connect(*arguments: Any, **named: Any) -> Any:
    if RECORDER.mode == OFF or len(arguments) > _MOST_POSITIONAL or "factory" in named:
        return REAL_CONNECT(*arguments, **named)
    place = str(arguments[0] if arguments else named.get("database", ""))
    if not is_within() and RECORDER.hit("sql.connect", ("cannot-open",), place):
        raise RECORDER.fail(sqlite3.OperationalError("unable to open database file"))
    connection = REAL_CONNECT(*arguments, factory=CheckedConnection, **named)
    in_memory = ":memory:" in place or "mode=memory" in place or not place
    path = "" if in_memory else os.path.realpath(place)
    by_code = RECORDER.origins.is_running()
    BOOK.known.append(Known(connection, path, by_code, RECORDER.entry))
    return connection


def _meet(operation: str, statement: str, values: Any = ()) -> None:
    if RECORDER.mode == OFF or is_within():
        return
    writes = bool(CHANGES.match(statement))
    fault = RECORDER.hit(
        operation,
        (*_FAULTS, "crash") if writes else _FAULTS,
        statement[:60].strip(),
        writes=writes,
        identity=f"{statement}{values!r}"[:300],
    )
    if fault:
        told = "database is locked" if fault == "locked" else "disk I/O error"
        raise RECORDER.fail(sqlite3.OperationalError(told))


class CheckedCursor(sqlite3.Cursor):
    """A cursor whose statements are points."""

    def execute(self, statement: str, *values: Any) -> Any:
        _meet("sql.execute", statement, values)
        return super().execute(statement, *values)

    def executemany(self, statement: str, *values: Any) -> Any:
        _meet("sql.execute", statement)
        return super().executemany(statement, *values)

    def executescript(self, statement: str) -> Any:
        _meet("sql.execute", statement)
        return super().executescript(statement)


class CheckedConnection(sqlite3.Connection):
    """A connection whose statements and commits are points."""

    def cursor(self, factory: Any = CheckedCursor) -> Any:
        return super().cursor(factory)

    def execute(self, statement: str, *values: Any) -> Any:
        return self.cursor().execute(statement, *values)

    def executemany(self, statement: str, *values: Any) -> Any:
        return self.cursor().executemany(statement, *values)

    def executescript(self, statement: str) -> Any:
        _meet("sql.execute", statement)
        return super().executescript(statement)

    def commit(self) -> None:
        if self.in_transaction:
            _meet("sql.commit", "commit")
        super().commit()

    def close(self) -> None:
        for each in BOOK.known:
            if each.connection is self:
                each.closed = True
        super().close()

    def __exit__(self, kind: Any, value: Any, trace: Any) -> Any:
        if kind is None and self.in_transaction:
            try:
                _meet("sql.commit", "commit")
            except sqlite3.Error:
                super().rollback()
                raise
        return super().__exit__(kind, value, trace)
