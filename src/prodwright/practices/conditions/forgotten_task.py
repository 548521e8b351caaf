"""A task nobody refers to can be collected in the middle of its work.

The event loop keeps only a weak reference. Its error, if it fails, is reported
when it is collected, or never: the work just did not happen.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import Brief, Example, Hazard, Severity, Site, Source

EXAMPLES = (
    Example(
        bad="""
            import asyncio


            async def accept(order):
                asyncio.create_task(order.confirm())  # flagged
                return "accepted"
        """,
        good="""
            import asyncio

            running = set()


            async def accept(order):
                task = asyncio.create_task(order.confirm())
                running.add(task)
                task.add_done_callback(running.discard)
                return "accepted"
        """,
    ),
)

_STARTS = frozenset({"asyncio.create_task", "asyncio.ensure_future"})


def check(source: Source) -> Iterator[Site]:
    if not source.imports("asyncio"):
        return
    for statement in source.nodes(ast.Expr):
        match statement.value:
            case ast.Call() as call if source.called(call) in _STARTS or _by_loop(call):
                message = "nothing keeps the task alive or looks at its error"
                yield Site(node=call, message=message)


def _by_loop(call: ast.Call) -> bool:
    match call.func:
        case ast.Attribute(value=loop, attr="create_task"):
            own = loop.attr if isinstance(loop, ast.Attribute) else ""
            return own in ("loop", "_loop") or _is_named_loop(loop)
        case _:
            return False


def _is_named_loop(loop: ast.expr) -> bool:
    return isinstance(loop, ast.Name) and loop.id == "loop"


REPAIR = Brief(
    summary="Keep the task in a set until it is done, or start it in a `TaskGroup`, "
    "which waits for it"
)

HAZARD = Hazard(
    title="Keep hold of every task",
    practice="concurrency",
    severity=Severity.MEDIUM,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("Python docs: asyncio.create_task", "CWE-772"),
)
