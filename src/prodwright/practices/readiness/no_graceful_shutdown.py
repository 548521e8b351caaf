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
    Project,
    Severity,
    Site,
    Source,
    applications,
    keyword,
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
    apps = [call for source in sources for call in applications(source)]
    if not apps or any(keyword(call, "lifespan") is not None for call in apps):
        return
    if any(_ends(source) for source in sources):
        return
    for source in sources:
        for call in _held(source):
            message = f"nothing closes this {source.called(call)} when the service ends"
            yield source, Site(node=call, message=message)


def _ends(source: Source) -> bool:
    return any(word in source.text for word in (*_ENDS, "atexit", "lifespan"))


def _held(source: Source) -> Iterator[ast.Call]:
    """Yield what the module opens when it is imported, and keeps."""
    for statement in source.tree.body:
        match statement:
            case (
                ast.Assign(value=ast.Call() as call)
                | ast.AnnAssign(value=ast.Call() as call)
            ):
                if source.called(call) in _HELD:
                    yield call


REPAIR = Brief(
    summary="Open it in the application's lifespan and close it there, after the last "
    "request was answered"
)

HAZARD = Hazard(
    title="Close on shutdown what was opened",
    practice="health-checks",
    severity=Severity.LOW,
    check_project=check_project,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("The Twelve-Factor App: disposability", "FastAPI docs: lifespan"),
    subject="a web application",
    concerns=lambda source: any(True for _ in applications(source)),
)
