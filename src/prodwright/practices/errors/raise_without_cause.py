"""An error raised in a handler without `from` hides which one it translates.

Reports then show two unrelated tracebacks "during handling of" each other, and
error trackers group them by the wrong one. `from error` names the cause.
"""

from __future__ import annotations

import ast
import re
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
    caught_names,
    cst,
    handler_around,
)

EXAMPLES = (
    Example(
        bad="""
            def load(read, path):
                try:
                    return read(path)
                except OSError as error:
                    raise ValueError(f"no settings in {path}")  # flagged
        """,
        good="""
            def load(read, path):
                try:
                    return read(path)
                except OSError as error:
                    raise ValueError(f"no settings in {path}") from error
        """,
    ),
    Example(
        bad="""
            def price(table, sku):
                try:
                    return table.read(sku)
                except OSError:
                    if sku:
                        raise LookupError(sku)  # flagged
                    raise
        """,
        good="""
            def price(table, sku):
                try:
                    return table.read(sku)
                except OSError as error:
                    if sku:
                        raise LookupError(sku) from error
                    raise
        """,
    ),
)

_NO_ERRORS = frozenset(
    {
        "SystemExit",
        "Exit",
        "StopIteration",
        "StopAsyncIteration",
        "KeyboardInterrupt",
        "NotImplementedError",
        "SkipTest",
        "Abort",
    }
)


def check(source: Source) -> Iterator[Site]:
    for statement in source.nodes(ast.Raise):
        handler = handler_around(source, statement)
        if handler is None or handler.type is None or not _translates(statement):
            continue
        if _tells_nothing(handler) or _is_answer(statement):
            continue
        if not (_is_caught(statement, handler) or _stays(source, statement, handler)):
            name = _class_name(statement.exc)
            message = f"{name} does not say what caused it"
            yield Site(node=statement, message=message, mended=handler)


# A lookup or a conversion that fails says no more than that it failed.
_PLAIN_NO = frozenset(
    {
        "KeyError",
        "IndexError",
        "LookupError",
        "ValueError",
        "TypeError",
        "AttributeError",
        "StopIteration",
        "StopAsyncIteration",
        "AssertionError",
        "NotImplementedError",
        "InvalidOperation",
        "UnicodeDecodeError",
        "UnicodeEncodeError",
        "NoSuchElementException",
    }
)
_NOT_FOUND = ("DoesNotExist", "NotFound", "NotFoundError", "NoResultFound", "Missing")
# Who asked wrongly is told so; the traceback is of no use to them.
_ANSWERS = re.compile(
    r"(?i)\w*(validation|http|usage|command|argument|bad_?request|not_?found|404|"
    r"permission|denied|forbidden|unauthori[sz]ed|user|invocation|syntax|abort|parser?)"
    r"\w*"
)


def _tells_nothing(handler: ast.ExceptHandler) -> bool:
    caught = caught_names(handler)
    return bool(caught) and all(
        each in _PLAIN_NO or each.endswith(_NOT_FOUND) for each in caught
    )


def _is_answer(statement: ast.Raise) -> bool:
    if _ANSWERS.fullmatch(_class_name(statement.exc)):
        return True
    assert statement.exc is not None
    return (
        re.search(r"BAD_REQUEST|NOT_FOUND|\b4\d\d\b", ast.unparse(statement.exc))
        is not None
    )


def _translates(statement: ast.Raise) -> bool:
    name = _class_name(statement.exc)
    named = name[:1].isupper() and name not in _NO_ERRORS
    return named and statement.cause is None


def _is_caught(statement: ast.Raise, handler: ast.ExceptHandler) -> bool:
    """`raise type(error)(...)` and `raise wrap(error)` are no plain classes."""
    return isinstance(statement.exc, ast.Name) and statement.exc.id == handler.name


def _stays(source: Source, statement: ast.Raise, handler: ast.ExceptHandler) -> bool:
    """A `try` within the handler catches it again: it only jumps."""
    inside: ast.AST = statement
    for around in source.ancestors(statement):
        if around is handler:
            return False
        if isinstance(around, ast.Try) and inside in around.body:
            caught = {name for each in around.handlers for name in caught_names(each)}
            if caught & {_class_name(statement.exc), "Exception", "BaseException"}:
                return True
        inside = around
    return False


def _class_name(raised: ast.expr | None) -> str:
    match raised:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
            return name
        case ast.Name(id=name):
            return name
        case _:
            return ""


def mend(node: cst.ExceptHandler, mending: Mending) -> Mended | None:
    handler = mending.site.mended
    assert isinstance(handler, ast.ExceptHandler)
    name = handler.name or _free_name(mending.source, handler)
    if name is None or _rebinds(handler, handler.name):
        return None
    body = node.body.visit(_linking(name))
    if handler.name is None:
        node = node.with_changes(name=_as(name))
    return Mended(node.with_changes(body=body))


def _linking(name: str) -> cst.CSTTransformer:
    """libcst loads late, and so must a class that derives from it."""

    class Linking(cst.CSTTransformer):
        def visit_FunctionDef(self, node: cst.FunctionDef) -> bool:  # noqa: N802
            return False

        def visit_ExceptHandler(self, node: cst.ExceptHandler) -> bool:  # noqa: N802
            return False

        def leave_Raise(  # noqa: N802
            self, original_node: cst.Raise, updated_node: cst.Raise
        ) -> cst.Raise:
            return _linked(updated_node, name)

    return Linking()


def _linked(node: cst.Raise, name: str) -> cst.Raise:
    raised = node.exc.func if isinstance(node.exc, cst.Call) else node.exc
    match raised:
        case cst.Name(value=text) | cst.Attribute(attr=cst.Name(value=text)):
            known = text[:1].isupper() and text not in _NO_ERRORS
            if known and node.cause is None:
                return node.with_changes(cause=cst.From(item=cst.Name(name)))
    return node


def _free_name(source: Source, handler: ast.ExceptHandler) -> str | None:
    around = source.function_of(handler) or source.tree
    taken = {node.id for node in ast.walk(around) if isinstance(node, ast.Name)}
    taken |= {node.name or "" for node in _handlers(around)}
    taken |= {node.arg for node in ast.walk(around) if isinstance(node, ast.arg)}
    return next((name for name in ("error", "cause") if name not in taken), None)


def _handlers(around: ast.AST) -> list[ast.ExceptHandler]:
    return [node for node in ast.walk(around) if isinstance(node, ast.ExceptHandler)]


def _rebinds(handler: ast.ExceptHandler, name: str | None) -> bool:
    return any(
        isinstance(node, ast.Name)
        and node.id == name
        and not isinstance(node.ctx, ast.Load)
        for statement in handler.body
        for node in ast.walk(statement)
    )


def _as(name: str) -> cst.AsName:
    space = cst.SimpleWhitespace(" ")
    return cst.AsName(
        name=cst.Name(name),
        whitespace_before_as=space,
        whitespace_after_as=space,
    )


REPAIR = Rewrite(
    summary="Add `from` with the caught error",
    at="ExceptHandler",
    mend=mend,
    safe=True,
)

HAZARD = Hazard(
    title="Name the cause of a translated error",
    practice="clear-propagation",
    severity=Severity.LOW,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("PEP 3134",),
)
