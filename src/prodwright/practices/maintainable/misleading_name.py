"""`is_ready()` that returns a list makes every `if` around it a trap.

Names promise: `is_` and `has_` promise yes or no. A value that is merely truthy
is stored, compared with True or sent as JSON, and means something else there.
"""

from __future__ import annotations

import ast
import re
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
            def is_allowed(user) -> str:  # flagged
                return user.role


            def has_orders(user):  # flagged
                return [order for order in user.orders if order.open]
        """,
        good="""
            def is_allowed(user) -> bool:
                return user.role == "admin"


            def has_orders(user):
                return any(order.open for order in user.orders)
        """,
    ),
)

_PROMISE = re.compile(r"_?(is|has|can|should)_\w+")
_VALUES = (ast.ListComp, ast.DictComp, ast.SetComp, ast.JoinedStr, ast.Dict, ast.List)


def check(source: Source) -> Iterator[Site]:
    for function in source.functions():
        if not _PROMISE.fullmatch(function.name) or function.decorator_list:
            continue
        if _returns_something_else(function):
            message = f"{function.name} promises yes or no and returns something else"
            yield Site(node=function, message=message)


def _returns_something_else(function: Function) -> bool:
    match function.returns:
        case ast.Name(id="str" | "int" | "float" | "list" | "dict" | "set" | "bytes"):
            return True
        case ast.Subscript(value=ast.Name(id="list" | "dict" | "set" | "tuple")):
            return True
        case None:
            returned = [
                node.value
                for node in body_nodes(function.body)
                if isinstance(node, ast.Return)
            ]
            return bool(returned) and all(
                isinstance(each, _VALUES) for each in returned
            )
        case _:
            return False


REPAIR = Brief(summary="Return a bool, or name it for what it returns")

HAZARD = Hazard(
    title="Let names keep what they promise",
    practice="clear-names",
    severity=Severity.LOW,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("PEP 8", "Arnaoudova et al., Linguistic antipatterns (2016)"),
)
