"""One route without a login among ten that ask for one is rarely meant so.

It was added in a hurry, it works in every test, and it is found by whoever tries
all addresses of the API without a token.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from prodwright.kit import Brief, Example, Hazard, Route, Severity, Site, Source, routes

EXAMPLES = (
    Example(
        bad="""
            from fastapi import APIRouter, Depends

            from shop.login import current_user

            router = APIRouter()


            @router.get("/orders")
            def orders(user=Depends(current_user)):
                return user.orders


            @router.get("/invoices")
            def invoices(user=Depends(current_user)):
                return user.invoices


            @router.put("/address")
            def move(address: str, user=Depends(current_user)):
                user.address = address


            @router.delete("/orders/{key}")
            def cancel(key: int):  # flagged
                remove(key)
        """,
        good="""
            from fastapi import APIRouter, Depends

            from shop.login import current_user

            router = APIRouter()


            @router.get("/orders")
            def orders(user=Depends(current_user)):
                return user.orders


            @router.get("/invoices")
            def invoices(user=Depends(current_user)):
                return user.invoices


            @router.put("/address")
            def move(address: str, user=Depends(current_user)):
                user.address = address


            @router.delete("/orders/{key}")
            def cancel(key: int, user=Depends(current_user)):
                user.cancel(key)
        """,
    ),
)

LEAST_SIBLINGS = 3  # that ask who calls, in the same file
_CHANGING = frozenset({"post", "put", "patch", "delete"})
_KNOWN = re.compile(
    r"(?i)\w+_?user\b|\buser\s*[:=]|login_required|auth|permission|security|verify|token"
    r"|session|principal|jwt|api_?key|require|superuser|admin|signature|roles?\b|scopes?"
)
_OPEN = re.compile(
    r"(?i).*(login|log-in|signin|signup|sign-up|register|password|reset|token|refresh"
    r"|callback|webhook|oauth|sso|saml|verify|confirm|activate|logout|public|health"
    r"|contact|feedback|subscribe|invite|share|auth).*"
)


def check(source: Source) -> Iterator[Site]:
    if "dependencies=" in source.text and re.search(
        r"(APIRouter|FastAPI|Blueprint)\([^)]*dependencies=", source.text
    ):
        return  # the router asks for all of its routes
    found = list(routes(source))
    asking = [each for each in found if _asks(each)]
    if len(asking) < LEAST_SIBLINGS or len(asking) * 4 < len(found) * 3:
        return
    for route in found:
        if route.verb in _CHANGING and not _asks(route) and not _is_open(route):
            message = f"{route.verb.upper()} {route.path} asks nobody who they are"
            yield Site(node=route.function, message=message)


def _asks(route: Route) -> bool:
    """Its signature or its decorators name who may call, or its body looks."""
    function = route.function
    told = [ast.unparse(each) for each in function.decorator_list[1:]]
    told += [ast.unparse(function.args), ast.unparse(function.decorator_list[0])]
    told += [ast.unparse(each) for each in function.body]
    return any(_KNOWN.search(each) for each in told)


def _is_open(route: Route) -> bool:
    return _OPEN.fullmatch(f"{route.path} {route.function.name}") is not None


REPAIR = Brief(
    summary="Ask for the user as the other routes do, or once for the whole router; "
    "say in a comment which routes are open on purpose"
)

HAZARD = Hazard(
    title="Ask every caller who they are",
    practice="access-control",
    severity=Severity.HIGH,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    preview=True,
    references=("CWE-306", "OWASP API5:2023"),
    subject="routes",
    concerns=lambda source: any(True for _ in routes(source)),
)
