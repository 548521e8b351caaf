"""Where a node stands: in which loop, handler, try body or function."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from prodwright.kit._shapes import body_nodes, is_generic

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prodwright.analysis import Source

Loop = ast.For | ast.AsyncFor | ast.While
_BORDER = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


def loop_around(source: Source, node: ast.AST) -> Loop | None:
    """Return the innermost loop that repeats `node` within the same function."""
    below = node
    for around in source.ancestors(node):
        if isinstance(around, _BORDER):
            return None
        if isinstance(around, Loop) and _repeats(around, below):
            return around
        below = around
    return None


def handler_around(source: Source, node: ast.AST) -> ast.ExceptHandler | None:
    """Return the innermost `except` clause around `node` in the same function."""
    for around in source.ancestors(node):
        if isinstance(around, _BORDER):
            return None
        if isinstance(around, ast.ExceptHandler):
            return around
    return None


def reraises(statements: Iterable[ast.AST]) -> bool:
    """Tell whether these statements raise anything."""
    return any(isinstance(each, ast.Raise) for each in body_nodes(statements))


def mentions(statements: Iterable[ast.AST], name: str | None) -> bool:
    """Tell whether these statements read `name`, nested functions included."""
    return name is not None and any(
        isinstance(node, ast.Name) and node.id == name
        for statement in statements
        for node in ast.walk(statement)
    )


def caught_names(handler: ast.ExceptHandler) -> list[str]:
    """Return the last part of each caught class's name; none for a bare `except`."""
    match handler.type:
        case None:
            return []
        case ast.Tuple(elts=parts):
            return [_last_name(part) for part in parts]
        case caught:
            return [_last_name(caught)]


def catches_everything(handler: ast.ExceptHandler) -> bool:
    """Tell whether `handler` catches `Exception` or more."""
    return is_generic(handler.type)


def has_comment(source: Source, first: int, last: int) -> bool:
    """Tell whether a comment in words stands on these lines (1-based, inclusive).

    Directives to tools (`noqa`, `pragma`, `type:`, `pylint:`) are no words.
    """
    return any(_explains(line) for line in source.lines[first - 1 : last])


_DIRECTIVES = ("noqa", "pragma", "type:", "pylint", "nosec", "prodwright", "mypy")


def _explains(line: str) -> bool:
    comments = (each.strip() for each in line.split("#")[1:])
    return any(" " in each and not each.startswith(_DIRECTIVES) for each in comments)


def _last_name(expression: ast.expr) -> str:
    match expression:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _repeats(loop: Loop, below: ast.AST) -> bool:
    if isinstance(loop, ast.While):
        return below is loop.test or below in loop.body
    return below in loop.body
