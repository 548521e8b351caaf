"""Loading a row by the number in the address shows everybody's rows to everybody.

The user is logged in, so the request is allowed; that order 1002 belongs to somebody
else is asked nowhere. Counting up the number downloads the whole table.
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
    Route,
    Severity,
    Site,
    Source,
    calls_in,
    routes,
)

EXAMPLES = (
    Example(
        bad="""
            from fastapi import APIRouter, Depends

            router = APIRouter()


            @router.get("/orders/{key}")
            def order(key: int, session=Depends(opened), user=Depends(current_user)):
                return session.get(Order, key)  # flagged
        """,
        good="""
            from fastapi import APIRouter, Depends, HTTPException

            router = APIRouter()


            @router.get("/orders/{key}")
            def order(key: int, session=Depends(opened), user=Depends(current_user)):
                found = session.get(Order, key)
                if found is None or found.owner_id != user.id:
                    raise HTTPException(404)
                return found
        """,
    ),
)

_USER = re.compile(r"(?i)(current_?)?user|account|principal|member|me")
_LOADS = frozenset({"get", "get_or_404"})
_SESSIONS = re.compile(r"(?i)(.*_)?(session|db)")
_ADMIN = re.compile(r"(?i)admin|superuser|staff|permission|role|scope|require|check_")


def check(source: Source) -> Iterator[Site]:
    for route in routes(source):
        users = _users(route.function)
        if not users or _ADMIN.search(ast.unparse(route.function)):
            continue
        if any(_uses(route.function, name) for name in users):
            continue
        yield from _loads(route)


def _users(function: Function) -> set[str]:
    """Return the parameters that say who calls."""
    given = [*function.args.args, *function.args.kwonlyargs]
    return {each.arg for each in given if _USER.fullmatch(each.arg)}


def _uses(function: Function, name: str) -> bool:
    return any(
        isinstance(node, ast.Name) and node.id == name
        for statement in function.body
        for node in ast.walk(statement)
    )


def _loads(route: Route) -> Iterator[Site]:
    keys = set(re.findall(r"{(\w+)}", route.path))
    for call in calls_in(route.function.body):
        match call:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id=owner), attr=method),
                args=[ast.Name(), ast.Name(id=key)],
            ) if method in _LOADS and key in keys and _SESSIONS.fullmatch(owner):
                message = f"whose {key} it is, is not asked"
                yield Site(node=call, message=message)


REPAIR = Brief(
    summary="Load it by key and owner together, and answer 404 when it is not theirs"
)

HAZARD = Hazard(
    title="Ask whose it is",
    practice="access-control",
    severity=Severity.HIGH,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    preview=True,
    references=("CWE-639", "OWASP API1:2023"),
    subject="routes",
    concerns=lambda source: any(True for _ in routes(source)),
)
