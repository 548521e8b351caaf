"""`any([...])` builds the whole list before it looks at the first item.

A million rows are computed and kept, though the first one would have answered;
memory peaks where nobody looks for it, inside a line that reads as a question.
"""

from __future__ import annotations

import ast
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
    cst,
)

EXAMPLES = (
    Example(
        bad="""
            def is_open(orders):
                return any([order.open for order in orders])  # flagged


            def total(orders):
                return sum([order.amount for order in orders])  # flagged
        """,
        good="""
            def is_open(orders):
                return any(order.open for order in orders)


            def total(orders):
                return sum(order.amount for order in orders)
        """,
    ),
)

_CONSUMERS = frozenset({"any", "all", "sum", "min", "max"})


def check(source: Source) -> Iterator[Site]:
    for call in source.calls_to(_CONSUMERS):
        match call:
            case ast.Call(args=[ast.ListComp() as built], keywords=[]):
                if not _awaits(built):
                    message = f"{source.called(call)} needs no list"
                    yield Site(node=call, message=message)


def _awaits(built: ast.ListComp) -> bool:
    """A generator that awaits is an asynchronous one, which these do not take."""
    return any(isinstance(node, ast.Await) for node in ast.walk(built)) or any(
        each.is_async for each in built.generators
    )


def mend(node: cst.Call, mending: Mending) -> Mended | None:
    built = node.args[0].value
    if not isinstance(built, cst.ListComp) or built.lpar:
        return None
    if _has_comments(built):
        return None
    plain = cst.GeneratorExp(elt=built.elt, for_in=built.for_in, lpar=(), rpar=())
    argument = node.args[0].with_changes(value=plain, comma=cst.MaybeSentinel.DEFAULT)
    return Mended(node.with_changes(args=[argument]))


def _has_comments(built: cst.ListComp) -> bool:
    """What is said behind the brackets would be lost with them."""
    spaces = (built.lbracket.whitespace_after, built.rbracket.whitespace_before)
    lines = [line for each in spaces for line in getattr(each, "empty_lines", ())]
    lines += [each.first_line for each in spaces if hasattr(each, "first_line")]
    return any(line.comment is not None for line in lines)


REPAIR = Rewrite(
    summary="Pass a generator",
    at="Call",
    mend=mend,
    safe=True,
)

HAZARD = Hazard(
    title="Build no list that is only walked over once",
    practice="memory",
    severity=Severity.NOTE,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("PEP 289", "Ruff C419"),
)
