"""An error that is logged and raised again is reported once per layer.

One failure becomes five alerts with five tracebacks; whoever is on call counts
incidents instead of solving one. Log where the error ends, add context with
`raise ... from` on the way there.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import Brief, Example, Hazard, Severity, Site, Source, log_level

EXAMPLES = (
    Example(
        bad="""
            def save(store, order, logger):
                try:
                    store.save(order)
                except OSError:
                    logger.exception("order %s not saved", order.id)  # flagged
                    raise
        """,
        good="""
            def save(store, order, logger):
                try:
                    store.save(order)
                except OSError as error:
                    error.add_note(f"while saving order {order.id}")
                    raise
        """,
    ),
)


def check(source: Source) -> Iterator[Site]:
    for handler in source.nodes(ast.ExceptHandler):
        match handler.body:
            case [ast.Expr(value=ast.Call() as call), ast.Raise() as last]:
                level = log_level(source, call)
                if level in ("error", "exception") and _same(last, handler):
                    message = "the same error is logged here and again further up"
                    yield Site(node=call, message=message)


def _same(last: ast.Raise, handler: ast.ExceptHandler) -> bool:
    match last.exc:
        case None:
            return True
        case ast.Name(id=name):
            return name == handler.name and last.cause is None
        case _:
            return False


REPAIR = Brief(
    summary="Log the error where it is handled; here add context with `add_note` or "
    "a more specific exception"
)

HAZARD = Hazard(
    title="Log an error once, where it ends",
    practice="contextual-logging",
    severity=Severity.LOW,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-779",),
)
