"""Without a readiness route, traffic reaches a replica that cannot serve it yet.

Each deployment answers errors until the pool is open; a replica that has lost its
database keeps getting its share of customers.
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
                from sqlalchemy import create_engine

                app = FastAPI()  # flagged
                engine = create_engine("postgresql://db/shop")


                @app.get("/livez")
                def live():
                    return {"status": "up"}
            """
        },
        good={
            "app/main.py": """
                from fastapi import FastAPI
                from sqlalchemy import create_engine

                app = FastAPI()
                engine = create_engine("postgresql://db/shop")


                @app.get("/livez")
                def live():
                    return {"status": "up"}


                @app.get("/readyz")
                def ready():
                    with engine.connect():
                        return {"status": "ready"}
            """
        },
    ),
)

_READY = re.compile(
    r"(?i).*/(ready\w*|readiness|health\w*|startup\w*|status|_?ping)\b.*"
)
_DEPENDENCIES = (
    "sqlalchemy",
    "psycopg",
    "psycopg2",
    "asyncpg",
    "pymongo",
    "motor",
    "redis",
    "tortoise",
    "databases",
    "pymysql",
    "kafka",
    "aiokafka",
    "pika",
)


def check_project(project: Project) -> Iterator[tuple[Source, Site]]:
    sources = list(project.production())
    apps = [(each, place) for each in sources for place in application_sites(each)]
    if not apps or not any(has_routes(source) for source in sources):
        return
    if not any(source.imports(*_DEPENDENCIES) for source in sources):
        return
    if any(_tells(source) for source in sources):
        return
    source, place = apps[0]
    if lacks_files(project, [source]):
        return
    message = "no route says whether its dependencies can be reached"
    yield source, Site(node=node_at(place), message=message)


@per_file
def _tells(source: Source) -> bool:
    return any(_READY.fullmatch(text) for text in _paths(source))


def _paths(source: Source) -> Iterator[str]:
    for node in source.nodes(ast.Constant):
        if isinstance(node.value, str) and node.value.startswith("/"):
            yield node.value


REPAIR = Brief(
    summary="Add a route such as `/readyz` that asks each dependency with a short "
    "timeout and answers 503 when one is missing"
)

HAZARD = Hazard(
    title="Say whether the service can serve",
    practice="health-checks",
    severity=Severity.LOW,
    check_project=check_project,
    gathers=(application_sites, own_imports, has_routes, _tells),
    repair=REPAIR,
    examples=EXAMPLES,
    references=("Kubernetes docs: liveness, readiness and startup probes",),
    subject="a web application with dependencies",
    concerns=lambda source: any(True for _ in applications(source)),
)
