"""Small questions about syntax that many hazards ask."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from prodwright.analysis.index import push_children
from prodwright.kit._lazy_cst import cst

if TYPE_CHECKING:
    from collections.abc import Iterable

_OWN_SCOPE = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.ClassDef)


def keyword(call: ast.Call, name: str) -> ast.expr | None:
    """Return the value of keyword argument `name`; None when it is not given."""
    return next((each.value for each in call.keywords if each.arg == name), None)


def passed(call: ast.Call, name: str, position: int) -> ast.expr | None:
    """Return the argument `name`, however it is given; positions count from 0."""
    by_place = call.args[position] if position < len(call.args) else None
    return keyword(call, name) or by_place


def constant(expression: ast.expr | None) -> object:
    """Return the value of a literal; None for anything that is not one."""
    match expression:
        case ast.Constant(value=value):
            return value
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() as value)):
            return -value
        case _:
            return None


def body_nodes(statements: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """Yield what runs when these statements run: nested functions are left out.

    So are contexts and operators.
    """
    waiting = list(statements)[::-1]
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, _OWN_SCOPE):
            push_children(node, waiting)


def calls_in(statements: Iterable[ast.AST]) -> Iterator[ast.Call]:
    """Yield the calls among `body_nodes`."""
    return (node for node in body_nodes(statements) if isinstance(node, ast.Call))


def is_generic(caught: ast.expr | None) -> bool:
    """Tell whether an `except` clause catches everything."""
    match caught:
        case None:
            return True
        case ast.Name(id="Exception" | "BaseException"):
            return True
        case ast.Tuple(elts=parts):
            return any(is_generic(part) for part in parts)
        case _:
            return False


def public_name(name: str) -> bool:
    """Tell whether `name` is part of an interface by Python's convention."""
    return not name.startswith("_")


def argument(name: str, value: str) -> cst.Arg:
    """Return the libcst keyword argument `name=value`, in PEP 8's spacing."""
    tight = cst.SimpleWhitespace("")
    return cst.Arg(
        keyword=cst.Name(name),
        value=cst.parse_expression(value),
        equal=cst.AssignEqual(whitespace_before=tight, whitespace_after=tight),
    )


def without_keyword(call: cst.Call, name: str) -> cst.Call:
    """Return `call` without its keyword argument `name`."""
    kept = [
        each for each in call.args if each.keyword is None or each.keyword.value != name
    ]
    if kept and len(kept) < len(call.args):
        kept[-1] = kept[-1].with_changes(comma=call.args[-1].comma)
    return call.with_changes(args=kept)
