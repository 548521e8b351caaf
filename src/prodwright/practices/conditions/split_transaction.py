"""Two commits for one matter leave half of it behind when the second one fails.

The money has left one account and reached no other. Nobody notices until the sums
are compared, and then there is no telling which half is missing.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from prodwright.kit import Brief, Example, Hazard, Severity, Site, Source, calls_in

EXAMPLES = (
    Example(
        bad="""
            def transfer(session, source, target, amount):
                session.add(Entry(source, -amount))
                session.commit()
                session.add(Entry(target, amount))
                session.commit()  # flagged
        """,
        good="""
            def transfer(session, source, target, amount):
                session.add(Entry(source, -amount))
                session.add(Entry(target, amount))
                session.commit()
        """,
    ),
)

_WRITES = frozenset({"add", "add_all", "delete", "merge", "bulk_save_objects"})


def check(source: Source) -> Iterator[Site]:
    if ".commit(" not in source.text:
        return
    for function in source.functions():
        for block in _blocks(function):
            yield from _second_commits(block)


def _blocks(function: ast.AST) -> Iterator[Sequence[ast.stmt]]:
    """Yield the sequences of statements that run one after the other."""
    for node in ast.walk(function):
        for name in ("body", "orelse", "finalbody"):
            block = getattr(node, name, None)
            if isinstance(block, list) and len(block) > 1:
                yield block


def _second_commits(block: Sequence[ast.stmt]) -> Iterator[Site]:
    """Yield each commit of a session that has committed writes of this block before."""
    committed: set[str] = set()
    written: set[str] = set()
    for statement in block:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        session = _committed(statement)
        if session is None:
            written |= _written(statement)
            continue
        if session in committed and session in written:
            message = f"{session} has committed the first half of this already"
            yield Site(node=statement, message=message)
            return
        if session in written:
            committed.add(session)
            written.discard(session)


def _committed(statement: ast.stmt) -> str | None:
    value = statement.value if isinstance(statement, ast.Expr) else None
    value = value.value if isinstance(value, ast.Await) else value
    match value:
        case ast.Call(func=ast.Attribute(value=session, attr="commit"), args=[]):
            return ast.unparse(session)
        case _:
            return None


def _written(statement: ast.stmt) -> set[str]:
    return {
        ast.unparse(call.func.value)
        for call in calls_in([statement])
        if isinstance(call.func, ast.Attribute) and call.func.attr in _WRITES
    }


REPAIR = Brief(
    summary="Write all of it, then commit once; where a later step needs a generated "
    "key, `flush` gives it without a commit"
)

HAZARD = Hazard(
    title="Commit what belongs together at once",
    practice="transactions",
    severity=Severity.MEDIUM,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("SQLAlchemy docs: session basics, flushing",),
    preview=True,
    subject="database transactions",
    concerns=lambda source: ".commit(" in source.text,
)
