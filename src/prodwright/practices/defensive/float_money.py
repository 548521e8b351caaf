"""Money in binary floating point loses cents: 0.1 + 0.2 is not 0.3.

Sums differ from the ledger by a cent here and there, comparisons with a limit go
wrong at the limit, and `int(19.99 * 100)` is 1998. Use `Decimal` or whole cents.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from prodwright.kit import Brief, Example, Hazard, Severity, Site, Source

EXAMPLES = (
    Example(
        bad="""
            def charge(card, price):
                card.charge(cents=int(price * 100))  # flagged
        """,
        good="""
            def charge(card, price):
                card.charge(cents=round(price * 100))
        """,
    ),
    Example(
        bad="""
            class Invoice:
                unit_price: float  # flagged
                quantity: int
        """,
        good="""
            from decimal import Decimal


            class Invoice:
                unit_price: Decimal
                quantity: int
        """,
    ),
)

_MONEY = re.compile(
    r"(.*_)?(price|subtotal|salary|refund|invoice_total|amount_due|amount_paid|"
    r"account_balance|unit_price|total_price)"
)


def check(source: Source) -> Iterator[Site]:
    for node in source.nodes(ast.AnnAssign):
        if _is_float(node.annotation) and _is_money(node.target):
            message = f"{_name(node.target)} is money kept as a binary fraction"
            yield Site(node=node, message=message)
    for call in source.calls_to({"int"}):
        match call.args:
            case [ast.BinOp(left=left, op=ast.Mult(), right=ast.Constant(value=100))]:
                if _is_money(left):
                    message = f"int() cuts off a cent of {_name(left)}"
                    yield Site(node=call, message=message)


def _is_float(annotation: ast.expr) -> bool:
    match annotation:
        case ast.Name(id="float"):
            return True
        case ast.BinOp(left=ast.Name(id="float"), right=ast.Constant(value=None)):
            return True
        case _:
            return False


def _name(expression: ast.expr) -> str:
    match expression:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case _:
            return ""


def _is_money(expression: ast.expr) -> bool:
    return _MONEY.fullmatch(_name(expression).lower()) is not None


REPAIR = Brief(
    summary="Keep money as `Decimal` (in the database `NUMERIC`) or as whole cents, "
    "and round explicitly where the business says so"
)

HAZARD = Hazard(
    title="Keep money exact",
    practice="validate-boundaries",
    severity=Severity.MEDIUM,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-682", "Python docs: decimal"),
    preview=True,
)
