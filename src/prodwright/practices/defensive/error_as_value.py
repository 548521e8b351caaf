"""A function that returns -1 for "failed" is used by somebody who does not know it.

`parse_port(text) + 1` is 0, `load_user(...).name` is an AttributeError far away,
and the reason of the failure is gone for good.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import (
    Brief,
    Example,
    Function,
    Hazard,
    Severity,
    Site,
    Source,
    body_nodes,
)

EXAMPLES = (
    Example(
        bad="""
            def port_of(text):
                try:
                    return int(text)
                except ValueError:
                    return -1  # flagged


            def listen(text):
                return serve(port_of(text) + 1)
        """,
        good="""
            def port_of(text):
                try:
                    return int(text)
                except ValueError as error:
                    raise BadPort(text) from error


            def listen(text):
                return serve(port_of(text) + 1)
        """,
    ),
)


def check(source: Source) -> Iterator[Site]:
    used = _used_at_once(source)
    for function in source.functions():
        if function.name not in used:
            continue
        for node in body_nodes(function.body):
            if isinstance(node, ast.ExceptHandler):
                yield from _values(function, node)


def _values(function: Function, handler: ast.ExceptHandler) -> Iterator[Site]:
    for statement in handler.body:
        match statement:
            case ast.Return(value=ast.expr() as value) if _is_error(value):
                told = ast.unparse(value)
                message = f"{function.name} returns {told}, and callers go on with it"
                yield Site(node=statement, message=message)


def _is_error(value: ast.expr) -> bool:
    match value:
        case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=1)):
            return True
        case ast.Constant(value=None):
            return True
        case _:
            return False


def _used_at_once(source: Source) -> set[str]:
    """Return the functions of this file whose result is used without a look at it."""
    found = set()
    for call in source.nodes(ast.Call):
        match call.func, source.parent(call):
            case ast.Name(id=name), ast.Attribute() | ast.BinOp():
                found.add(name)
            case ast.Name(id=name), ast.Subscript(value=value) if value is call:
                found.add(name)
    return found


REPAIR = Brief(
    summary="Raise an error that names what failed; where nothing is a proper answer, "
    "say `| None` and let every caller look"
)

HAZARD = Hazard(
    title="Raise errors instead of returning them",
    practice="guard-clauses",
    severity=Severity.MEDIUM,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    preview=True,
    references=("CWE-253", "CWE-394"),
)
