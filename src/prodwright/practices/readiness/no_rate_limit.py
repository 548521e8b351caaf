"""A login that may be tried without end is a matter of time.

A thousand guesses a second from a hundred addresses; the hash of each costs you a
processor, so it is a denial of service besides.
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
    Place,
    Project,
    Route,
    Severity,
    Site,
    Source,
    is_found,
    node_at,
    per_file,
    place_of,
    routes,
)

EXAMPLES = (
    Example(
        bad={
            "app/login.py": """
                from fastapi import APIRouter

                router = APIRouter()


                @router.post("/login")
                def login(name: str, password: str):  # flagged
                    return check(name, password)
            """
        },
        good={
            "app/login.py": """
                from fastapi import APIRouter, Depends

                from app.limits import limiter

                router = APIRouter()


                @router.post("/login", dependencies=[Depends(limiter("5/minute"))])
                def login(name: str, password: str):
                    return check(name, password)
            """
        },
    ),
)

_SENSITIVE = re.compile(
    r"(?i).*/(log-?in|sign-?in|sign-?up|register|token|access-token|password[-_/]?"
    r"(reset|recovery|forgot)|forgot-?password|reset-?password|otp|mfa|verify-?code)"
    r"(/.*)?"
)
_KNOWN = re.compile(r"(?i)current_?user|get_?user|verified_user|require_")
_LIMITED = re.compile(
    r"(?i)limiter|rate_?limit|throttl|slowapi|flask_limiter|too_?many_?requests|\b429\b"
    r"|axes|lockout|failed_attempts|login_attempts|from limits\b"
)


def check_project(project: Project) -> Iterator[tuple[Source, Site]]:
    sources = list(project.production())
    tried = [(source, each) for source in sources for each in _sensitive(source)]
    if not tried or any(is_found(source, _LIMITED) for source in sources):
        return
    for source, (path, place) in tried:
        message = f"{path} may be tried as often as one likes"
        yield source, Site(node=node_at(place), message=message)


@per_file
def _sensitive(source: Source) -> tuple[tuple[str, Place], ...]:
    found = (each for each in routes(source) if _is_sensitive(each))
    return tuple((each.path, place_of(each.function)) for each in found)


def _is_sensitive(route: Route) -> bool:
    """Whoever is logged in already guesses no password."""
    if route.verb not in ("post", "route") or not _SENSITIVE.fullmatch(route.path):
        return False
    if route.verb == "route" and not _takes_answers(route.function):
        return False  # it only shows the form
    return not _KNOWN.search(ast.unparse(route.function.args))


def _takes_answers(function: Function) -> bool:
    return any(
        isinstance(node, ast.Constant) and node.value == "POST"
        for each in function.decorator_list
        for node in ast.walk(each)
    )


REPAIR = Brief(
    summary="Limit tries by account and by address in a store that all replicas share, "
    "and answer 429 with Retry-After"
)

HAZARD = Hazard(
    title="Limit how often it may be tried",
    practice="backpressure",
    severity=Severity.MEDIUM,
    check_project=check_project,
    gathers=(_sensitive,),
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-307", "CWE-770", "OWASP ASVS 5.0 6.3.1"),
    subject="routes",
    concerns=lambda source: any(True for _ in routes(source)),
)
