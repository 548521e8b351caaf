"""A `return` in `finally` throws away whatever exception is on its way.

The caller sees a normal result for work that failed; even Ctrl-C and task
cancellation disappear. Python 3.14 warns about it for that reason.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import (
    Example,
    Hazard,
    Loop,
    Mended,
    Mending,
    Rewrite,
    Scope,
    Severity,
    Site,
    Source,
    body_nodes,
    cst,
)

EXAMPLES = (
    Example(
        bad="""
            def count(rows, log):
                total = 0
                try:
                    for row in rows:
                        total += row.amount
                finally:
                    log.info("counted %s", total)
                    return total  # flagged
        """,
        good="""
            def count(rows, log):
                total = 0
                try:
                    for row in rows:
                        total += row.amount
                finally:
                    log.info("counted %s", total)
                return total
        """,
    ),
)


def check(source: Source) -> Iterator[Site]:
    for attempt in source.nodes(ast.Try, ast.TryStar):
        assert isinstance(attempt, ast.Try | ast.TryStar)
        for node in _leaving(attempt.finalbody):
            word = type(node).__name__.lower()
            message = f"`{word}` in `finally` discards the exception under way"
            yield Site(node=node, message=message, mended=attempt)


def _leaving(statements: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Yield the jumps that leave these statements, not just a loop among them."""
    waiting = [(each, False) for each in statements[::-1]]
    while waiting:
        statement, in_loop = waiting.pop()
        match statement:
            case ast.Return():
                yield statement
            case ast.Break() | ast.Continue() if not in_loop:
                yield statement
        inner = in_loop or isinstance(statement, Loop)
        waiting.extend((each, inner) for each in _inside(statement)[::-1])


def _inside(statement: ast.stmt) -> list[ast.stmt]:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return []
    nested = list(ast.iter_child_nodes(statement))
    handlers = [each.body for each in nested if isinstance(each, ast.ExceptHandler)]
    return [
        *(each for each in nested if isinstance(each, ast.stmt)),
        *(each for body in handlers for each in body),
    ]


def mend(node: cst.Try, mending: Mending) -> Mended | None:
    attempt = mending.site.mended
    assert isinstance(attempt, ast.Try)
    last = attempt.finalbody[-1]
    early = [*attempt.body, *attempt.handlers, *attempt.orelse, *attempt.finalbody[:-1]]
    if last is not mending.site.node or len(attempt.finalbody) == 1:
        return None
    if not isinstance(last, ast.Return) or any(_returns(each) for each in early):
        return None
    if node.finalbody is None or not isinstance(node.finalbody.body, cst.IndentedBlock):
        return None
    kept, returned = node.finalbody.body.body[:-1], node.finalbody.body.body[-1]
    block = node.finalbody.body.with_changes(body=kept)
    shorter = node.with_changes(finalbody=node.finalbody.with_changes(body=block))
    return Mended(cst.FlattenSentinel([shorter, returned]))


def _returns(node: ast.AST) -> bool:
    return any(isinstance(each, ast.Return) for each in body_nodes([node]))


REPAIR = Rewrite(
    summary="Return after the `try` statement, so that exceptions pass",
    at="Try",
    mend=mend,
    safe=False,
)

HAZARD = Hazard(
    title="Leave `finally` by its end",
    practice="clear-propagation",
    severity=Severity.HIGH,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-584", "PEP 765"),
    scope=Scope.EVERYWHERE,
)
