"""Points of SQLAlchemy, whatever driver is below: what it makes of the driver's errors
is what its callers see."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from prodwright.probes.faults.points import statements
from prodwright.probes.faults.recorder import OFF, RECORDER, is_within, within

# Drivers with points of their own, whose errors the engine wraps as it always does.
_TOLD_BELOW = frozenset({"psycopg", "psycopg_async"})


def install(module: ModuleType) -> None:
    """Replace what every dialect does with its driver."""
    dialect: Any = module.DefaultDialect
    for name in ("do_execute", "do_execute_no_params", "do_executemany"):
        setattr(dialect, name, _executing(getattr(dialect, name)))
    dialect.do_commit = _committing(dialect.do_commit)
    real_connect = dialect.connect

    def connect(self: Any, *arguments: Any, **named: Any) -> Any:
        if RECORDER.mode == OFF or is_within() or self.driver in _TOLD_BELOW:
            return real_connect(self, *arguments, **named)
        if RECORDER.hit("sql.connect", ("refused",), writes=False):
            raise RECORDER.fail(_error(self, "connection refused"))
        return real_connect(self, *arguments, **named)

    dialect.connect = connect


def _executing(real: Any) -> Any:
    def execute(self: Any, cursor: Any, statement: str, *rest: Any) -> Any:
        if self.driver in _TOLD_BELOW:
            return real(self, cursor, statement, *rest)
        fault = statements.hit("sql.execute", statement, rest[:1])
        if fault:
            raise RECORDER.fail(_error(self, _TOLD[fault]))
        with within():
            return real(self, cursor, statement, *rest)

    return execute


def _committing(real: Any) -> Any:
    def commit(self: Any, connection: Any) -> None:
        if self.driver in _TOLD_BELOW:
            real(self, connection)
            return
        fault = statements.hit("sql.commit", "commit")
        if fault and fault != "answer-lost":
            raise RECORDER.fail(_error(self, _TOLD[fault]))
        with within():
            real(self, connection)
        if fault:
            raise RECORDER.fail(_error(self, _TOLD[fault]))

    return commit


_TOLD = {
    "disconnected": "server closed the connection unexpectedly",
    "serialization": "could not serialize access due to concurrent update",
    "answer-lost": "server closed the connection unexpectedly",
}


def _error(dialect: Any, told: str) -> BaseException:
    driver = getattr(dialect, "loaded_dbapi", None) or dialect.dbapi
    error: BaseException = driver.OperationalError(told)
    return error
