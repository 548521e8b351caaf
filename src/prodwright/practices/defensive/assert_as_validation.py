"""`python -O` removes every `assert`, and with it the check of what came in.

The check also reports `AssertionError`, which callers do not handle, and often
without saying which value was wrong.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import (
    Example,
    Function,
    Hazard,
    Mended,
    Mending,
    Rewrite,
    Severity,
    Site,
    Source,
    body_nodes,
    cst,
    public_name,
)

EXAMPLES = (
    Example(
        bad="""
            def reserve(stock, quantity):
                assert quantity > 0  # flagged
                assert isinstance(stock, dict), "stock is a dict"  # flagged
                stock["left"] -= quantity
        """,
        good="""
            def reserve(stock, quantity):
                if not quantity > 0:
                    raise ValueError(f"expected quantity > 0, got {quantity=}")
                if not isinstance(stock, dict):
                    raise TypeError("stock is a dict")
                stock["left"] -= quantity
        """,
    ),
)


def check(source: Source) -> Iterator[Site]:
    for function in source.functions():
        if not _is_interface(source, function):
            continue
        validated = _unannotated(function)
        for statement in function.body:
            if not isinstance(statement, ast.Assert) or not _names(statement.test):
                continue
            if _validates(statement.test, function, validated):
                message = "this check of an argument is gone under `python -O`"
                yield Site(node=statement, message=message)


def _is_interface(source: Source, function: Function) -> bool:
    around = [each for each in source.ancestors(function) if isinstance(each, _NAMED)]
    nested = any(isinstance(each, Function) for each in around)
    return not nested and all(public_name(each.name) for each in (function, *around))


_NAMED = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
_MEASURES = frozenset({"isinstance", "len", "callable", "issubclass", "type"})


def _unannotated(function: Function) -> set[str]:
    every = (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
    return {each.arg for each in every if each.annotation is None}


def _parameters(function: Function) -> set[str]:
    every = (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)
    return {each.arg for each in every} - {"self", "cls"}


def _validates(test: ast.expr, function: Function, unannotated: set[str]) -> bool:
    """Tell whether `test` asks for the range of a parameter or, untyped, its type.

    A type test of an annotated parameter tells the type checker something.
    """
    for node in ast.walk(test):
        if isinstance(node, ast.Call) and _callee(node) not in _MEASURES:
            return False
    names = _names(test)
    if not names <= _parameters(function) or _is_rebound(function, names):
        return False
    return not _asks_for_type(test) or names <= unannotated


def _callee(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def _names(test: ast.expr) -> set[str]:
    called = {id(node.func) for node in ast.walk(test) if isinstance(node, ast.Call)}
    used = {
        node.id
        for node in ast.walk(test)
        if isinstance(node, ast.Name) and id(node) not in called
    }
    return {name for name in used if not name[:1].isupper()} - _TYPES


_TYPES = frozenset(
    {
        "int",
        "str",
        "float",
        "bool",
        "bytes",
        "dict",
        "list",
        "tuple",
        "set",
        "frozenset",
        "type",
        "object",
        "bytearray",
        "complex",
    }
)


def _is_rebound(function: Function, names: set[str]) -> bool:
    """A parameter that was worked on is not what the caller gave."""
    return any(
        isinstance(node, ast.Name)
        and isinstance(node.ctx, ast.Store)
        and node.id in names
        for node in body_nodes(function.body)
    )


def _asks_for_type(test: ast.expr) -> bool:
    while isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        test = test.operand
    match test:
        case ast.Compare(ops=[ast.Is() | ast.IsNot()]) | ast.Name() | ast.Attribute():
            return True
        case ast.Call(func=ast.Name(id="isinstance" | "callable" | "issubclass")):
            return True
        case ast.BoolOp(values=parts):
            return any(_asks_for_type(part) for part in parts)
        case _:
            return False


def mend(node: cst.SimpleStatementLine, mending: Mending) -> Mended | None:
    statement = mending.site.node
    assert isinstance(statement, ast.Assert)
    message = _message(mending.source, statement)
    if message is None or len(node.body) != 1:
        return None
    assertion = node.body[0]
    test = mending.source.segment(statement.test)
    if "\n" in test or not isinstance(assertion, cst.Assert):
        return None
    error = _error(statement.test)
    refused = _refused(mending.source, statement.test)
    guard = cst.parse_statement(f"if {refused}:\n    raise {error}({message})\n")
    assert isinstance(guard, cst.If)
    body = guard.body.with_changes(header=node.trailing_whitespace)
    return Mended(guard.with_changes(body=body, leading_lines=node.leading_lines))


def _refused(source: Source, test: ast.expr) -> str:
    """Return the opposite of `test`; an order has none, for NaN and for sets."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return source.segment(operand)
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            opposite = _OPPOSITES.get(type(op))
            loose = isinstance(left, _LOOSE) or isinstance(right, _LOOSE)
            if opposite is not None and not loose:
                return f"{source.segment(left)} {opposite} {source.segment(right)}"
    text = source.segment(test)
    return f"not ({text})" if isinstance(test, ast.BoolOp) else f"not {text}"


# Written in brackets, which their own text does not include.
_LOOSE = ast.BoolOp | ast.IfExp | ast.Lambda | ast.Compare | ast.NamedExpr
_OPPOSITES: dict[type[ast.cmpop], str] = {
    ast.Is: "is not",
    ast.IsNot: "is",
    ast.In: "not in",
    ast.NotIn: "in",
    ast.Eq: "!=",
    ast.NotEq: "==",
}


def _error(test: ast.expr) -> str:
    match test:
        case ast.Call(func=ast.Name(id="isinstance" | "callable" | "issubclass")):
            return "TypeError"
        case _:
            return "ValueError"


def _message(source: Source, statement: ast.Assert) -> str | None:
    if statement.msg is not None:
        text = source.segment(statement.msg)
        return None if "\n" in text else text
    test = source.segment(statement.test)
    if any(mark in test for mark in "\"'{}\\\n"):
        return None
    values = ", ".join(f"{{{name}=}}" for name in sorted(_names(statement.test)))
    return f'f"expected {test}, got {values}"'


REPAIR = Rewrite(
    summary="Raise `ValueError` or `TypeError` with the offending value",
    at="SimpleStatementLine",
    mend=mend,
    safe=True,
)

HAZARD = Hazard(
    title="Validate arguments with checks that always run",
    practice="guard-clauses",
    severity=Severity.MEDIUM,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-617", "Python reference: the assert statement"),
)
