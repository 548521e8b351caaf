"""A service without a liveness route is dead long before anybody notices.

The orchestrator can only see that the process exists; a deadlocked one keeps its
place in the load balancer and answers nothing.
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
    applications,
    has_routes,
    lacks_files,
    node_at,
    own_imports,
    per_file,
)

EXAMPLES = (
    Example(
        bad={
            "app/main.py": """
                from fastapi import FastAPI

                app = FastAPI()  # flagged


                @app.get("/orders")
                def orders():
                    return []
            """
        },
        good={
            "app/main.py": """
                from fastapi import FastAPI

                from app.health import router

                app = FastAPI()
                app.include_router(router)


                @app.get("/orders")
                def orders():
                    return []
            """,
            "app/health.py": """
                from fastapi import APIRouter

                router = APIRouter()


                @router.get("/livez")
                def live():
                    return {"status": "up"}
            """,
        },
    ),
)

_HEALTH = re.compile(
    r"(?i).*/(livez?|liveness|alive|health\w*|_?status|ping|up|heartbeat)\b.*"
)


def check_project(project: Project) -> Iterator[tuple[Source, Site]]:
    sources = list(project.production())
    apps = [(each, place) for each in sources for place in application_sites(each)]
    if not apps or not any(has_routes(source) for source in sources):
        return
    if any(_tells(source) for source in sources):
        return
    source, place = apps[0]
    if lacks_files(project, [source]):
        return
    yield (
        source,
        Site(node=node_at(place), message="no route says whether the service is alive"),
    )


@per_file
def _tells(source: Source) -> bool:
    return any(_HEALTH.fullmatch(text) for text in _paths(source))


def _paths(source: Source) -> Iterator[str]:
    """A route may be added in any way; its path is a text that starts with `/`."""
    for node in source.nodes(ast.Constant):
        if isinstance(node.value, str) and node.value.startswith("/"):
            yield node.value


REPAIR = Brief(
    summary="Add a route such as `/livez` that answers from the process alone"
)

HAZARD = Hazard(
    title="Say whether the service is alive",
    practice="health-checks",
    severity=Severity.MEDIUM,
    check_project=check_project,
    preview=True,
    gathers=(application_sites, own_imports, has_routes, _tells),
    repair=REPAIR,
    examples=EXAMPLES,
    references=("Kubernetes docs: liveness, readiness and startup probes",),
    subject="a web application",
    concerns=lambda source: any(True for _ in applications(source)),
)
