"""A bare `except:` also catches Ctrl-C, `SystemExit` and cancelled tasks.

The process then cannot be stopped by its supervisor, a shutdown hangs until it
is killed, and the bug that caused the exception leaves no trace.
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
    Scope,
    Severity,
    Site,
    Source,
    body_nodes,
    calls_in,
    caught_names,
    cst,
)

EXAMPLES = (
    Example(
        bad="""
            def price(fetch, sku):
                try:
                    return fetch(sku)
                except:  # flagged
                    return None
        """,
        good="""
            def price(fetch, sku):
                try:
                    return fetch(sku)
                except Exception:
                    return None
        """,
    ),
)


def check(source: Source) -> Iterator[Site]:
    for handler in source.nodes(ast.ExceptHandler):
        if handler.type is not None or _reraises(handler):
            continue
        if source.is_test or _lets_stop(source, handler):
            continue
        if not _ends_process(source, handler):
            yield Site(node=handler, message="handler catches even SystemExit")


def _reraises(handler: ast.ExceptHandler) -> bool:
    nodes = body_nodes(handler.body)
    return any(isinstance(each, ast.Raise) and each.exc is None for each in nodes)


def _lets_stop(source: Source, handler: ast.ExceptHandler) -> bool:
    """A handler before it looks after what ends the process."""
    around = source.parent(handler)
    before = around.handlers if isinstance(around, ast.Try) else []
    names = {name for each in before for name in caught_names(each)}
    return bool(names & {"SystemExit", "KeyboardInterrupt"})


def _ends_process(source: Source, handler: ast.ExceptHandler) -> bool:
    """A child that was forked must leave whatever happens."""
    return any(source.called(each) == "os._exit" for each in calls_in(handler.body))


def mend(node: cst.ExceptHandler, mending: Mending) -> Mended | None:
    names = mending.source.names
    if names.binds("Exception") or "Exception" in names.imported:
        return None
    spaced = cst.SimpleWhitespace(" ")
    caught = cst.Name("Exception")
    return Mended(node.with_changes(type=caught, whitespace_after_except=spaced))


REPAIR = Rewrite(
    summary="Catch `Exception`, so that the process can be stopped; then name the "
    "errors that the body can raise",
    at="ExceptHandler",
    mend=mend,
    safe=True,
)

HAZARD = Hazard(
    title="Let the signals to stop pass through",
    practice="specific-handlers",
    severity=Severity.HIGH,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-396", "PEP 8"),
    scope=Scope.EVERYWHERE,
)
