"""`logger.error(error)` for an unexpected exception loses where it happened.

The log line says `'id'` or `None`, no file and no line: the incident can only be
understood by waiting for it to happen again.
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
    calls_in,
    catches_everything,
    cst,
    has_comment,
    keeps_traceback,
    keyword,
    log_level,
    reraises,
)

EXAMPLES = (
    Example(
        bad="""
            import logging

            logger = logging.getLogger(__name__)


            def serve(job):
                try:
                    job()
                except Exception as error:
                    logger.error("job failed: %s", error)  # flagged
        """,
        good="""
            import logging

            logger = logging.getLogger(__name__)


            def serve(job):
                try:
                    job()
                except Exception as error:
                    logger.exception("job failed: %s", error)
        """,
    ),
)


def check(source: Source) -> Iterator[Site]:
    for handler in source.nodes(ast.ExceptHandler):
        if not catches_everything(handler) or reraises(handler.body):
            continue
        if keeps_traceback(source, handler.body) or _hands_on(source, handler):
            continue
        if has_comment(source, handler.lineno, handler.body[0].lineno - 1):
            continue
        for call in calls_in(handler.body):
            level = log_level(source, call)
            if level in ("error", "critical") and keyword(call, "exc_info") is None:
                yield Site(node=call, message="the log line has no traceback")


def _hands_on(source: Source, handler: ast.ExceptHandler) -> bool:
    """The error itself, not its text, is kept or returned."""
    for node in body_nodes(handler.body):
        match node:
            case ast.Return(value=ast.Name(id=name)) if name == handler.name:
                return True
            case ast.Assign(value=ast.Name(id=name)) if name == handler.name:
                return True
            case ast.Call(args=given) if _takes(source, node):
                if any(_is_name(each, handler.name) for each in given):
                    return True
    return False


def _takes(source: Source, call: ast.Call) -> bool:
    shown = source.called(call) in ("str", "repr", "type", "print")
    return not shown and log_level(source, call) is None


def _is_name(expression: ast.expr, name: str | None) -> bool:
    return isinstance(expression, ast.Name) and expression.id == name


def mend(node: cst.Call, mending: Mending) -> Mended | None:
    call = mending.site.node
    assert isinstance(call, ast.Call)
    if log_level(mending.source, call) != "error" or keyword(call, "stack_info"):
        return None
    return Mended(node.with_deep_changes(node.func, attr=cst.Name("exception")))


REPAIR = Rewrite(
    summary="Log with `.exception`, which adds the traceback",
    at="Call",
    mend=mend,
    safe=True,
)

HAZARD = Hazard(
    title="Log unexpected errors with their traceback",
    practice="contextual-logging",
    severity=Severity.MEDIUM,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-778", "ASVS 5 16.5.3"),
)
