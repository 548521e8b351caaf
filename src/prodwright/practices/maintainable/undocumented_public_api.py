"""An interface without a word about it is used by guessing.

Callers learn by failing whether it raises or returns None, what unit it takes and
whether it may be called twice; then they depend on the accident.
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
        bad='''
            """Prices."""


            def net(price: int) -> int:
                """Return `price`, in cents, without its tax."""
                return price


            def gross(price: int) -> int:
                """Return `price`, in cents, with its tax."""
                return price


            def rounded(price: float) -> int:
                """Return `price` in whole cents, halves to even."""
                return round(price)


            def split(price: int, parts: int) -> list[int]:  # flagged
                each, rest = divmod(price, parts)
                shares = [each] * parts
                for share in range(rest):
                    shares[share] += 1
                return shares
        ''',
        good='''
            """Prices."""


            def net(price: int) -> int:
                """Return `price`, in cents, without its tax."""
                return price


            def split(price: int, parts: int) -> list[int]:
                """Return `price` in `parts` shares that differ by one cent at most."""
                each, rest = divmod(price, parts)
                shares = [each] * parts
                for share in range(rest):
                    shares[share] += 1
                return shares
        ''',
    ),
)

_SHORT = 3  # statements; what is shorter says what it does
_MOSTLY = 0.75  # share of the module's interface that is documented already


def check(source: Source) -> Iterator[Site]:
    interface = [each for each in source.functions() if _is_interface(source, each)]
    bare = [each for each in interface if ast.get_docstring(each) is None]
    if not interface or len(bare) > len(interface) * (1 - _MOSTLY):
        return
    for function in bare:
        if len(function.body) > _SHORT:
            message = f"{function.name} is the only one here without a docstring"
            if len(bare) > 1:
                message = f"{function.name} has no docstring, unlike its neighbours"
            yield Site(node=function, message=message)


def _is_interface(source: Source, function: Function) -> bool:
    owner = source.parent(function)
    if isinstance(owner, ast.ClassDef):
        own = public_name(owner.name) and not owner.bases
        return own and public_name(function.name) and not function.decorator_list
    module = isinstance(owner, ast.Module)
    return module and public_name(function.name) and not function.decorator_list


REPAIR = Brief(
    summary="Say what it does, its units and ranges, what it returns and what it raises"
)

HAZARD = Hazard(
    title="Document the whole interface",
    practice="documentation",
    severity=Severity.NOTE,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-1111", "PEP 257"),
    preview=True,
)
