"""A queue without a limit turns overload into running out of memory.

When work arrives faster than it is done the queue grows until the process is
killed, and everything in it is lost at once. A limit pushes back while there is
still somebody to tell.
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
    constant,
    passed,
)

EXAMPLES = (
    Example(
        bad="""
            import asyncio


            class Mailer:
                def __init__(self):
                    self.outbox = asyncio.Queue()  # flagged

                async def accept(self, mail):
                    await self.outbox.put(mail)
        """,
        good="""
            import asyncio


            class Mailer:
                def __init__(self):
                    self.outbox = asyncio.Queue(maxsize=1000)

                async def accept(self, mail):
                    await self.outbox.put(mail)
        """,
    ),
)

_QUEUES = frozenset(
    {
        "asyncio.Queue",
        "queue.Queue",
        "multiprocessing.Queue",
        "queue.LifoQueue",
        "queue.PriorityQueue",
        "asyncio.PriorityQueue",
    }
)


def check(source: Source) -> Iterator[Site]:
    if not source.imports("asyncio", "queue", "multiprocessing"):
        return
    for call in source.calls_to(_QUEUES):
        if not _is_bounded(call) and _is_shared(source, call):
            message = f"{source.called(call)} grows for as long as memory lasts"
            yield Site(node=call, message=message)


def _is_bounded(call: ast.Call) -> bool:
    given = passed(call, "maxsize", 0)
    limit = constant(given)
    return given is not None and not (isinstance(limit, int) and limit <= 0)


def _is_shared(source: Source, call: ast.Call) -> bool:
    """A local queue is usually filled once, by the function that made it."""
    around = source.parent(call)
    match around:
        case (
            ast.Assign(targets=[ast.Attribute()])
            | ast.AnnAssign(target=ast.Attribute())
        ):
            return True
        case ast.Assign():
            return isinstance(source.parent(around), ast.Module)
        case _:
            return False


REPAIR = Brief(
    summary="Give the queue a `maxsize` and decide what happens when it is full: wait "
    "with a deadline, refuse, or drop the oldest"
)

HAZARD = Hazard(
    title="Bound every queue",
    practice="backpressure",
    severity=Severity.MEDIUM,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-770", "ASVS 5 13.1.2"),
    preview=True,
    subject="queues between tasks or threads",
    concerns=lambda source: source.imports("asyncio", "queue", "multiprocessing"),
)
