"""Points of asyncpg."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from prodwright.probes.faults.points.statements import checked_async

_METHODS = ("execute", "executemany", "fetch", "fetchrow", "fetchval")


def install(module: ModuleType) -> None:
    """Replace the methods that send statements, and the commit of transactions."""
    connection: Any = module.Connection
    for name in _METHODS:
        real = getattr(connection, name)
        setattr(connection, name, checked_async(real, "postgres.execute", _error))
    transaction: Any = __import__("asyncpg.transaction").transaction.Transaction
    for name in ("commit", "_Transaction__commit"):
        if hasattr(transaction, name):
            real = getattr(transaction, name)
            setattr(transaction, name, checked_async(real, "postgres.commit", _error))
            break


def _error(fault: str) -> BaseException:
    errors: Any = __import__("asyncpg").exceptions
    if fault == "serialization":
        told = "could not serialize access due to concurrent update"
        error: BaseException = errors.SerializationError(told)
        return error
    told = "connection was closed in the middle of operation"
    gone: BaseException = errors.ConnectionDoesNotExistError(told)
    return gone
