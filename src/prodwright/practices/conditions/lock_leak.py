"""A lock that an exception leaves taken stops every other thread for good.

The service hangs without an error, on a path no test takes, until somebody
restarts it.
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
    body_nodes,
    calls_in,
)

EXAMPLES = (
    Example(
        bad="""
            import threading

            lock = threading.Lock()


            def book(account, amount):
                lock.acquire()  # flagged
                account.book(amount)
                lock.release()
        """,
        good="""
            import threading

            lock = threading.Lock()


            def book(account, amount):
                with lock:
                    account.book(amount)
        """,
    ),
)


def check(source: Source) -> Iterator[Site]:
    for statement in source.nodes(ast.Expr):
        lock = _acquired(statement)
        if lock is None:
            continue
        following = _following(source, statement)
        place = _release_place(following, lock)
        if place is not None and any(_can_raise(each) for each in following[:place]):
            text = source.segment(lock)
            message = f"{text} stays taken when an exception passes"
            yield Site(node=statement, message=message)


def _acquired(statement: ast.Expr) -> ast.expr | None:
    call = statement.value
    call = call.value if isinstance(call, ast.Await) else call
    match call:
        case ast.Call(func=ast.Attribute(value=lock, attr="acquire"), args=[]):
            return lock
        case _:
            return None


def _following(source: Source, statement: ast.stmt) -> list[ast.stmt]:
    around = source.parent(statement)
    blocks = [getattr(around, name, []) for name in ("body", "orelse", "finalbody")]
    held: list[ast.stmt] = next(each for each in blocks if statement in each)
    return held[held.index(statement) + 1 :]


def _release_place(following: list[ast.stmt], lock: ast.expr) -> int | None:
    """Where in the same block the lock is given back; None when `finally` does it."""
    for place, statement in enumerate(following):
        if isinstance(statement, ast.Expr) and _releases([statement], lock):
            return place
        if isinstance(statement, ast.Try) and _releases(statement.finalbody, lock):
            return None
    return None


def _releases(statements: list[ast.stmt], lock: ast.expr) -> bool:
    wanted = ast.dump(lock)
    return any(
        isinstance(call.func, ast.Attribute)
        and call.func.attr == "release"
        and ast.dump(call.func.value) == wanted
        for call in calls_in(statements)
    )


def _can_raise(statement: ast.stmt) -> bool:
    risky = ast.Call | ast.Raise | ast.Subscript | ast.Await
    return any(isinstance(node, risky) for node in body_nodes([statement]))


REPAIR = Brief(summary="Take the lock in a `with` statement")

HAZARD = Hazard(
    title="Give locks back on every path",
    practice="concurrency",
    severity=Severity.HIGH,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-667", "CWE-772"),
)
