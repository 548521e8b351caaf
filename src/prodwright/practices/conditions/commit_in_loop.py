"""A commit for each row leaves half of the work behind when one row fails.

Nobody knows which half, running it again doubles what was done, and every commit
waits for the disk: the import is a hundred times slower than it need be.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from prodwright.kit import Brief, Example, Hazard, Severity, Site, Source, loop_around

EXAMPLES = (
    Example(
        bad="""
            def store(session, rows):
                for row in rows:
                    session.add(row)
                    session.commit()  # flagged
        """,
        good="""
            def store(session, rows):
                for row in rows:
                    session.add(row)
                session.commit()
        """,
    ),
)

_SESSIONS = re.compile(r"(?i)(.*_)?(session|db|conn|connection|cursor|cnx|database)")
_BATCHES = (
    "batch",
    "chunk",
    "page",
    "limit",
    "%",
    "yield",
    "retry",
    "attempt",
    "sleep",
)


def check(source: Source) -> Iterator[Site]:
    for call in source.calls_by_word("commit"):
        match call.func:
            case ast.Attribute(value=receiver, attr="commit") if not call.args:
                loop = loop_around(source, call)
                if not isinstance(loop, ast.For) or not _is_session(receiver):
                    continue
                if _is_last(source, call, loop) and not _is_batched(source, loop):
                    yield Site(node=call, message="every row is committed on its own")


def _is_session(receiver: ast.expr) -> bool:
    match receiver:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return _SESSIONS.fullmatch(name) is not None
        case _:
            return False


def _is_last(source: Source, call: ast.Call, loop: ast.For) -> bool:
    """Done in every round, not under a condition."""
    statement = source.parent(call)
    statement = (
        source.parent(statement) if isinstance(statement, ast.Await) else statement
    )
    return statement in loop.body


def _is_batched(source: Source, loop: ast.For) -> bool:
    text = source.segment(loop).lower()
    return any(word in text for word in _BATCHES)


REPAIR = Brief(
    summary="Commit once after the loop; for very many rows commit in batches and "
    "remember how far the work got"
)

HAZARD = Hazard(
    title="Commit the whole work at once",
    practice="transactions",
    severity=Severity.MEDIUM,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("SQLAlchemy docs: session basics",),
    preview=True,
    subject="database transactions",
    concerns=lambda source: ".commit(" in source.text,
)
