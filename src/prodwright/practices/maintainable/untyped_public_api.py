"""An interface without types is checked for the first time by production.

In a typed package its callers lose their checks as well: everything that comes
out of it is `Any`, and the type checker says nothing.
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
    public_name,
)

EXAMPLES = (
    Example(
        bad="""
            def net(price: int) -> int:
                return price


            def gross(price: int) -> int:
                return price


            def total(prices: list[int]) -> int:
                return sum(prices)


            def split(price, parts):  # flagged
                return divmod(price, parts)
        """,
        good="""
            def net(price: int) -> int:
                return price


            def split(price: int, parts: int) -> tuple[int, int]:
                return divmod(price, parts)
        """,
    ),
)

_MOSTLY = 0.75  # share of the module's interface that is typed already


def check(source: Source) -> Iterator[Site]:
    interface = [each for each in source.functions() if _is_interface(source, each)]
    bare = [each for each in interface if not _is_typed(each)]
    if not bare or len(bare) > len(interface) * (1 - _MOSTLY):
        return
    for function in bare:
        message = f"{function.name} has no types, unlike its neighbours"
        yield Site(node=function, message=message)


def _is_interface(source: Source, function: Function) -> bool:
    owner = source.parent(function)
    in_class = isinstance(owner, ast.ClassDef) and public_name(owner.name)
    if not (in_class or isinstance(owner, ast.Module)):
        return False
    if not public_name(function.name) or function.decorator_list:
        return False
    return function.returns is not None or bool(_parameters(function))


def _is_typed(function: Function) -> bool:
    if function.returns is not None:
        return True
    return any(each.annotation is not None for each in _parameters(function))


def _parameters(function: Function) -> list[ast.arg]:
    given = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
    return [each for each in given if each.arg not in ("self", "cls")]


REPAIR = Brief(summary="Annotate what it takes and what it returns")

HAZARD = Hazard(
    title="Type the whole interface",
    practice="clear-contracts",
    severity=Severity.NOTE,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("PEP 484", "PEP 561"),
)
