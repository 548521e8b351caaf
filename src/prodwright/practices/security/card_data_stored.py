"""A stored card number makes every backup, log and export a matter for PCI DSS.

The security code may not be kept at all after authorisation. Whoever reads the
table once, reads the cards of all customers, and you tell each of them.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from prodwright.kit import Brief, Example, Hazard, Severity, Site, Source

EXAMPLES = (
    Example(
        bad="""
            from sqlalchemy import Column, String
            from sqlalchemy.orm import DeclarativeBase


            class Base(DeclarativeBase):
                pass


            class Card(Base):
                __tablename__ = "cards"
                card_number = Column(String(19))  # flagged
                cvv = Column(String(4))  # flagged
                last_four = Column(String(4))
        """,
        good="""
            from sqlalchemy import Column, String
            from sqlalchemy.orm import DeclarativeBase


            class Base(DeclarativeBase):
                pass


            class Card(Base):
                __tablename__ = "cards"
                provider_token = Column(String(64))
                last_four = Column(String(4))
        """,
    ),
)

_CARD = re.compile(
    r"(?i)((credit_?|debit_?)?card_?(number|num|no)|pan|primary_account_number|cvv2?"
    r"|cvc2?|card_?(cvv|cvc|security_code)|track_?[12]_?data)"
)
_COLUMNS = frozenset(
    {
        "sqlalchemy.Column",
        "sqlalchemy.orm.mapped_column",
        "django.db.models.CharField",
        "django.db.models.TextField",
        "django.db.models.IntegerField",
        "django.db.models.BigIntegerField",
        "tortoise.fields.CharField",
        "peewee.CharField",
        "mongoengine.StringField",
    }
)
_COLUMN_METHODS = frozenset({"Column", "mapped_column", "CharField", "TextField"})


def check(source: Source) -> Iterator[Site]:
    for kind in source.nodes(ast.ClassDef):
        for statement in kind.body:
            match statement:
                case (
                    ast.Assign(targets=[ast.Name(id=name)], value=ast.Call() as call)
                    | ast.AnnAssign(target=ast.Name(id=name), value=ast.Call() as call)
                ) if _CARD.fullmatch(name) and _is_column(source, call):
                    message = f"{name} is kept in the database"
                    yield Site(node=statement, message=message)


def _is_column(source: Source, call: ast.Call) -> bool:
    if "encrypt" in ast.unparse(call).lower():
        return False
    if source.called(call) in _COLUMNS:
        return True
    match call.func:
        case ast.Attribute(value=ast.Name(id="db" | "models" | "sa"), attr=name):
            return name in _COLUMN_METHODS
        case _:
            return False


REPAIR = Brief(
    summary="Let the payment provider keep the card and store its token with the last "
    "four digits; never store the security code"
)

HAZARD = Hazard(
    title="Keep tokens instead of cards",
    practice="sensitive-data",
    severity=Severity.HIGH,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("PCI DSS 4.0.1 requirements 3.3 and 3.5", "CWE-312"),
)
