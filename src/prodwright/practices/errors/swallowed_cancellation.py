"""A task that swallows its cancellation runs on after its deadline has passed.

`asyncio.timeout`, task groups and every server's shutdown work by cancelling;
a coroutine that catches `CancelledError` and carries on makes them wait, and the
process is killed in the middle of its work.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import (
    Example,
    Hazard,
    Mended,
    Mending,
    Rewrite,
    Severity,
    Site,
    Source,
    body_nodes,
    caught_names,
    cst,
    has_comment,
    loop_around,
    mentions,
)

EXAMPLES = (
    Example(
        bad="""
            import asyncio


            async def poll(queue, log):
                while True:
                    try:
                        await queue.get()
                    except asyncio.CancelledError:  # flagged
                        log.info("stopping")
        """,
        good="""
            import asyncio


            async def poll(queue, log):
                while True:
                    try:
                        await queue.get()
                    except asyncio.CancelledError:
                        log.info("stopping")
                        raise
        """,
    ),
    Example(
        bad="""
            import asyncio


            async def refresh(fetch, fallback):
                try:
                    return await fetch()
                except (asyncio.CancelledError, OSError):  # flagged
                    pass
                return fallback
        """,
        good="""
            import asyncio


            async def refresh(fetch, fallback):
                try:
                    return await fetch()
                except (asyncio.CancelledError, OSError):
                    raise
                return fallback
        """,
    ),
    Example(
        bad="""
            async def run(step):
                try:
                    await step()
                except BaseException:  # flagged
                    print("failed")
                await step()
        """,
        good="""
            async def run(step):
                try:
                    await step()
                except BaseException:
                    print("failed")
                    raise
                await step()
        """,
    ),
)


def check(source: Source) -> Iterator[Site]:
    for handler in source.nodes(ast.ExceptHandler):
        function = source.function_of(handler)
        if not isinstance(function, ast.AsyncFunctionDef):
            continue
        if not _catches_cancellation(handler) or not _carries_on(handler):
            continue
        if not _has_more_to_do(source, handler, function):
            continue
        if has_comment(source, handler.lineno, handler.body[-1].lineno):
            continue
        if _awaits(source, handler) and not _expected(function):
            message = "cancelling this task has no effect here"
            yield Site(node=handler, message=message)


def _catches_cancellation(handler: ast.ExceptHandler) -> bool:
    names = caught_names(handler)
    return "CancelledError" in names or "BaseException" in names


def _carries_on(handler: ast.ExceptHandler) -> bool:
    """A handler that notes or hands on what happened has dealt with it."""
    leaves = ast.Raise | ast.Return | ast.Break | ast.Assign
    nodes = body_nodes(handler.body)
    leaving = any(isinstance(node, leaves) for node in nodes)
    return not leaving and not mentions(handler.body, handler.name)


def _has_more_to_do(
    source: Source, handler: ast.ExceptHandler, function: ast.AsyncFunctionDef
) -> bool:
    """A task that ends right after it was cancelled does as it was told."""
    if loop_around(source, handler) is not None:
        return True
    below: ast.AST = handler
    while below is not function:
        around = source.parent(below)
        assert around is not None
        for name in ("body", "orelse", "finalbody"):
            statements = getattr(around, name, [])
            if below in statements and below is not statements[-1]:
                return True
        below = around
    return False


def _awaits(source: Source, handler: ast.ExceptHandler) -> bool:
    attempt = source.parent(handler)
    assert isinstance(attempt, ast.Try | ast.TryStar)
    nodes = [each for each in body_nodes(attempt.body) if isinstance(each, ast.Await)]
    return any(isinstance(each.value, ast.Call) for each in nodes)


def _expected(function: ast.AsyncFunctionDef) -> bool:
    """Whoever cancels a task itself knows what it will get from it."""
    return any(
        isinstance(node, ast.Attribute) and "cancel" in node.attr
        for node in body_nodes(function.body)
        if not (isinstance(node, ast.Attribute) and node.attr == "CancelledError")
    )


def mend(node: cst.ExceptHandler, mending: Mending) -> Mended | None:
    if not isinstance(node.body, cst.IndentedBlock):
        return None
    statements = [*node.body.body]
    again = cst.parse_statement("raise\n")
    if len(statements) == 1 and _is_pass(statements[0]):
        statements = [again]
    else:
        statements.append(again)
    return Mended(node.with_changes(body=node.body.with_changes(body=statements)))


def _is_pass(statement: cst.CSTNode) -> bool:
    match statement:
        case cst.SimpleStatementLine(body=[cst.Pass()]):
            return True
        case _:
            return False


REPAIR = Rewrite(
    summary="Raise the cancellation again once the clean-up is done",
    at="ExceptHandler",
    mend=mend,
    safe=False,
)

HAZARD = Hazard(
    title="Pass cancellation on",
    practice="specific-handlers",
    severity=Severity.HIGH,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-391", "Python docs: asyncio, Task Cancellation"),
    preview=True,
)
