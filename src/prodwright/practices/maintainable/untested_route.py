"""A route that no test calls is tried for the first time by a customer.

Its wiring is what unit tests leave out: the path, the status, the body as it
is really sent, the permission that somebody forgot to ask for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from prodwright.kit import (
    Brief,
    Example,
    Hazard,
    Project,
    Route,
    Severity,
    Site,
    Source,
    routes,
)

_TEST = """
    def test_orders_are_listed(client):
        assert client.get("/orders").json() == []
"""

EXAMPLES = (
    Example(
        bad={
            "app/routes.py": """
                from fastapi import APIRouter

                router = APIRouter()


                @router.get("/orders")
                def orders() -> list[str]:
                    return []


                @router.post("/orders/{order}/refunds")
                def refund(order: int) -> None:  # flagged
                    return None
            """,
            "tests/test_routes.py": _TEST,
        },
        good={
            "app/routes.py": """
                from fastapi import APIRouter

                router = APIRouter()


                @router.get("/orders")
                def orders() -> list[str]:
                    return []
            """,
            "tests/test_routes.py": _TEST,
        },
    ),
)

_PARAMETER = re.compile(r"[{<][^}>]*[}>]")
_LEAST_CHARACTERS = 3  # a shorter word stands in any text


def check_project(project: Project) -> Iterator[tuple[Source, Site]]:
    texts = [source.text for source in project.sources if source.is_test]
    if not any("client" in text or "/" in text for text in texts):
        return
    for source in project.production():
        for route in routes(source):
            words = _words(route)
            if words and not any(_mentions(text, words, route) for text in texts):
                message = f"no test mentions {route.verb.upper()} {route.path}"
                yield source, Site(node=route.function, message=message)


def _words(route: Route) -> list[str]:
    """Return the fixed parts of the path that tell it from others."""
    parts = _PARAMETER.sub("/", route.path).split("/")
    return [each for each in parts if len(each) >= _LEAST_CHARACTERS]


def _mentions(text: str, words: list[str], route: Route) -> bool:
    return route.function.name in text or all(word in text for word in words)


REPAIR = Brief(
    summary="Call it in a test as a client does: with what it accepts, with what it "
    "must refuse, and without permission"
)

HAZARD = Hazard(
    title="Call every route in a test",
    practice="integration-tests",
    severity=Severity.NOTE,
    check_project=check_project,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("The Practical Test Pyramid (Ham Vocke)",),
    subject="routes",
    concerns=lambda source: any(True for _ in routes(source)),
)
