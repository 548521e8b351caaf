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
    Place,
    Project,
    Severity,
    Site,
    Source,
    node_at,
    per_file,
    place_of,
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
    tests = [source for source in project.sources if source.is_test]
    if not any(_may_call(test) for test in tests):
        return
    for source in project.production():
        for function, verb, path, place in _routes(source):
            if _HEALTH.search(path):
                continue  # the orchestrator calls it every few seconds
            words = _words(path)
            if words and not any(_mentions(test, function, words) for test in tests):
                message = f"no test mentions {verb.upper()} {path}"
                yield source, Site(node=node_at(place), message=message)


_HEALTH = re.compile(r"(?i)health|livez?|readyz?|ping|status$")


@per_file
def _routes(source: Source) -> tuple[tuple[str, str, str, Place], ...]:
    return tuple(
        (each.function.name, each.verb, each.path, place_of(each.function))
        for each in routes(source)
    )


@per_file
def _may_call(test: Source) -> bool:
    return "client" in test.text or "/" in test.text


def _words(path: str) -> tuple[str, ...]:
    """Return the fixed parts of the path that tell it from others."""
    parts = _PARAMETER.sub("/", path).split("/")
    return tuple(each for each in parts if len(each) >= _LEAST_CHARACTERS)


@per_file
def _mentions(test: Source, function: str, words: tuple[str, ...]) -> bool:
    return function in test.text or all(word in test.text for word in words)


REPAIR = Brief(
    summary="Call it in a test as a client does: with what it accepts, with what it "
    "must refuse, and without permission"
)

HAZARD = Hazard(
    title="Call every route in a test",
    practice="integration-tests",
    severity=Severity.NOTE,
    check_project=check_project,
    gathers=(_routes, _may_call),
    repair=REPAIR,
    examples=EXAMPLES,
    references=("The Practical Test Pyramid (Ham Vocke)",),
    subject="routes",
    concerns=lambda source: any(True for _ in routes(source)),
)
