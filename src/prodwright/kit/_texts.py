"""Follows a local name to its only value, and a built string to its parts."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prodwright.analysis import Source


def only_value(source: Source, expression: ast.expr) -> ast.expr:
    """Return what a name was assigned, when there is exactly one assignment.

    Returns:
        `expression` itself when it is no name, a parameter, assigned twice, or
        assigned further down (so that following names always ends).
    """
    if not isinstance(expression, ast.Name):
        return expression
    values = source.names.values_of(expression.id, expression)
    if len(values) != 1 or not _ends_before(values[0], expression):
        return expression
    match source.parent(values[0]):
        case ast.Assign() | ast.NamedExpr():
            return values[0]
        case ast.AnnAssign(value=value) if value is values[0]:
            return value
        case _:
            return expression


def varying_parts(source: Source, expression: ast.expr) -> list[ast.expr]:
    """Return the parts of a string that are filled in when the code runs.

    Looks through f-strings, `%`, `+`, `.format()`, `.join()` of literals and
    names that are assigned once. Empty for a literal and for anything that is
    not visibly a string being built.
    """
    value = only_value(source, expression)
    match value:
        case ast.JoinedStr(values=parts):
            holes = [
                each.value for each in parts if isinstance(each, ast.FormattedValue)
            ]
        case ast.BinOp(left=left, op=ast.Mod(), right=right) if _texty(source, left):
            given = right.elts if isinstance(right, ast.Tuple) else [right]
            holes = [*varying_parts(source, left), *given]
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            if not (_texty(source, left) or _texty(source, right)):
                return []
            holes = [*_added(source, left), *_added(source, right)]
        case ast.Call(func=ast.Attribute(value=text, attr="format")):
            if not _texty(source, text):
                return []
            holes = [*value.args, *(each.value for each in value.keywords)]
        case _:
            return []
    return [each for each in holes if not is_literal(source, each)]


def is_literal(source: Source, expression: ast.expr) -> bool:
    """Tell whether the expression's text is fixed in the source."""
    value = only_value(source, expression)
    match value:
        case ast.Constant():
            return True
        case ast.JoinedStr() | ast.BinOp():
            return _texty(source, value) and not varying_parts(source, value)
        case ast.IfExp(body=body, orelse=other):
            return is_literal(source, body) and is_literal(source, other)
        case ast.Tuple(elts=parts) | ast.List(elts=parts):
            return all(is_literal(source, each) for each in parts)
        case _:
            return False


def _ends_before(value: ast.expr, use: ast.expr) -> bool:
    end = (value.end_lineno or value.lineno, value.end_col_offset or 0)
    return end <= (use.lineno, use.col_offset)


def _added(source: Source, operand: ast.expr) -> list[ast.expr]:
    value = only_value(source, operand)
    inner = varying_parts(source, value)
    if inner:
        return inner
    return [] if is_literal(source, value) or _texty(source, value) else [operand]


def _texty(source: Source, expression: ast.expr) -> bool:
    value = only_value(source, expression)
    match value:
        case ast.Constant(value=str()) | ast.JoinedStr():
            return True
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _texty(source, left) or _texty(source, right)
        case ast.BinOp(left=left, op=ast.Mod()):
            return _texty(source, left)
        case ast.Call(func=ast.Attribute(value=text, attr="format")):
            return _texty(source, text)
        case _:
            return False
