"""When a dependency is down, every request waits for its timeout before it fails.

All workers wait at once, so pages that never needed it do not answer either. A
breaker fails at once after a few failures, and asks again later.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from prodwright.kit import (
    Brief,
    Example,
    Hazard,
    Project,
    Severity,
    Site,
    Source,
    application_sites,
    calls_in,
    is_found,
    routes,
)

EXAMPLES = (
    Example(
        bad={
            "app/main.py": """
                import httpx
                from fastapi import FastAPI

                app = FastAPI()


                @app.get("/rates")
                def rates():
                    reply = httpx.get("https://rates.test", timeout=5)  # flagged
                    return reply.raise_for_status().json()
            """
        },
        good={
            "app/main.py": """
                import httpx
                from fastapi import FastAPI

                from app.breaker import Breaker

                app = FastAPI()
                breaker = Breaker(failures=5, retry_seconds=30)


                @app.get("/rates")
                def rates():
                    with breaker:
                        reply = httpx.get("https://rates.test", timeout=5)
                    return reply.raise_for_status().json()
            """
        },
    ),
)

_VERBS = ("get", "post", "put", "patch", "delete", "request")
_CLIENTS = (
    "requests",
    "requests.Session",
    "httpx",
    "httpx.Client",
    "httpx.AsyncClient",
)
_CALLS = frozenset(f"{client}.{verb}" for client in _CLIENTS for verb in _VERBS)
_GUARD = re.compile(r"(?i)breaker|bulkhead|purgatory|semaphore|CapacityLimiter|hystrix")


def check_project(project: Project) -> Iterator[tuple[Source, Site]]:
    sources = list(project.production())
    if not any(application_sites(source) for source in sources):
        return
    if any(is_found(source, _GUARD) for source in sources):
        return
    for source in sources:
        call = next(_made_for_requests(source), None)
        if call is not None:
            message = "no breaker stands between the requests and this dependency"
            yield source, Site(node=call, message=message)


def _made_for_requests(source: Source) -> Iterator[ast.Call]:
    """Yield the calls to another service that route handlers make themselves."""
    for route in routes(source):
        for call in calls_in(route.function.body):
            if source.called(call) in _CALLS:
                yield call


REPAIR = Brief(
    summary="Put a circuit breaker around each dependency, bound how many requests may "
    "wait for it, and say what is answered while it is open"
)

HAZARD = Hazard(
    title="Break the circuit to what is down",
    practice="circuit-breakers",
    severity=Severity.NOTE,
    check_project=check_project,
    gathers=(application_sites,),
    repair=REPAIR,
    examples=EXAMPLES,
    references=("Michael Nygard, Release It!, chapter 5", "CWE-400"),
    subject="calls to other services",
    concerns=lambda source: source.imports("requests", "httpx"),
)
