"""Two locks taken in two orders stop both threads for ever, some day.

Each holds what the other waits for. It needs a moment that no test hits, and
then the process answers nothing, without an error and without a log.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import Brief, Example, Hazard, Severity, Site, Source

EXAMPLES = (
    Example(
        bad="""
            import threading

            accounts = threading.Lock()
            journal = threading.Lock()


            def book():
                with accounts:
                    with journal:
                        write()


            def report():
                with journal, accounts:  # flagged
                    read()
        """,
        good="""
            import threading

            accounts = threading.Lock()
            journal = threading.Lock()


            def book():
                with accounts:
                    with journal:
                        write()


            def report():
                with accounts, journal:
                    read()
        """,
    ),
)

_LOCKS = frozenset(
    {
        "threading.Lock",
        "threading.RLock",
        "asyncio.Lock",
        "multiprocessing.Lock",
        "multiprocessing.RLock",
        "anyio.Lock",
    }
)
_BORDER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)
With = ast.With | ast.AsyncWith


def check(source: Source) -> Iterator[Site]:
    if not source.imports("threading", "asyncio", "multiprocessing", "anyio"):
        return
    orders: dict[tuple[str, str], With] = {}
    for block in _blocks(source):
        for first, second in _pairs(source, block):
            orders.setdefault((first, second), block)
            if (second, first) in orders and first != second:
                message = f"{first} is taken before {second} here, after it elsewhere"
                yield Site(node=block, message=message)
                break


def _blocks(source: Source) -> list[With]:
    found: list[With] = [*source.nodes(ast.With), *source.nodes(ast.AsyncWith)]
    return sorted(found, key=lambda each: each.lineno)


def _pairs(source: Source, block: With) -> Iterator[tuple[str, str]]:
    """Yield what is held when each lock of `block` is taken, with that lock."""
    held = [
        name for around in _around(source, block) for name in _taken(source, around)
    ]
    for name in _taken(source, block):
        for each in held:
            yield each, name
        held.append(name)


def _around(source: Source, block: With) -> Iterator[With]:
    for around in source.ancestors(block):
        if isinstance(around, _BORDER):
            return
        if isinstance(around, With):
            yield around


def _taken(source: Source, block: With) -> list[str]:
    contexts = [each.context_expr for each in block.items]
    return [
        ast.unparse(each)
        for each in contexts
        if isinstance(each, ast.Name | ast.Attribute)
        and source.names.instance_of(each) in _LOCKS
    ]


REPAIR = Brief(
    summary="Take locks in one order everywhere, or guard both states by one lock"
)

HAZARD = Hazard(
    title="Take locks in one order",
    practice="concurrency",
    severity=Severity.HIGH,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-833",),
    subject="locks",
    concerns=lambda source: "Lock(" in source.text,
)
