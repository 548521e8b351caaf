"""A server that takes bodies of any size can be filled up by one client.

Ten connections that send a gigabyte each, slowly, hold ten workers and all memory;
nothing of it ever reaches the code that would refuse it.
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
    is_found,
    routes,
)

EXAMPLES = (
    Example(
        bad={
            "app/main.py": """
                from fastapi import FastAPI, Request

                app = FastAPI()


                @app.post("/imports")
                async def take(request: Request):
                    body = await request.body()  # flagged
                    return {"bytes": len(body)}
            """
        },
        good={
            "app/main.py": """
                from fastapi import FastAPI, HTTPException, Request

                MOST_BYTES = 1_000_000
                app = FastAPI()


                @app.post("/imports")
                async def take(request: Request):
                    if int(request.headers.get("content-length", "0")) > MOST_BYTES:
                        raise HTTPException(413)
                    body = b""
                    async for piece in request.stream():
                        body += piece
                        if len(body) > MOST_BYTES:
                            raise HTTPException(413)
                    return {"bytes": len(body)}
            """
        },
    ),
)

_LIMITED = re.compile(
    r"(?i)content-length|content_length|max_content_length|\b413\b|max_body|body_limit"
    r"|max_request|client_max_size|limit_upload|DATA_UPLOAD_MAX"
)


def check_project(project: Project) -> Iterator[tuple[Source, Site]]:
    sources = list(project.production())
    if any(is_found(source, _LIMITED) for source in sources):
        return
    for source in sources:
        if not source.imports("fastapi", "starlette"):
            continue
        for function in dict.fromkeys(route.function for route in routes(source)):
            for node in ast.walk(function):
                match node:
                    case ast.Call(
                        func=ast.Attribute(value=ast.Name(id="request"), attr="body")
                    ):
                        message = "a body of any size goes into memory"
                        yield source, Site(node=node, message=message)


REPAIR = Brief(
    summary="Refuse by Content-Length and while reading, in one middleware, and set a "
    "limit in the proxy as well"
)

HAZARD = Hazard(
    title="Bound the size of bodies",
    practice="backpressure",
    severity=Severity.LOW,
    check_project=check_project,
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-770", "RFC 9110 section 15.5.14"),
    subject="routes",
    concerns=lambda source: any(True for _ in routes(source)),
)
