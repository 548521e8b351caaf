"""`-> Any` on a function that returns text switches the type checker off.

Everything computed from the result is unchecked as well, and the misspelt
attribute that the checker would have named is found in production.
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
    public_name,
)

EXAMPLES = (
    Example(
        bad="""
            from typing import Any


            def label(order) -> Any:  # flagged
                if order is None:
                    return "no order"
                return f"order {order.number}"


            def value(row, name) -> Any:
                return row[name]
        """,
        good="""
            from typing import Any


            def label(order) -> str:
                if order is None:
                    return "no order"
                return f"order {order.number}"
        """,
    ),
)

_CONCRETE: dict[type[ast.expr], str] = {
    ast.JoinedStr: "str",
    ast.List: "list",
    ast.ListComp: "list",
    ast.Dict: "dict",
    ast.DictComp: "dict",
    ast.Set: "set",
    ast.SetComp: "set",
    ast.Tuple: "tuple",
    ast.Compare: "bool",
}
_BUILTIN = frozenset({"str", "int", "float", "bool", "list", "dict", "set", "tuple"})


def check(source: Source) -> Iterator[Site]:
    for function in source.functions():
        if function.decorator_list or not public_name(function.name):
            continue
        if not isinstance(source.parent(function), ast.Module):
            continue  # a method is bound to what its base and its heirs promise
        returns = function.returns
        if returns is None or source.qualified(returns) != "typing.Any":
            continue
        kind = _only_kind(source, function)
        if kind:
            message = f"{function.name} always returns {kind} and is typed Any"
            yield Site(node=function, message=message)


def _only_kind(source: Source, function: Function) -> str:
    """Return the one type of everything it returns; empty when that is not seen."""
    kinds = {
        _kind(source, node.value)
        for node in body_nodes(function.body)
        if isinstance(node, ast.Return)
    }
    return kinds.pop() if len(kinds) == 1 else ""


def _kind(source: Source, value: ast.expr | None) -> str:
    match value:
        case ast.Constant(value=known) if known is not None and known is not ...:
            return type(known).__name__
        case ast.Call(func=ast.Name(id=name)) if name in _BUILTIN:
            return name if source.called(value) == name else ""
        case _:
            return _CONCRETE.get(type(value), "") if value is not None else ""


REPAIR = Brief(summary="Annotate what it returns")

HAZARD = Hazard(
    title="Type what is known",
    practice="clear-contracts",
    severity=Severity.NOTE,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("PEP 484", "Ruff ANN401"),
)
