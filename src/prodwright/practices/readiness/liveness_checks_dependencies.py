"""A liveness check that asks the database restarts every replica when it is down.

The orchestrator kills healthy processes in a loop, their caches and connections
are lost, and the restart storm hits the database as it comes back. Dependencies
belong into the readiness check.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from prodwright.kit import (
    Brief,
    Example,
    Hazard,
    Severity,
    Site,
    Source,
    calls_in,
    routes,
)

EXAMPLES = (
    Example(
        bad="""
            from fastapi import FastAPI

            app = FastAPI()


            @app.get("/livez")
            async def live(session):
                await session.execute("SELECT 1")  # flagged
                return {"status": "up"}
        """,
        good="""
            from fastapi import FastAPI

            app = FastAPI()


            @app.get("/livez")
            async def live():
                return {"status": "up"}


            @app.get("/readyz")
            async def ready(session):
                await session.execute("SELECT 1")
                return {"status": "ready"}
        """,
    ),
)

_LIVE = re.compile(r"(?i).*(livez|liveness|/live|alive).*")
_ASKS = frozenset({"execute", "ping", "fetchval", "fetchrow", "scalar", "connect"})


def check(source: Source) -> Iterator[Site]:
    for route in routes(source):
        if not _LIVE.fullmatch(route.path):
            continue
        for call in calls_in(route.function.body):
            if isinstance(call.func, ast.Attribute) and call.func.attr in _ASKS:
                message = "a dependency's failure restarts this process"
                yield Site(node=call, message=message)
                break


REPAIR = Brief(
    summary="Answer liveness from the process alone; ask dependencies in readiness"
)

HAZARD = Hazard(
    title="Keep dependencies out of the liveness check",
    practice="health-checks",
    severity=Severity.HIGH,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("Kubernetes docs: liveness, readiness and startup probes",),
    subject="a liveness route",
    concerns=lambda source: any(_LIVE.fullmatch(each.path) for each in routes(source)),
)
