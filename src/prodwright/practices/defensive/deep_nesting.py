"""Code six blocks deep is read with a finger on the screen, and changed by guess.

Which conditions hold at a line is no longer seen but reconstructed. The `else`
that belongs to none of them any more is found when a customer reaches it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import Brief, Example, Function, Hazard, Severity, Site, Source

EXAMPLES = (
    Example(
        bad="""
            def total(orders, rates):
                amount = 0
                if orders:
                    for order in orders:
                        if order.paid:
                            for line in order.lines:
                                if line.kind in rates:
                                    if line.price:  # flagged
                                        amount += line.price * rates[line.kind]
                return amount
        """,
        good="""
            def total(orders, rates):
                paid = (order for order in orders if order.paid)
                lines = (line for order in paid for line in order.lines)
                return sum(gross(line, rates) for line in lines)


            def gross(line, rates):
                if line.kind not in rates:
                    return 0
                return line.price * rates[line.kind]
        """,
    ),
)

MOST_BLOCKS = 5  # pylint R1702, too-many-nested-blocks
_BLOCKS = (
    ast.If,
    ast.For,
    ast.AsyncFor,
    ast.While,
    ast.With,
    ast.AsyncWith,
    ast.Try,
    ast.Match,
)


def check(source: Source) -> Iterator[Site]:
    deep: set[Function | None] = set()
    for block in source.nodes(*_BLOCKS):
        function = source.function_of(block)
        if function in deep or _depth(source, block) <= MOST_BLOCKS:
            continue
        deep.add(function)
        message = f"this stands in {MOST_BLOCKS} blocks of the same function already"
        yield Site(node=block, message=message)


def _depth(source: Source, block: ast.stmt) -> int:
    depth, below = 1, block
    for around in source.ancestors(block):
        if isinstance(around, Function | ast.ClassDef | ast.Lambda):
            return depth
        if isinstance(around, _BLOCKS) and not _continues(around, below):
            depth += 1
        if isinstance(around, ast.stmt):
            below = around
    return depth


def _continues(around: ast.AST, below: ast.stmt) -> bool:
    """Tell whether `below` is the `elif` of `around`: it stands no deeper."""
    return isinstance(around, ast.If) and around.orelse == [below]


REPAIR = Brief(
    summary="Leave early where a condition does not hold (`if not ...: continue` or "
    "`return`), and make the inner loops functions of their own"
)

HAZARD = Hazard(
    title="Leave early instead of nesting",
    practice="guard-clauses",
    severity=Severity.NOTE,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-1124", "pylint R1702: 5 blocks"),
)
