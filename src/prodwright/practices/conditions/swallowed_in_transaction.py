"""An error swallowed inside a transaction commits the half that worked.

The block ends normally, so everything before the failure is made permanent and
everything after it is missing; on PostgreSQL each later statement fails as well.
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
    catches_everything,
    caught_names,
    reraises,
)

EXAMPLES = (
    Example(
        bad="""
            def transfer(session, source, target, amount, log):
                with session.begin():
                    source.take(amount)
                    try:
                        target.give(amount)
                    except Exception:  # flagged
                        log.warning("transfer failed")
        """,
        good="""
            def transfer(session, source, target, amount, log):
                try:
                    with session.begin():
                        source.take(amount)
                        target.give(amount)
                except ConnectionError:
                    log.warning("transfer failed")
        """,
    ),
)


def check(source: Source) -> Iterator[Site]:
    for block in source.nodes(ast.With, ast.AsyncWith):
        assert isinstance(block, ast.With | ast.AsyncWith)
        if not any(_begins(source, each.context_expr) for each in block.items):
            continue
        for handler in body_nodes(block.body):
            if isinstance(handler, ast.ExceptHandler) and _carries_on(handler):
                message = "the transaction commits in spite of the error"
                yield Site(node=handler, message=message)


def _begins(source: Source, context: ast.expr) -> bool:
    match context:
        case ast.Call(func=ast.Attribute(attr="begin" | "transaction")):
            return True
        case ast.Call():
            return source.called(context) == "django.db.transaction.atomic"
        case _:
            return False


def _carries_on(handler: ast.ExceptHandler) -> bool:
    names = caught_names(handler)
    of_database = any(
        name.startswith(("Integrity", "Database", "SQLAlchemy", "Operational"))
        for name in names
    )
    if not catches_everything(handler) and not of_database:
        return False
    undoes = any(
        isinstance(node, ast.Attribute) and "rollback" in node.attr
        for node in body_nodes(handler.body)
    )
    return not reraises(handler.body) and not undoes


REPAIR = Brief(
    summary="Let the error leave the block, or guard the risky part with a savepoint "
    "(`begin_nested`, nested `atomic`)"
)

HAZARD = Hazard(
    title="Let errors end the transaction",
    practice="transactions",
    severity=Severity.HIGH,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    preview=True,
    references=("CWE-460", "Django docs: database transactions"),
    subject="database transactions",
    concerns=lambda source: ".begin" in source.text or "atomic" in source.text,
)
