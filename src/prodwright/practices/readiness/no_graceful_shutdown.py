"""A service that does not close what it opened loses work on each deployment.

The producer's buffer is never sent, the pool's connections stay with the database
until it gives up on them, and the jobs in the executor are cut in the middle.
"""

from __future__ import annotations

import ast
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
    application_sites,
    applications,
    lacks_files,
    node_at,
    own_imports,
    per_file,
    place_of,
)

EXAMPLES = (
    Example(
        bad={
            "app/main.py": """
                import httpx
                from fastapi import FastAPI

                app = FastAPI()
                client = httpx.AsyncClient(timeout=5)  # flagged
            """
        },
        good={
            "app/main.py": """
                from contextlib import asynccontextmanager

                import httpx
                from fastapi import FastAPI


                @asynccontextmanager
                async def lifespan(app):
                    async with httpx.AsyncClient(timeout=5) as client:
                        app.state.client = client
                        yield


                app = FastAPI(lifespan=lifespan)
            """
        },
    ),
)

_HELD = frozenset(
    {
        "httpx.AsyncClient",
        "httpx.Client",
        "aiohttp.ClientSession",
        "kafka.KafkaProducer",
        "aiokafka.AIOKafkaProducer",
        "confluent_kafka.Producer",
        "concurrent.futures.ThreadPoolExecutor",
        "concurrent.futures.ProcessPoolExecutor",
        "sqlalchemy.ext.asyncio.create_async_engine",
        "asyncpg.create_pool",
        "psycopg_pool.ConnectionPool",
        "psycopg_pool.AsyncConnectionPool",
    }
)
_ENDS = ("on_event", "add_event_handler", "on_shutdown", "on_cleanup", "cleanup_ctx")


def check_project(project: Project) -> Iterator[tuple[Source, Site]]:
    sources = list(project.production())
    apps = [source for source in sources if application_sites(source)]
    if not apps or lacks_files(project, apps):
        return
    if any(_ends(source) for source in sources):
        return
    for source in sources:
        for called, place in _held(source):
            message = f"nothing closes this {called} when the service ends"
            yield source, Site(node=node_at(place), message=message)


@per_file
def _ends(source: Source) -> bool:
    return any(word in source.text for word in (*_ENDS, "atexit", "lifespan"))


@per_file
def _held(source: Source) -> tuple[tuple[str, Place], ...]:
    """Return what the module opens when it is imported, and keeps."""
    found = []
    for statement in source.tree.body:
        match statement:
            case (
                ast.Assign(value=ast.Call() as call)
                | ast.AnnAssign(value=ast.Call() as call)
            ):
                called = source.called(call)
                if called in _HELD:
                    found.append((called, place_of(call)))
    return tuple(found)


REPAIR = Brief(
    summary="Open it in the application's lifespan and close it there, after the last "
    "request was answered"
)

HAZARD = Hazard(
    title="Close on shutdown what was opened",
    practice="health-checks",
    severity=Severity.LOW,
    check_project=check_project,
    gathers=(application_sites, own_imports, _ends, _held),
    repair=REPAIR,
    examples=EXAMPLES,
    references=("The Twelve-Factor App: disposability", "FastAPI docs: lifespan"),
    subject="a web application",
    concerns=lambda source: any(True for _ in applications(source)),
)
