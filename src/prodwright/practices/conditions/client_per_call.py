"""A client made for each request pays for a new connection each time.

Every call waits for DNS, TCP and TLS again, and under load the host runs out of
ports while thousands of connections wait to be forgotten. One client per process
keeps its connections open.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import (
    Brief,
    Example,
    Hazard,
    Severity,
    Site,
    Source,
    body_nodes,
    loop_around,
    routes,
)

EXAMPLES = (
    Example(
        bad="""
            import httpx
            from fastapi import FastAPI

            app = FastAPI()


            @app.get("/rates")
            async def rates():
                async with httpx.AsyncClient() as client:  # flagged
                    return (await client.get("https://rates.test")).text
        """,
        good="""
            import httpx
            from fastapi import FastAPI, Request

            app = FastAPI()


            @app.get("/rates")
            async def rates(request: Request):
                client = request.app.state.client
                return (await client.get("https://rates.test")).text
        """,
    ),
)

_CLIENTS = frozenset(
    {
        "httpx.Client",
        "httpx.AsyncClient",
        "requests.Session",
        "requests.session",
        "aiohttp.ClientSession",
        "sqlalchemy.create_engine",
        "boto3.client",
        "boto3.resource",
        "sqlalchemy.ext.asyncio.create_async_engine",
        "redis.Redis",
        "redis.asyncio.Redis",
        "redis.from_url",
        "redis.asyncio.from_url",
        "pymongo.MongoClient",
        "openai.OpenAI",
        "openai.AsyncOpenAI",
        "motor.motor_asyncio.AsyncIOMotorClient",
        "psycopg2.connect",
        "psycopg.connect",
        "asyncpg.connect",
        "asyncpg.create_pool",
    }
)


def check(source: Source) -> Iterator[Site]:
    handlers = {each.function for each in routes(source)}
    for call in source.calls_to(_CLIENTS):
        if _is_kept(source, call):
            continue
        if (
            source.function_of(call) in handlers
            or loop_around(source, call) is not None
        ):
            message = f"{source.called(call)} opens new connections each time"
            yield Site(node=call, message=message)


def _is_kept(source: Source, call: ast.Call) -> bool:
    """Put into a table or an attribute: made once and used again."""
    match source.parent(call):
        case ast.Assign(targets=[ast.Subscript() | ast.Attribute()]):
            return True
        case ast.Return() | ast.Yield():
            return True
        case _:
            return loop_around(source, call) is not None and _returns(source, call)


def _returns(source: Source, call: ast.Call) -> bool:
    """A loop that tries again until it is connected."""
    loop = loop_around(source, call)
    assert loop is not None
    leaves = ast.Return | ast.Break | ast.Try
    return any(isinstance(node, leaves) for node in body_nodes(loop.body))


REPAIR = Brief(
    summary="Make the client once, at start-up, and close it at shutdown; handlers get "
    "it passed in"
)

HAZARD = Hazard(
    title="Share clients and their connections",
    practice="pooling",
    severity=Severity.MEDIUM,
    check=check,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("HTTPX docs: clients", "Requests docs: session objects"),
)
