"""A cookie that says who somebody is can say anything: the sender writes it.

Whoever changes `user_id=7` to `user_id=1` is somebody else; no password was asked.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from prodwright.kit import Brief, Example, Hazard, Severity, Site, Source, constant

EXAMPLES = (
    Example(
        bad="""
            from flask import request


            def orders(store):
                return store.orders_of(request.cookies["user_id"])  # flagged


            def users(store):
                if request.cookies.get("role") != "admin":  # flagged
                    raise PermissionError("for administrators only")
                return store.users()
        """,
        good="""
            from flask import request, session


            def orders(store):
                return store.orders_of(session["user_id"])


            def greeting():
                return request.cookies.get("language", "en")
        """,
    ),
)

_WHO = re.compile(
    r"(?i)(user|username|user_?name|user_?id|uid|login|account|account_?id|customer_?id"
    r"|member_?id|email|role|roles|group|groups|is_?admin|admin|is_?staff|superuser"
    r"|permissions?|tenant|tenant_?id)"
)


def check(source: Source) -> Iterator[Site]:
    if "cookies" not in source.text.lower():
        return
    for node in source.nodes(ast.Call, ast.Subscript):
        name = _asked(node)
        if name and _WHO.fullmatch(name) and not _is_written(source, node):
            message = f"the cookie {name!r} says what its sender likes"
            yield Site(node=node, message=message)


def _asked(node: ast.AST) -> str:
    """Return the name of the cookie of a request that is read; empty: none is."""
    match node:
        case ast.Subscript(value=owner, slice=key):
            pass
        case ast.Call(func=ast.Attribute(value=owner, attr="get"), args=[key, *_]):
            pass
        case _:
            return ""
    name = constant(key)
    return name if isinstance(name, str) and _is_jar(owner) else ""


def _is_jar(owner: ast.expr) -> bool:
    match owner:
        case ast.Attribute(
            value=ast.Name(id="request" | "req") | ast.Attribute(attr="request"),
            attr="cookies" | "COOKIES",
        ):
            return True
        case _:
            return False


def _is_written(source: Source, node: ast.AST) -> bool:
    """Handed to what opens a seal, it is not believed as it is."""
    around = source.parent(node)
    if not isinstance(around, ast.Call):
        return False
    called = around.func
    name = called.attr if isinstance(called, ast.Attribute) else ""
    name = called.id if isinstance(called, ast.Name) else name
    return re.search(r"(?i)load|decode|decrypt|verify|unsign|check", name) is not None


REPAIR = Brief(
    summary="Look the user up by an unguessable session token that the server made, or "
    "sign the cookie and verify it on every request"
)

HAZARD = Hazard(
    title="Believe no cookie about who sends it",
    practice="access-control",
    severity=Severity.HIGH,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    preview=True,
    references=("CWE-565", "CWE-639"),
    subject="cookies",
    concerns=lambda source: "cookies" in source.text.lower(),
)
