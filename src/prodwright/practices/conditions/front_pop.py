"""`pop(0)` moves every other item of the list; a queue of them is quadratic.

Ten thousand jobs are instant, a million take an hour. `collections.deque` takes
from the front at no cost.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import Brief, Example, Hazard, Severity, Site, Source, loop_around

EXAMPLES = (
    Example(
        bad="""
            def drain(jobs):
                waiting = list(jobs)
                while waiting:
                    waiting.pop(0).run()  # flagged
        """,
        good="""
            from collections import deque


            def drain(jobs):
                waiting = deque(jobs)
                while waiting:
                    waiting.popleft().run()
        """,
    ),
)


def check(source: Source) -> Iterator[Site]:
    for call in source.calls_by_word("pop"):
        match call:
            case ast.Call(
                func=ast.Attribute(value=ast.Name() as queue, attr="pop"),
                args=[ast.Constant(value=0)],
            ):
                if _drains(source, call, queue) and _is_long(source, queue):
                    message = f"every other item of {queue.id} moves each time"
                    yield Site(node=call, message=message)


def _drains(source: Source, call: ast.Call, queue: ast.Name) -> bool:
    """The loop goes on for as long as the list has items."""
    loop = loop_around(source, call)
    if not isinstance(loop, ast.While):
        return False
    return any(
        isinstance(node, ast.Name) and node.id == queue.id
        for node in ast.walk(loop.test)
    )


def _is_long(source: Source, queue: ast.Name) -> bool:
    """Arguments of a program and split texts are short."""
    values = source.names.values_of(queue.id, queue)
    texts = [source.segment(each) for each in values if hasattr(each, "end_lineno")]
    short = ("split", "argv", "args", "parts")
    return not any(word in text for text in texts for word in short)


REPAIR = Brief(summary="Use `collections.deque` and `popleft()`")

HAZARD = Hazard(
    title="Take from the front with a deque",
    practice="data-structures",
    severity=Severity.LOW,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-407", "Python wiki: TimeComplexity"),
    preview=True,
)
