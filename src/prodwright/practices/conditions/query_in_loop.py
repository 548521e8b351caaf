"""A query for each row multiplies the round trip by the number of rows.

Fifty rows on a laptop are fine; five thousand in production hold a connection for
seconds, and the pool is empty for everybody else.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from prodwright.kit import (
    Brief,
    Example,
    Hazard,
    Severity,
    Site,
    Source,
    loop_around,
    text_pieces,
    varying_parts,
)

EXAMPLES = (
    Example(
        bad="""
            def names(cursor, ids):
                for key in ids:
                    cursor.execute("SELECT n FROM u WHERE id = %s", (key,))  # flagged
                    yield cursor.fetchone()
        """,
        good="""
            def names(cursor, ids):
                cursor.execute("SELECT name FROM u WHERE id = ANY(%s)", (list(ids),))
                yield from cursor.fetchall()
        """,
    ),
)

_SELECT = re.compile(r"(?is)\s*select\b")
_EXECUTES = frozenset(
    {"execute", "fetchrow", "fetchval", "scalar", "scalars", "fetchone"}
)
_PAGES = ("offset", "limit", "batch", "chunk", "page", "attempt", "retry")


def check(source: Source) -> Iterator[Site]:
    for call in source.calls_by_word(*_EXECUTES):
        match call.func:
            case ast.Attribute() if call.args:
                loop = loop_around(source, call)
                if isinstance(loop, ast.For | ast.AsyncFor) and _asks(
                    source, call, loop
                ):
                    message = "one round trip to the database for each item"
                    yield Site(node=call, message=message)


def _asks(source: Source, call: ast.Call, loop: ast.For | ast.AsyncFor) -> bool:
    pieces = text_pieces(source, call.args[0])
    if not pieces or not _SELECT.match(str(pieces[0])):
        return False
    if isinstance(loop.iter, ast.Tuple | ast.List):
        return False
    text = source.segment(loop).lower()
    if any(word in text for word in _PAGES):
        return False
    varying = {node.id for node in ast.walk(loop.target) if isinstance(node, ast.Name)}
    given = [*call.args[1:], *varying_parts(source, call.args[0])]
    used = {
        node.id
        for each in given
        for node in ast.walk(each)
        if isinstance(node, ast.Name)
    }
    return bool(varying & used)


REPAIR = Brief(
    summary="Ask for all rows at once (`= ANY(...)`, `IN`, a join), then walk over them"
)

HAZARD = Hazard(
    title="Ask for all rows at once",
    practice="data-structures",
    severity=Severity.MEDIUM,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-1049",),
    preview=True,
    subject="database queries",
    concerns=lambda source: "execute" in source.text,
)
