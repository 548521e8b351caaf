"""A thread lock held across `await` lets two coroutines block each other for ever.

The first waits for the event loop with the lock in hand, the second blocks the
event loop waiting for the lock; the whole process stands still.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import Brief, Example, Hazard, Severity, Site, Source, body_nodes

EXAMPLES = (
    Example(
        bad="""
            import threading


            class Ledger:
                def __init__(self):
                    self.lock = threading.Lock()

                async def book(self, entry):
                    with self.lock:  # flagged
                        await entry.save()
        """,
        good="""
            import asyncio


            class Ledger:
                def __init__(self):
                    self.lock = asyncio.Lock()

                async def book(self, entry):
                    async with self.lock:
                        await entry.save()
        """,
    ),
)

_LOCKS = frozenset(
    {
        "threading.Lock",
        "threading.RLock",
        "threading.Condition",
        "threading.Semaphore",
        "multiprocessing.Lock",
    }
)


def check(source: Source) -> Iterator[Site]:
    if not source.imports("threading", "multiprocessing"):
        return
    for block in source.nodes(ast.With):
        if not any(_is_lock(source, each.context_expr) for each in block.items):
            continue
        if any(isinstance(node, ast.Await) for node in body_nodes(block.body)):
            message = "the lock is held while other coroutines run"
            yield Site(node=block, message=message)


def _is_lock(source: Source, expression: ast.expr) -> bool:
    return source.names.instance_of(expression) in _LOCKS


REPAIR = Brief(
    summary="Use `asyncio.Lock` with `async with`, or give the thread lock back before "
    "awaiting"
)

HAZARD = Hazard(
    title="Hold no thread lock while awaiting",
    practice="concurrency",
    severity=Severity.HIGH,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-833",),
)
