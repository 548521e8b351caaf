"""A session whose commit failed stays broken until somebody rolls it back.

The error is handled, the request answers, and the next one that gets the session
from the pool fails with `PendingRollbackError`, for no reason of its own.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import (
    Brief,
    Example,
    Hazard,
    Severity,
    Site,
    Source,
    calls_in,
    caught_names,
    reraises,
)

EXAMPLES = (
    Example(
        bad="""
            import logging

            from sqlalchemy.exc import IntegrityError

            logger = logging.getLogger(__name__)


            def store(session, order):
                try:
                    session.add(order)
                    session.commit()
                except IntegrityError:  # flagged
                    logger.warning("order %s is stored already", order.id)
        """,
        good="""
            import logging

            from sqlalchemy.exc import IntegrityError

            logger = logging.getLogger(__name__)


            def store(session, order):
                try:
                    session.add(order)
                    session.commit()
                except IntegrityError:
                    session.rollback()
                    logger.warning("order %s is stored already", order.id)
        """,
    ),
)


_ERRORS = frozenset(
    {"SQLAlchemyError", "IntegrityError", "OperationalError", "DBAPIError", "DataError"}
    | {"DatabaseError", "StaleDataError", "Exception"}
)


def check(source: Source) -> Iterator[Site]:
    if ".commit(" not in source.text or not source.imports("sqlalchemy"):
        return
    for attempt in source.nodes(ast.Try):
        session = _committed(attempt)
        if session is None or _is_rolled_back(source, attempt, session):
            continue
        for handler in attempt.handlers:
            handled = _catches(handler) and not reraises(handler.body)
            if handled and not _leaves(handler):
                message = f"{session} is not rolled back after the commit failed"
                yield Site(node=handler, message=message)


def _committed(attempt: ast.Try) -> str | None:
    """Return the session that a statement of the body itself commits."""
    for statement in attempt.body:
        value = statement.value if isinstance(statement, ast.Expr) else None
        value = value.value if isinstance(value, ast.Await) else value
        match value:
            case ast.Call(func=ast.Attribute(value=session, attr="commit")):
                return ast.unparse(session)
    return None


def _catches(handler: ast.ExceptHandler) -> bool:
    """Tell whether the handler is about what a commit raises."""
    return not _ERRORS.isdisjoint(caught_names(handler))


def _is_rolled_back(source: Source, attempt: ast.Try, session: str) -> bool:
    """Look at the whole function: it may also do so around, or at the end."""
    around = source.function_of(attempt) or source.tree
    text = ast.unparse(around)
    made_here = f"as {session}:" in text or f"as {session}," in text
    return "rollback" in text or f"{session}.close" in text or made_here


def _leaves(handler: ast.ExceptHandler) -> bool:
    """The process ends; so does its session."""
    names = (ast.unparse(call.func) for call in calls_in(handler.body))
    return any(name.endswith(("exit", "_exit", "abort")) for name in names)


REPAIR = Brief(
    summary="Call `session.rollback()` first in the handler, or use `with "
    "session.begin():`, which does"
)

HAZARD = Hazard(
    title="Roll back what could not be committed",
    practice="transactions",
    severity=Severity.MEDIUM,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    preview=True,
    references=("SQLAlchemy docs: this session's transaction has been rolled back",),
    subject="database transactions",
    concerns=lambda source: ".commit(" in source.text,
)
